using System;

namespace Rewright.Smt;

/// <summary>A value that cannot be computed exactly, such as the sine of 1.</summary>
public sealed class NotComputableException : Exception
{
    /// <summary>Names the function whose value cannot be computed.</summary>
    public NotComputableException(string function)
        : base("'" + function + "' cannot be computed exactly.")
    {
    }
}
