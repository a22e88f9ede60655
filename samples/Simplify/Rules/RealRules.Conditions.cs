using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Minima and maxima, rounding, comparisons and conditions.
public static partial class RealRules
{
    // ---- minima and maxima ----

    [Pattern(Priority = Folding)]
    static Rule MinNums(Number a, Number b) => Rewrite(
        Fmin(Num(a), Num(b)), to: IsLess(a, b) ? Num(a) : Num(b));
    [Pattern(Priority = Folding)]
    static Rule MaxNums(Number a, Number b) => Rewrite(
        Fmax(Num(a), Num(b)), to: IsLess(a, b) ? Num(b) : Num(a));
    [Pattern(Priority = Itself)] static Rule MinSelf(Expr x) => Rewrite(Fmin(x, x), to: x);
    [Pattern(Priority = Itself)] static Rule MaxSelf(Expr x) => Rewrite(Fmax(x, x), to: x);
    [Pattern(Priority = Itself)] static Rule MaxOppositeRight(Expr x) => Rewrite(Fmax(x, Neg(x)), to: Fabs(x));
    [Pattern(Priority = Itself)] static Rule MaxOppositeLeft(Expr x) => Rewrite(Fmax(Neg(x), x), to: Fabs(x));
    [Pattern(Priority = Cancelling)] static Rule MinMinLeft(Expr x, Expr y) => Rewrite(Fmin(x, Fmin(x, y)), to: Fmin(x, y));
    [Pattern(Priority = Cancelling)] static Rule MinMinRight(Expr x, Expr y) => Rewrite(Fmin(Fmin(x, y), y), to: Fmin(x, y));
    [Pattern(Priority = Cancelling)] static Rule MaxMaxLeft(Expr x, Expr y) => Rewrite(Fmax(x, Fmax(x, y)), to: Fmax(x, y));
    [Pattern(Priority = Cancelling)] static Rule MaxMaxRight(Expr x, Expr y) => Rewrite(Fmax(Fmax(x, y), y), to: Fmax(x, y));
    [Pattern(Priority = Cancelling)] static Rule MinMaxLeft(Expr x, Expr _y) => Rewrite(Fmin(x, Fmax(x, _y)), to: x);
    [Pattern(Priority = Cancelling)] static Rule MinMaxRight(Expr x, Expr _y) => Rewrite(Fmin(Fmax(_y, x), x), to: x);
    [Pattern(Priority = Cancelling)] static Rule MaxMinLeft(Expr x, Expr _y) => Rewrite(Fmax(x, Fmin(x, _y)), to: x);
    [Pattern(Priority = Cancelling)] static Rule MaxMinRight(Expr x, Expr _y) => Rewrite(Fmax(Fmin(_y, x), x), to: x);
    [Pattern] static Rule MinOfMaxes(Expr x, Expr y, Expr z) => Rewrite(Fmin(Fmax(x, z), Fmax(y, z)), to: Fmax(Fmin(x, y), z));
    [Pattern] static Rule MaxOfMins(Expr x, Expr y, Expr z) => Rewrite(Fmax(Fmin(x, z), Fmin(y, z)), to: Fmin(Fmax(x, y), z));
    [Pattern] static Rule MinOfNegs(Expr x, Expr y) => Rewrite(Fmin(Neg(x), Neg(y)), to: Neg(Fmax(x, y)));
    [Pattern] static Rule MaxOfNegs(Expr x, Expr y) => Rewrite(Fmax(Neg(x), Neg(y)), to: Neg(Fmin(x, y)));
    [Pattern(Priority = Itself)] static Rule FdimSelf(Expr _x) => Rewrite(Fdim(_x, _x), to: Num(Int(0)));

    // ---- rounding ----

    [Pattern(Priority = Folding)] static Rule FloorInteger(BigInteger n) => Rewrite(Floor(Num(Int(n))), to: Num(Int(n)));
    [Pattern(Priority = Folding)] static Rule CeilInteger(BigInteger n) => Rewrite(Ceil(Num(Int(n))), to: Num(Int(n)));
    [Pattern(Priority = Folding)] static Rule RoundInteger(BigInteger n) => Rewrite(Round(Num(Int(n))), to: Num(Int(n)));
    [Pattern(Priority = Folding)] static Rule NearbyIntInteger(BigInteger n) => Rewrite(NearbyInt(Num(Int(n))), to: Num(Int(n)));
    [Pattern(Priority = Folding)] static Rule TruncNum(Number a) => Rewrite(Trunc(Num(a)), to: Num(Int(Numerator(a) / Denominator(a))));
    [Pattern] static Rule FloorFloor(Expr x) => Rewrite(Floor(Floor(x)), to: Floor(x));
    [Pattern] static Rule FloorCeil(Expr x) => Rewrite(Floor(Ceil(x)), to: Ceil(x));
    [Pattern] static Rule CeilCeil(Expr x) => Rewrite(Ceil(Ceil(x)), to: Ceil(x));
    [Pattern] static Rule CeilFloor(Expr x) => Rewrite(Ceil(Floor(x)), to: Floor(x));
    [Pattern] static Rule NegFloorNeg(Expr x) => Rewrite(Neg(Floor(Neg(x))), to: Ceil(x));
    [Pattern] static Rule NegCeilNeg(Expr x) => Rewrite(Neg(Ceil(Neg(x))), to: Floor(x));

    // ---- comparisons ----

    [Operation] private static partial Condition Truth(bool value);
    [Pattern] static Rule TruthOfTrue() => Rewrite(Truth(true), to: True());
    [Pattern] static Rule TruthOfFalse() => Rewrite(Truth(false), to: False());

    [Pattern(Priority = Folding)] static Rule LessNums(Number a, Number b) => Rewrite(Less(Num(a), Num(b)), to: Truth(IsLess(a, b)));
    [Pattern(Priority = Folding)]
    static Rule LessEqualNums(Number a, Number b) => Rewrite(
        LessEqual(Num(a), Num(b)), to: Truth(!IsLess(b, a)));
    [Pattern(Priority = Folding)] static Rule GreaterNums(Number a, Number b) => Rewrite(Greater(Num(a), Num(b)), to: Truth(IsLess(b, a)));
    [Pattern(Priority = Folding)]
    static Rule GreaterEqualNums(Number a, Number b) => Rewrite(
        GreaterEqual(Num(a), Num(b)), to: Truth(!IsLess(a, b)));
    [Pattern(Priority = Folding)] static Rule EqualNums(Number a, Number b) => Rewrite(Equal(Num(a), Num(b)), to: Truth(a == b));
    [Pattern(Priority = Folding)] static Rule NotEqualNums(Number a, Number b) => Rewrite(NotEqual(Num(a), Num(b)), to: Truth(a != b));
    [Pattern(Priority = Itself)] static Rule LessSelf(Expr _x) => Rewrite(Less(_x, _x), to: False());
    [Pattern(Priority = Itself)] static Rule LessEqualSelf(Expr _x) => Rewrite(LessEqual(_x, _x), to: True());
    [Pattern(Priority = Itself)] static Rule GreaterSelf(Expr _x) => Rewrite(Greater(_x, _x), to: False());
    [Pattern(Priority = Itself)] static Rule GreaterEqualSelf(Expr _x) => Rewrite(GreaterEqual(_x, _x), to: True());
    [Pattern(Priority = Itself)] static Rule EqualSelf(Expr _x) => Rewrite(Equal(_x, _x), to: True());
    [Pattern(Priority = Itself)] static Rule NotEqualSelf(Expr _x) => Rewrite(NotEqual(_x, _x), to: False());

    // ---- conditions ----

    [Pattern] static Rule NotTrue() => Rewrite(Not(True()), to: False());
    [Pattern] static Rule NotFalse() => Rewrite(Not(False()), to: True());
    [Pattern] static Rule NotNot(Condition c) => Rewrite(Not(Not(c)), to: c);
    [Pattern] static Rule NotLess(Expr x, Expr y) => Rewrite(Not(Less(x, y)), to: GreaterEqual(x, y));
    [Pattern] static Rule NotLessEqual(Expr x, Expr y) => Rewrite(Not(LessEqual(x, y)), to: Greater(x, y));
    [Pattern] static Rule NotGreater(Expr x, Expr y) => Rewrite(Not(Greater(x, y)), to: LessEqual(x, y));
    [Pattern] static Rule NotGreaterEqual(Expr x, Expr y) => Rewrite(Not(GreaterEqual(x, y)), to: Less(x, y));
    [Pattern] static Rule NotEqualTo(Expr x, Expr y) => Rewrite(Not(Equal(x, y)), to: NotEqual(x, y));
    [Pattern] static Rule NotNotEqual(Expr x, Expr y) => Rewrite(Not(NotEqual(x, y)), to: Equal(x, y));
    [Pattern(Priority = Units)] static Rule AndTrue(Condition c) => Rewrite(And(c, True()), to: c);
    [Pattern(Priority = Units)] static Rule TrueAnd(Condition c) => Rewrite(And(True(), c), to: c);
    [Pattern(Priority = Units)] static Rule AndFalse(Condition _c) => Rewrite(And(_c, False()), to: False());
    [Pattern(Priority = Units)] static Rule FalseAnd(Condition _c) => Rewrite(And(False(), _c), to: False());
    [Pattern] static Rule AndSelf(Condition c) => Rewrite(And(c, c), to: c);
    [Pattern(Priority = Units)] static Rule OrFalse(Condition c) => Rewrite(Or(c, False()), to: c);
    [Pattern(Priority = Units)] static Rule FalseOr(Condition c) => Rewrite(Or(False(), c), to: c);
    [Pattern(Priority = Units)] static Rule OrTrue(Condition _c) => Rewrite(Or(_c, True()), to: True());
    [Pattern(Priority = Units)] static Rule TrueOr(Condition _c) => Rewrite(Or(True(), _c), to: True());
    [Pattern] static Rule OrSelf(Condition c) => Rewrite(Or(c, c), to: c);

    // A branch that is not taken need not be defined, so nothing moves into or out of branches.
    [Pattern(Priority = Units)] static Rule IfTrue(Expr x, Expr _y) => Rewrite(If(True(), x, _y), to: x);
    [Pattern(Priority = Units)] static Rule IfFalse(Expr _x, Expr y) => Rewrite(If(False(), _x, y), to: y);
    [Pattern(Priority = Itself)] static Rule IfSame(Condition _c, Expr x) => Rewrite(If(_c, x, x), to: x);
    [Pattern] static Rule IfNot(Condition c, Expr x, Expr y) => Rewrite(If(Not(c), x, y), to: If(c, y, x));
    [Pattern(Priority = Units)] static Rule ChooseTrue(Condition c, Condition _d) => Rewrite(Choose(True(), c, _d), to: c);
    [Pattern(Priority = Units)] static Rule ChooseFalse(Condition _c, Condition d) => Rewrite(Choose(False(), _c, d), to: d);
    [Pattern(Priority = Itself)] static Rule ChooseSame(Condition _c, Condition d) => Rewrite(Choose(_c, d, d), to: d);
    [Pattern(Priority = Mirrored)]
    static Rule ChooseNot(Condition c, Condition d, Condition e) => Rewrite(
        Choose(Not(c), d, e), to: Choose(c, e, d));
    [Pattern] static Rule ChooseItself(Condition c) => Rewrite(Choose(c, True(), False()), to: c);
    [Pattern] static Rule ChooseOpposite(Condition c) => Rewrite(Choose(c, False(), True()), to: Not(c));
}
