using Simplify.Expressions;

namespace Simplify;

/// <summary>Gives a simpler expression that is defined, and equal, wherever the given one is.</summary>
public delegate RealExpr Simplifier(RealExpr expression);

/// <summary>Where the program gets its simplifier from.</summary>
public static class Simplifiers
{
    public static Simplifier Default => expression => expression;
}
