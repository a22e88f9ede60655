using System.Numerics;
using Rewright;
using Simplify.Expressions;

namespace Simplify.Rules;

/// <summary>Real-valued expressions as terms, and the rules that simplify them.</summary>
/// <remarks>
/// <para>Every rule holds over the real numbers wherever its source is defined: the target is defined there and equal. The
/// meaning of each constructor is that of the <see cref="Operation"/> of the same name.</para>
/// <para>No rule makes an expression larger, and rewriting ends: what keeps the size (from <see cref="Moving"/> on,
/// and <see cref="Ordering"/>) moves numbers, signs and divisions outwards, or puts + for - and * for /.</para>
/// <para>So normal forms look like this: a number stands left in sums and products, and outermost where these nest;
/// <c>x - number</c> is <c>-number + x</c>, and <c>x / number</c> is <c>1/number * x</c>; divisions are outside of products
/// and negations outside of both; <c>x * x</c> is <c>x^2</c>. Rules have to match these forms only.</para>
/// </remarks>
[PatternModule]
public static partial class RealRules
{
    // Priorities: of two rules that apply, the one that leaves less to do goes first. Most rules, which shrink, have none.

    /// <summary>Values of functions at given numbers.</summary>
    private const int Folding = 60;

    /// <summary>Numbers go left, so that other rules look for them there only.</summary>
    private const int Ordering = 50;

    /// <summary>Laws of 0 and 1, of true and false.</summary>
    private const int Units = 45;

    /// <summary>Laws of an expression with itself.</summary>
    private const int Itself = 40;

    /// <summary>What is part of one side and all of the other goes away.</summary>
    private const int Cancelling = 30;

    /// <summary>What is part of both sides goes away.</summary>
    private const int Common = 25;

    /// <summary>Two numbers become one.</summary>
    private const int Numbers = 20;

    /// <summary>The mirror image of a rule that goes first where both apply.</summary>
    private const int Mirrored = -1;

    /// <summary>The size stays, and other rules may match afterwards: numbers go outwards, ...</summary>
    private const int Moving = -10;

    /// <summary>... then negations, ...</summary>
    private const int MovingNeg = -20;

    /// <summary>... then divisions, ...</summary>
    private const int MovingDiv = -30;

    /// <summary>... and negative powers become divisions.</summary>
    private const int MovingPow = -40;

    [Sort] public readonly partial struct Expr;

    /// <summary>An exact rational number.</summary>
    [Constructor] public static partial Expr Num(Number value);

    /// <summary>A number with too many digits to compute with, so that no rule applies to it.</summary>
    /// <remarks>Without it squaring a number again and again would double its digits each time.</remarks>
    [Constructor] public static partial Expr LongNum(Number value);
    [Constructor] public static partial Expr Variable(Symbol name);
    [Constructor] public static partial Expr Pi();
    [Constructor] public static partial Expr E();

    /// <summary>Another constant.</summary>
    [Constructor] public static partial Expr Constant(NamedConstant name);

    [Constructor] public static partial Expr Neg(Expr x);
    [Constructor] public static partial Expr Add(Expr x, Expr y);
    [Constructor] public static partial Expr Sub(Expr x, Expr y);
    [Constructor] public static partial Expr Mul(Expr x, Expr y);
    [Constructor] public static partial Expr Div(Expr dividend, Expr divisor);
    [Constructor] public static partial Expr Fma(Expr x, Expr y, Expr z);
    [Constructor] public static partial Expr Pow(Expr x, Expr exponent);
    [Constructor] public static partial Expr Sqrt(Expr x);
    [Constructor] public static partial Expr Cbrt(Expr x);
    [Constructor] public static partial Expr Hypot(Expr x, Expr y);

    [Constructor] public static partial Expr Exp(Expr x);
    [Constructor] public static partial Expr Exp2(Expr x);
    [Constructor] public static partial Expr Expm1(Expr x);
    [Constructor] public static partial Expr Log(Expr x);
    [Constructor] public static partial Expr Log2(Expr x);
    [Constructor] public static partial Expr Log10(Expr x);
    [Constructor] public static partial Expr Log1p(Expr x);

    [Constructor] public static partial Expr Sin(Expr x);
    [Constructor] public static partial Expr Cos(Expr x);
    [Constructor] public static partial Expr Tan(Expr x);
    [Constructor] public static partial Expr Asin(Expr x);
    [Constructor] public static partial Expr Acos(Expr x);
    [Constructor] public static partial Expr Atan(Expr x);
    [Constructor] public static partial Expr Atan2(Expr y, Expr x);

    [Constructor] public static partial Expr Sinh(Expr x);
    [Constructor] public static partial Expr Cosh(Expr x);
    [Constructor] public static partial Expr Tanh(Expr x);
    [Constructor] public static partial Expr Asinh(Expr x);
    [Constructor] public static partial Expr Acosh(Expr x);
    [Constructor] public static partial Expr Atanh(Expr x);

    [Constructor] public static partial Expr Erf(Expr x);
    [Constructor] public static partial Expr Erfc(Expr x);

    [Constructor] public static partial Expr Fabs(Expr x);
    [Constructor] public static partial Expr Copysign(Expr magnitude, Expr sign);
    [Constructor] public static partial Expr Fmin(Expr x, Expr y);
    [Constructor] public static partial Expr Fmax(Expr x, Expr y);
    [Constructor] public static partial Expr Fdim(Expr x, Expr y);
    [Constructor] public static partial Expr Floor(Expr x);
    [Constructor] public static partial Expr Ceil(Expr x);
    [Constructor] public static partial Expr Trunc(Expr x);
    [Constructor] public static partial Expr Round(Expr x);
    [Constructor] public static partial Expr NearbyInt(Expr x);
    [Constructor] public static partial Expr Fmod(Expr dividend, Expr divisor);
    [Constructor] public static partial Expr Remainder(Expr dividend, Expr divisor);

    /// <summary>Only the branch that is taken has to be defined.</summary>
    [Constructor] public static partial Expr If(Condition condition, Expr then, Expr otherwise);

    [Sort] public readonly partial struct Condition;
    [Constructor] public static partial Condition True();
    [Constructor] public static partial Condition False();
    [Constructor] public static partial Condition Less(Expr x, Expr y);
    [Constructor] public static partial Condition LessEqual(Expr x, Expr y);
    [Constructor] public static partial Condition Greater(Expr x, Expr y);
    [Constructor] public static partial Condition GreaterEqual(Expr x, Expr y);
    [Constructor] public static partial Condition Equal(Expr x, Expr y);
    [Constructor] public static partial Condition NotEqual(Expr x, Expr y);

    /// <summary>False if one side is, even if the other side is undefined.</summary>
    [Constructor] public static partial Condition And(Condition c, Condition d);

    /// <summary>True if one side is, even if the other side is undefined.</summary>
    [Constructor] public static partial Condition Or(Condition c, Condition d);
    [Constructor] public static partial Condition Not(Condition c);

    /// <summary><see cref="If"/> with conditions as branches.</summary>
    [Constructor] public static partial Condition Choose(Condition condition, Condition then, Condition otherwise);

    /// <summary>An expression that is equal wherever <paramref name="x"/> is defined.</summary>
    [Normalizer(Strategy.Innermost)] public static partial Expr Simplify(Expr x);
}
