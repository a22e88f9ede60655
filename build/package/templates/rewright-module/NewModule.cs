using Rewright;
using static Rewright.Dsl;

namespace NewNamespace;

/// <summary>Natural numbers and their addition.</summary>
[PatternModule]
public static partial class NewModule
{
    [Sort] public readonly partial struct Nat;
    [Constructor] public static partial Nat Zero();
    [Constructor] public static partial Nat Succ(Nat pred);
    [Operation] public static partial Nat Plus(Nat x, Nat y);

    [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
    [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
}
