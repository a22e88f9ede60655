using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;

namespace Rewright;

/// <summary>An interned name. Symbols with the same name are equal, and comparing them compares numbers.</summary>
/// <remarks>Thread-safe. Names stay in memory for the life of the process.</remarks>
public readonly struct Symbol : IEquatable<Symbol>, IComparable<Symbol>
{
    private static readonly ConcurrentDictionary<string, int> Ids = new(StringComparer.Ordinal) { [""] = 0 };
    private static readonly Lock Growing = new();
    private static string[] s_names = [""];
    private static int s_count = 1;

    internal Symbol(int id) => Id = id;

    /// <summary>Makes the symbol with a name.</summary>
    public Symbol(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Id = Ids.TryGetValue(name, out int id) ? id : Add(name);
    }

    /// <summary>The name; empty for <c>default</c>.</summary>
    public string Name => Volatile.Read(ref s_names)[Id];

    /// <summary>The approximate bytes that a name takes besides its letters: its places in both tables.</summary>
    internal const int BytesOfEntry = 64;

    /// <summary>Whether a name has been interned.</summary>
    internal static bool IsKnown(string name) => Ids.ContainsKey(name);

    /// <summary>The number of the name, valid only in this process.</summary>
    internal int Id { get; }

    /// <summary>Converts a name to a symbol, so that a literal can stand for a symbol.</summary>
    public static implicit operator Symbol(string name) => new(name);

    /// <inheritdoc/>
    public bool Equals(Symbol other) => Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Symbol other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Id;

    /// <summary>Orders by name, ordinally.</summary>
    public int CompareTo(Symbol other) => string.CompareOrdinal(Name, other.Name);

    /// <summary>True if the names are the same.</summary>
    public static bool operator ==(Symbol left, Symbol right) => left.Id == right.Id;

    /// <summary>True if the names differ.</summary>
    public static bool operator !=(Symbol left, Symbol right) => left.Id != right.Id;

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static int Add(string name)
    {
        lock (Growing)
        {
            if (Ids.TryGetValue(name, out int known)) return known;
            if (s_count == s_names.Length)
            {
                // Readers index without a lock. They see the old array or the new one; both contain every name whose number a reader can
                // have.
                var grown = new string[s_count * 2];
                Array.Copy(s_names, grown, s_count);
                Volatile.Write(ref s_names, grown);
            }

            s_names[s_count] = name;
            Ids[name] = s_count;
            return s_count++;
        }
    }
}

/// <summary>A C# object inside a term. It is opaque to rules: they can move it and compare it by identity.</summary>
/// <typeparam name="T">The type of the object.</typeparam>
public readonly struct Ref<T>(T? value) : IEquatable<Ref<T>>
    where T : class
{
    /// <summary>The object.</summary>
    public T? Value => value;

    /// <summary>Wraps an object.</summary>
    public static implicit operator Ref<T>(T? value) => new(value);

    /// <inheritdoc/>
    public bool Equals(Ref<T> other) => ReferenceEquals(Value, other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Ref<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Value);

    /// <summary>True for the same object.</summary>
    public static bool operator ==(Ref<T> left, Ref<T> right) => left.Equals(right);

    /// <summary>True for different objects.</summary>
    public static bool operator !=(Ref<T> left, Ref<T> right) => !left.Equals(right);
}
