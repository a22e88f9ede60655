using System;

namespace Rewright.Model;

/// <summary>A place in the text that the user wrote. Lines and columns count from 1; columns count UTF-16 units.</summary>
/// <remarks>
/// All spans are equal, on purpose: positions travel beside the model and must never decide whether it changed.
/// A comment or a moved line then leaves every incremental step cached.
/// </remarks>
public readonly struct SourceSpan(string file, int start, int length, int line, int column) : IEquatable<SourceSpan>
{
    /// <summary>Path or name of the text; empty where it has none.</summary>
    public string File => file ?? "";

    /// <summary>Offset of the first character.</summary>
    public int Start => start;

    /// <summary>Number of characters.</summary>
    public int Length => length;

    /// <summary>Line of the first character, from 1; 0 where the place is unknown.</summary>
    public int Line => line;

    /// <summary>Column of the first character, from 1.</summary>
    public int Column => column;

    /// <summary>Always true; see the remarks of the type.</summary>
    public bool Equals(SourceSpan other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SourceSpan;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <summary>Always true.</summary>
    public static bool operator ==(SourceSpan left, SourceSpan right) => left.Equals(right);

    /// <summary>Always false.</summary>
    public static bool operator !=(SourceSpan left, SourceSpan right) => !left.Equals(right);

    /// <summary><c>file(line,column)</c>, the form that MSBuild and editors recognise.</summary>
    public override string ToString() => Line == 0 ? File : File + "(" + Line.ToString(System.Globalization.CultureInfo.InvariantCulture)
        + "," + Column.ToString(System.Globalization.CultureInfo.InvariantCulture) + ")";
}
