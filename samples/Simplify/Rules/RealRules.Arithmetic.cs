using System.Numerics;
using Rewright;
using static Rewright.Dsl;

namespace Simplify.Rules;

// Sums, products, quotients and signs.
public static partial class RealRules
{
    // ---- numbers ----

    [Pattern(Priority = Folding)] static Rule NegNum(Number a) => Rewrite(Neg(Num(a)), to: Negative(a));
    [Pattern(Priority = Folding)] static Rule AddNums(Number a, Number b) => Rewrite(Add(Num(a), Num(b)), to: Sum(a, b));
    [Pattern(Priority = Folding)] static Rule SubNums(Number a, Number b) => Rewrite(Sub(Num(a), Num(b)), to: Difference(a, b));
    [Pattern(Priority = Folding)] static Rule MulNums(Number a, Number b) => Rewrite(Mul(Num(a), Num(b)), to: Product(a, b));
    [Pattern(Priority = Folding)]
    static Rule DivNums(Number a, Number b) => Rewrite(Div(Num(a), Num(b)), to: Quotient(a, b)).When(
        !IsZero(b));

    [Pattern(Priority = Ordering)] static Rule AddNumLast(Expr x, Number a) => Rewrite(Add(x, Num(a)), to: Add(Num(a), x));
    [Pattern(Priority = Ordering)] static Rule SubNumLast(Expr x, Number a) => Rewrite(Sub(x, Num(a)), to: Add(Negative(a), x));
    [Pattern(Priority = Ordering)] static Rule MulNumLast(Expr x, Number a) => Rewrite(Mul(x, Num(a)), to: Mul(Num(a), x));
    [Pattern(Priority = Ordering)]
    static Rule DivNumLast(Expr x, Number a) =>
        Rewrite(Div(x, Num(a)), to: Mul(Quotient(Int(1), a), x)).When(!IsZero(a));

    [Pattern(Priority = Numbers)]
    static Rule NumAddNumAdd(Number a, Number b, Expr x) => Rewrite(
        Add(Num(a), Add(Num(b), x)), to: Add(Sum(a, b), x));
    [Pattern(Priority = Numbers)]
    static Rule NumAddNumSub(Number a, Number b, Expr x) => Rewrite(
        Add(Num(a), Sub(Num(b), x)), to: Sub(Sum(a, b), x));
    [Pattern(Priority = Numbers)]
    static Rule NumSubNumAdd(Number a, Number b, Expr x) => Rewrite(
        Sub(Num(a), Add(Num(b), x)), to: Sub(Difference(a, b), x));
    [Pattern(Priority = Numbers)]
    static Rule NumSubNumSub(Number a, Number b, Expr x) => Rewrite(
        Sub(Num(a), Sub(Num(b), x)), to: Add(Difference(a, b), x));
    [Pattern(Priority = Numbers)]
    static Rule NumMulNumMul(Number a, Number b, Expr x) => Rewrite(
        Mul(Num(a), Mul(Num(b), x)), to: Mul(Product(a, b), x));
    [Pattern(Priority = Numbers)]
    static Rule NumMulNumDiv(Number a, Number b, Expr x) => Rewrite(
        Mul(Num(a), Div(Num(b), x)), to: Div(Product(a, b), x));
    [Pattern(Priority = Numbers)]
    static Rule NumDivNumMul(Number a, Number b, Expr x) =>
        Rewrite(Div(Num(a), Mul(Num(b), x)), to: Div(Quotient(a, b), x)).When(!IsZero(b));
    [Pattern(Priority = Numbers)]
    static Rule NumDivNumDiv(Number a, Number b, Expr x) =>
        Rewrite(Div(Num(a), Div(Num(b), x)), to: Mul(Quotient(a, b), x)).When(!IsZero(b));

    [Pattern(Priority = Numbers)]
    static Rule NumsOutOfAdd(Number a, Number b, Expr x, Expr y) => Rewrite(
        Add(Add(Num(a), x), Add(Num(b), y)), to: Add(Sum(a, b), Add(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfAddLeft(Number a, Expr x, Expr y) => Rewrite(
        Add(Add(Num(a), x), y), to: Add(Num(a), Add(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfAddRight(Number a, Expr x, Expr y) => Rewrite(
        Add(x, Add(Num(a), y)), to: Add(Num(a), Add(x, y)));
    [Pattern(Priority = Numbers)]
    static Rule NumsOutOfSub(Number a, Number b, Expr x, Expr y) => Rewrite(
        Sub(Add(Num(a), x), Add(Num(b), y)), to: Add(Difference(a, b), Sub(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfSubLeft(Number a, Expr x, Expr y) => Rewrite(
        Sub(Add(Num(a), x), y), to: Add(Num(a), Sub(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfSubRight(Number a, Expr x, Expr y) => Rewrite(
        Sub(x, Add(Num(a), y)), to: Add(Negative(a), Sub(x, y)));
    [Pattern(Priority = Numbers)]
    static Rule NumsOutOfMul(Number a, Number b, Expr x, Expr y) => Rewrite(
        Mul(Mul(Num(a), x), Mul(Num(b), y)), to: Mul(Product(a, b), Mul(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfMulLeft(Number a, Expr x, Expr y) => Rewrite(
        Mul(Mul(Num(a), x), y), to: Mul(Num(a), Mul(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfMulRight(Number a, Expr x, Expr y) => Rewrite(
        Mul(x, Mul(Num(a), y)), to: Mul(Num(a), Mul(x, y)));
    [Pattern(Priority = Numbers)]
    static Rule NumsOutOfDiv(Number a, Number b, Expr x, Expr y) =>
        Rewrite(Div(Mul(Num(a), x), Mul(Num(b), y)), to: Mul(Quotient(a, b), Div(x, y))).When(!IsZero(b));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfDivLeft(Number a, Expr x, Expr y) => Rewrite(
        Div(Mul(Num(a), x), y), to: Mul(Num(a), Div(x, y)));
    [Pattern(Priority = Moving)]
    static Rule NumOutOfDivRight(Number a, Expr x, Expr y) =>
        Rewrite(Div(x, Mul(Num(a), y)), to: Mul(Quotient(Int(1), a), Div(x, y))).When(!IsZero(a));

    // ---- laws of 0 and 1, and of an expression with itself ----

    [Pattern(Priority = Units)] static Rule ZeroPlus(Expr x) => Rewrite(Add(Num(Int(0)), x), to: x);
    [Pattern(Priority = Units)] static Rule ZeroMinus(Expr x) => Rewrite(Sub(Num(Int(0)), x), to: Neg(x));
    [Pattern(Priority = Units)] static Rule ZeroTimes(Expr _x) => Rewrite(Mul(Num(Int(0)), _x), to: Num(Int(0)));
    [Pattern(Priority = Units)] static Rule OneTimes(Expr x) => Rewrite(Mul(Num(Int(1)), x), to: x);
    [Pattern(Priority = Units)] static Rule MinusOneTimes(Expr x) => Rewrite(Mul(Num(Int(-1)), x), to: Neg(x));
    [Pattern(Priority = Units)] static Rule ZeroOver(Expr _x) => Rewrite(Div(Num(Int(0)), _x), to: Num(Int(0)));
    [Pattern(Priority = Units)] static Rule FmaZero(Expr _x, Expr z) => Rewrite(Fma(_x, Num(Int(0)), z), to: z);
    [Pattern(Priority = Units)] static Rule ZeroFma(Expr _x, Expr z) => Rewrite(Fma(Num(Int(0)), _x, z), to: z);
    [Pattern(Priority = Units)] static Rule FmaOne(Expr x, Expr z) => Rewrite(Fma(x, Num(Int(1)), z), to: Add(x, z));
    [Pattern(Priority = Units)] static Rule OneFma(Expr x, Expr z) => Rewrite(Fma(Num(Int(1)), x, z), to: Add(x, z));
    [Pattern(Priority = Numbers)] static Rule FmaPlusZero(Expr x, Expr y) => Rewrite(Fma(x, y, Num(Int(0))), to: Mul(x, y));
    [Pattern(Priority = Folding)]
    static Rule FmaNums(Number a, Number b, Expr z) => Rewrite(
        Fma(Num(a), Num(b), z), to: Add(Product(a, b), z));

    [Pattern(Priority = Itself)] static Rule AddSelf(Expr x) => Rewrite(Add(x, x), to: Mul(Num(Int(2)), x));
    [Pattern(Priority = Itself)] static Rule SubSelf(Expr x) => Rewrite(Sub(x, x), to: Num(Int(0)));
    [Pattern(Priority = Itself)] static Rule MulSelf(Expr x) => Rewrite(Mul(x, x), to: Pow(x, Num(Int(2))));
    [Pattern(Priority = Itself)] static Rule DivSelf(Expr x) => Rewrite(Div(x, x), to: Num(Int(1)));
    [Pattern(Priority = Itself)] static Rule SubSwappedSum(Expr x, Expr y) => Rewrite(Sub(Add(x, y), Add(y, x)), to: Num(Int(0)));
    [Pattern(Priority = Itself)]
    static Rule AddSwappedProduct(Expr x, Expr y) => Rewrite(
        Add(Mul(x, y), Mul(y, x)), to: Mul(Num(Int(2)), Mul(x, y)));
    [Pattern(Priority = Itself)] static Rule SubSwappedProduct(Expr x, Expr y) => Rewrite(Sub(Mul(x, y), Mul(y, x)), to: Num(Int(0)));
    [Pattern(Priority = Itself)] static Rule DivSwappedProduct(Expr x, Expr y) => Rewrite(Div(Mul(x, y), Mul(y, x)), to: Num(Int(1)));
    [Pattern(Priority = Itself)] static Rule AddNegSelf(Expr x) => Rewrite(Add(x, Neg(x)), to: Num(Int(0)));
    [Pattern(Priority = Itself)] static Rule NegSelfAdd(Expr x) => Rewrite(Add(Neg(x), x), to: Num(Int(0)));
    [Pattern(Priority = Itself)] static Rule DivNegSelf(Expr x) => Rewrite(Div(x, Neg(x)), to: Num(Int(-1)));
    [Pattern(Priority = Itself)] static Rule NegSelfDiv(Expr x) => Rewrite(Div(Neg(x), x), to: Num(Int(-1)));

    // ---- sums: what stands twice ----

    [Pattern(Priority = Cancelling)] static Rule SumMinusLeft(Expr x, Expr y) => Rewrite(Sub(Add(x, y), x), to: y);
    [Pattern(Priority = Cancelling)] static Rule SumMinusRight(Expr x, Expr y) => Rewrite(Sub(Add(x, y), y), to: x);
    [Pattern(Priority = Cancelling)] static Rule MinusSumLeft(Expr x, Expr y) => Rewrite(Sub(x, Add(x, y)), to: Neg(y));
    [Pattern(Priority = Cancelling)] static Rule MinusSumRight(Expr x, Expr y) => Rewrite(Sub(x, Add(y, x)), to: Neg(y));
    [Pattern(Priority = Cancelling)] static Rule DifferencePlus(Expr x, Expr y) => Rewrite(Add(Sub(x, y), y), to: x);
    [Pattern(Priority = Cancelling)] static Rule PlusDifference(Expr x, Expr y) => Rewrite(Add(y, Sub(x, y)), to: x);
    [Pattern(Priority = Cancelling)] static Rule DifferenceMinus(Expr x, Expr y) => Rewrite(Sub(Sub(x, y), x), to: Neg(y));
    [Pattern(Priority = Cancelling)] static Rule MinusDifference(Expr x, Expr y) => Rewrite(Sub(x, Sub(x, y)), to: y);
    [Pattern(Priority = Common)] static Rule CommonTermLL(Expr x, Expr y, Expr z) => Rewrite(Sub(Add(x, y), Add(x, z)), to: Sub(y, z));
    [Pattern(Priority = Common)] static Rule CommonTermLR(Expr x, Expr y, Expr z) => Rewrite(Sub(Add(x, y), Add(z, x)), to: Sub(y, z));
    [Pattern(Priority = Common)] static Rule CommonTermRL(Expr x, Expr y, Expr z) => Rewrite(Sub(Add(y, x), Add(x, z)), to: Sub(y, z));
    [Pattern(Priority = Common)] static Rule CommonTermRR(Expr x, Expr y, Expr z) => Rewrite(Sub(Add(y, x), Add(z, x)), to: Sub(y, z));

    [Pattern(Priority = Cancelling)]
    static Rule LikeTerms(Number a, Number b, Expr x) => Rewrite(
        Add(Mul(Num(a), x), Mul(Num(b), x)), to: Mul(Sum(a, b), x));
    [Pattern(Priority = Cancelling)]
    static Rule LikeTermLeft(Number a, Expr x) => Rewrite(
        Add(Mul(Num(a), x), x), to: Mul(Sum(a, Int(1)), x));
    [Pattern(Priority = Cancelling)]
    static Rule LikeTermRight(Number a, Expr x) => Rewrite(
        Add(x, Mul(Num(a), x)), to: Mul(Sum(a, Int(1)), x));
    [Pattern(Priority = Cancelling)]
    static Rule UnlikeTerms(Number a, Number b, Expr x) => Rewrite(
        Sub(Mul(Num(a), x), Mul(Num(b), x)), to: Mul(Difference(a, b), x));
    [Pattern(Priority = Cancelling)]
    static Rule UnlikeTermLeft(Number a, Expr x) => Rewrite(
        Sub(Mul(Num(a), x), x), to: Mul(Difference(a, Int(1)), x));
    [Pattern(Priority = Cancelling)]
    static Rule UnlikeTermRight(Number a, Expr x) => Rewrite(
        Sub(x, Mul(Num(a), x)), to: Mul(Difference(Int(1), a), x));

    [Pattern] static Rule FactorAddLL(Expr x, Expr y, Expr z) => Rewrite(Add(Mul(x, y), Mul(x, z)), to: Mul(x, Add(y, z)));
    [Pattern] static Rule FactorAddLR(Expr x, Expr y, Expr z) => Rewrite(Add(Mul(x, y), Mul(z, x)), to: Mul(x, Add(y, z)));
    [Pattern] static Rule FactorAddRL(Expr x, Expr y, Expr z) => Rewrite(Add(Mul(y, x), Mul(x, z)), to: Mul(x, Add(y, z)));
    [Pattern] static Rule FactorAddRR(Expr x, Expr y, Expr z) => Rewrite(Add(Mul(y, x), Mul(z, x)), to: Mul(x, Add(y, z)));
    [Pattern] static Rule FactorSubLL(Expr x, Expr y, Expr z) => Rewrite(Sub(Mul(x, y), Mul(x, z)), to: Mul(x, Sub(y, z)));
    [Pattern] static Rule FactorSubLR(Expr x, Expr y, Expr z) => Rewrite(Sub(Mul(x, y), Mul(z, x)), to: Mul(x, Sub(y, z)));
    [Pattern] static Rule FactorSubRL(Expr x, Expr y, Expr z) => Rewrite(Sub(Mul(y, x), Mul(x, z)), to: Mul(x, Sub(y, z)));
    [Pattern] static Rule FactorSubRR(Expr x, Expr y, Expr z) => Rewrite(Sub(Mul(y, x), Mul(z, x)), to: Mul(x, Sub(y, z)));
    [Pattern] static Rule SameDenominatorAdd(Expr x, Expr y, Expr z) => Rewrite(Add(Div(x, z), Div(y, z)), to: Div(Add(x, y), z));
    [Pattern] static Rule SameDenominatorSub(Expr x, Expr y, Expr z) => Rewrite(Sub(Div(x, z), Div(y, z)), to: Div(Sub(x, y), z));

    // ---- products and quotients ----

    [Pattern(Priority = Cancelling)] static Rule ProductOverLeft(Expr x, Expr y) => Rewrite(Div(Mul(x, y), x), to: y);
    [Pattern(Priority = Cancelling)] static Rule ProductOverRight(Expr x, Expr y) => Rewrite(Div(Mul(x, y), y), to: x);
    [Pattern(Priority = Cancelling)] static Rule OverProductLeft(Expr x, Expr y) => Rewrite(Div(x, Mul(x, y)), to: Div(Num(Int(1)), y));
    [Pattern(Priority = Cancelling)] static Rule OverProductRight(Expr x, Expr y) => Rewrite(Div(x, Mul(y, x)), to: Div(Num(Int(1)), y));
    [Pattern(Priority = Cancelling)] static Rule TimesQuotient(Expr x, Expr y) => Rewrite(Mul(y, Div(x, y)), to: x);
    [Pattern(Priority = Cancelling)] static Rule QuotientTimes(Expr x, Expr y) => Rewrite(Mul(Div(x, y), y), to: x);
    [Pattern(Priority = Cancelling)] static Rule OverQuotientSelf(Expr x, Expr y) => Rewrite(Div(x, Div(x, y)), to: y);
    [Pattern(Priority = Cancelling)] static Rule QuotientOverSelf(Expr x, Expr y) => Rewrite(Div(Div(x, y), x), to: Div(Num(Int(1)), y));
    [Pattern(Priority = Cancelling)] static Rule OneOverReciprocal(Expr x) => Rewrite(Div(Num(Int(1)), Div(Num(Int(1)), x)), to: x);
    [Pattern(Priority = Common)] static Rule CommonFactorLL(Expr x, Expr y, Expr z) => Rewrite(Div(Mul(x, y), Mul(x, z)), to: Div(y, z));
    [Pattern(Priority = Common)] static Rule CommonFactorLR(Expr x, Expr y, Expr z) => Rewrite(Div(Mul(x, y), Mul(z, x)), to: Div(y, z));
    [Pattern(Priority = Common)] static Rule CommonFactorRL(Expr x, Expr y, Expr z) => Rewrite(Div(Mul(y, x), Mul(x, z)), to: Div(y, z));
    [Pattern(Priority = Common)] static Rule CommonFactorRR(Expr x, Expr y, Expr z) => Rewrite(Div(Mul(y, x), Mul(z, x)), to: Div(y, z));
    [Pattern(Priority = Common)] static Rule CommonDivisor(Expr x, Expr y, Expr z) => Rewrite(Div(Div(x, z), Div(y, z)), to: Div(x, y));

    [Pattern] static Rule TimesReciprocal(Expr x, Expr y) => Rewrite(Mul(x, Div(Num(Int(1)), y)), to: Div(x, y));
    [Pattern(Priority = Mirrored)] static Rule ReciprocalTimes(Expr x, Expr y) => Rewrite(Mul(Div(Num(Int(1)), y), x), to: Div(x, y));
    [Pattern] static Rule OverReciprocal(Expr x, Expr y) => Rewrite(Div(x, Div(Num(Int(1)), y)), to: Mul(x, y));
    [Pattern] static Rule OneOverQuotient(Expr x, Expr y) => Rewrite(Div(Num(Int(1)), Div(x, y)), to: Div(y, x));
    [Pattern]
    static Rule OneOverReciprocals(Expr x, Expr y) =>
        Rewrite(Div(Num(Int(1)), Add(Div(Num(Int(1)), x), Div(Num(Int(1)), y))), to: Div(Mul(x, y), Add(x, y)));
    [Pattern]
    static Rule TimesOneMinusReciprocal(Expr x) => Rewrite(
        Mul(x, Sub(Num(Int(1)), Div(Num(Int(1)), x))), to: Add(Num(Int(-1)), x));
    [Pattern] static Rule TimesOnePlusReciprocal(Expr x) => Rewrite(Mul(x, Add(Num(Int(1)), Div(Num(Int(1)), x))), to: Add(Num(Int(1)), x));

    [Pattern(Priority = MovingDiv)] static Rule QuotientOver(Expr x, Expr y, Expr z) => Rewrite(Div(Div(x, y), z), to: Div(x, Mul(y, z)));
    [Pattern(Priority = MovingDiv)] static Rule OverQuotient(Expr x, Expr y, Expr z) => Rewrite(Div(x, Div(y, z)), to: Div(Mul(x, z), y));
    [Pattern(Priority = MovingDiv)]
    static Rule DivQuotients(Expr x, Expr y, Expr z, Expr w) => Rewrite(
        Div(Div(x, y), Div(z, w)), to: Div(Mul(x, w), Mul(y, z)));
    [Pattern(Priority = MovingDiv)]
    static Rule DivOutOfMulLeft(Expr x, Expr y, Expr z) => Rewrite(
        Mul(Div(x, y), z), to: Div(Mul(x, z), y));
    [Pattern(Priority = MovingDiv)]
    static Rule DivOutOfMulRight(Expr x, Expr y, Expr z) => Rewrite(
        Mul(x, Div(y, z)), to: Div(Mul(x, y), z)).When(!IsNum(x));
    [Pattern(Priority = MovingDiv)]
    static Rule MulQuotients(Expr x, Expr y, Expr z, Expr w) => Rewrite(
        Mul(Div(x, y), Div(z, w)), to: Div(Mul(x, z), Mul(y, w)));

    [Operation] private static partial bool IsNum(Expr x);
    [Pattern] static Rule IsNumYes(Number _a) => Rewrite(IsNum(Num(_a)), to: true);
    [Pattern] static Rule IsNumNo(Expr _x) => Rewrite(IsNum(_x), to: false);

    // ---- signs ----

    [Pattern] static Rule NegNeg(Expr x) => Rewrite(Neg(Neg(x)), to: x);
    [Pattern] static Rule NegSub(Expr x, Expr y) => Rewrite(Neg(Sub(x, y)), to: Sub(y, x));
    [Pattern] static Rule NegNumAdd(Number a, Expr x) => Rewrite(Neg(Add(Num(a), x)), to: Sub(Negative(a), x));
    [Pattern] static Rule NegNumMul(Number a, Expr x) => Rewrite(Neg(Mul(Num(a), x)), to: Mul(Negative(a), x));
    [Pattern] static Rule NegNumDiv(Number a, Expr x) => Rewrite(Neg(Div(Num(a), x)), to: Div(Negative(a), x));
    [Pattern] static Rule AddNegRight(Expr x, Expr y) => Rewrite(Add(x, Neg(y)), to: Sub(x, y));
    [Pattern] static Rule AddNegLeft(Expr x, Expr y) => Rewrite(Add(Neg(x), y), to: Sub(y, x));
    [Pattern] static Rule AddNegs(Expr x, Expr y) => Rewrite(Add(Neg(x), Neg(y)), to: Neg(Add(x, y)));
    [Pattern] static Rule SubNegRight(Expr x, Expr y) => Rewrite(Sub(x, Neg(y)), to: Add(x, y));
    [Pattern] static Rule NumMulNeg(Number a, Expr x) => Rewrite(Mul(Num(a), Neg(x)), to: Mul(Negative(a), x));
    [Pattern] static Rule NumDivNeg(Number a, Expr x) => Rewrite(Div(Num(a), Neg(x)), to: Div(Negative(a), x));
    [Pattern] static Rule MulNegs(Expr x, Expr y) => Rewrite(Mul(Neg(x), Neg(y)), to: Mul(x, y));
    [Pattern] static Rule DivNegs(Expr x, Expr y) => Rewrite(Div(Neg(x), Neg(y)), to: Div(x, y));

    [Pattern(Priority = MovingNeg)] static Rule NegOutOfSub(Expr x, Expr y) => Rewrite(Sub(Neg(x), y), to: Neg(Add(x, y)));
    [Pattern(Priority = MovingNeg)] static Rule NegOutOfMulLeft(Expr x, Expr y) => Rewrite(Mul(Neg(x), y), to: Neg(Mul(x, y)));
    [Pattern(Priority = MovingNeg)] static Rule NegOutOfMulRight(Expr x, Expr y) => Rewrite(Mul(x, Neg(y)), to: Neg(Mul(x, y)));
    [Pattern(Priority = MovingNeg)] static Rule NegOutOfDivLeft(Expr x, Expr y) => Rewrite(Div(Neg(x), y), to: Neg(Div(x, y)));
    [Pattern(Priority = MovingNeg)] static Rule NegOutOfDivRight(Expr x, Expr y) => Rewrite(Div(x, Neg(y)), to: Neg(Div(x, y)));
}
