using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Rewright.Model;

/// <summary>Compares records by reference, to keep equal ones at different places apart.</summary>
internal sealed class ReferenceComparer<T> : IEqualityComparer<T>
    where T : class
{
    public static ReferenceComparer<T> Instance { get; } = new();

    public bool Equals(T? x, T? y) => ReferenceEquals(x, y);

    public int GetHashCode(T obj) => RuntimeHelpers.GetHashCode(obj);
}
