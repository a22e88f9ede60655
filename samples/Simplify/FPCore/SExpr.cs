using System;
using System.Collections.Immutable;

namespace Simplify.FPCore;

/// <summary>A place in a text; both numbers count from one.</summary>
public readonly record struct Position(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>What cannot be read, and where.</summary>
public sealed class FPCoreSyntaxException(Position position, string message) : Exception(message)
{
    public Position Position { get; } = position;
}

/// <summary>An S-expression: a list or an atom.</summary>
public abstract class SExpr(Position position)
{
    public Position Position { get; } = position;
}

public sealed class SList(Position position, ImmutableArray<SExpr> items) : SExpr(position)
{
    public ImmutableArray<SExpr> Items { get; } = items;

    /// <summary>The symbol at the head, if there is one.</summary>
    public string? Head => Items is [SSymbol head, ..] ? head.Name : null;
}

/// <summary>A name, an operator, or a number: what is not delimited otherwise.</summary>
public sealed class SSymbol(Position position, string name) : SExpr(position)
{
    public string Name { get; } = name;

    /// <summary>Whether it has to be a number: symbols start neither with a digit nor with a sign or point before one.</summary>
    public bool IsNumeric
    {
        get
        {
            ReadOnlySpan<char> rest = Name.AsSpan().TrimStart("+-");
            return Name.Length - rest.Length <= 1 && rest.TrimStart('.') is [>= '0' and <= '9', ..];
        }
    }

    /// <summary>Whether it is the name of a property, such as <c>:pre</c>.</summary>
    public bool IsProperty => Name.Length > 1 && Name[0] == ':';
}

public sealed class SString(Position position, string value) : SExpr(position)
{
    public string Value { get; } = value;
}
