using System;

namespace Rewright.Model;

/// <summary>A place in the user's text. Lines and columns count from 1; columns count UTF-16 units.</summary>
/// <remarks>
/// All spans are equal, on purpose: positions travel beside the model and must not decide whether it has changed. So a comment or a moved
/// line leaves every incremental step cached.
/// </remarks>
public readonly struct SourceSpan(string file, int start, int length, int line, int column) : IEquatable<SourceSpan>
{
    /// <summary>The path or name of the text; empty if it has none.</summary>
    public string File => file ?? "";

    /// <summary>The offset of the first character.</summary>
    public int Start => start;

    /// <summary>The number of characters.</summary>
    public int Length => length;

    /// <summary>The line of the first character, from 1; 0 if the place is unknown.</summary>
    public int Line => line;

    /// <summary>The column of the first character, from 1.</summary>
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
