using Rewright;
using static Rewright.Dsl;

/// <summary>
/// Peephole rules for machine words. What each constructor computes is stated, so the build proves every rule, at 8, 16, 32 and 64 bits.
/// </summary>
[PatternModule]
public static partial class Peephole
{
    [Sort, Means("bits 8 16 32 64")] public readonly partial struct Word;

    [Constructor] public static partial Word Input(Symbol name);
    [Constructor, Means("(sext_or_trunc value)")] public static partial Word Const(long value);
    [Constructor, Means("bvnot")] public static partial Word Not(Word x);
    [Constructor, Means("bvneg")] public static partial Word Neg(Word x);
    [Constructor, Means("bvand")] public static partial Word And(Word x, Word y);
    [Constructor, Means("bvor")] public static partial Word Or(Word x, Word y);
    [Constructor, Means("bvxor")] public static partial Word Xor(Word x, Word y);
    [Constructor, Means("bvadd")] public static partial Word Add(Word x, Word y);
    [Constructor, Means("bvsub")] public static partial Word Sub(Word x, Word y);
    [Constructor, Means("bvmul")] public static partial Word Mul(Word x, Word y);
    [Constructor, Means("bvshl")] public static partial Word Shl(Word x, Word count);
    [Constructor, Means("bvlshr")] public static partial Word Shr(Word x, Word count);

    // Constants.
    [Pattern(Priority = 3)] static Rule FoldAdd(long a, long b) => Rewrite(Add(Const(a), Const(b)), to: Const(a + b));
    [Pattern(Priority = 3)] static Rule FoldMul(long a, long b) => Rewrite(Mul(Const(a), Const(b)), to: Const(a * b));
    [Pattern(Priority = 3)] static Rule FoldAnd(long a, long b) => Rewrite(And(Const(a), Const(b)), to: Const(a & b));
    [Pattern(Priority = 2)] static Rule AddZero(Word x) => Rewrite(Add(x, Const(0)), to: x);
    [Pattern(Priority = 2)] static Rule SubZero(Word x) => Rewrite(Sub(x, Const(0)), to: x);
    [Pattern(Priority = 2)] static Rule MulZero(Word x) => Rewrite(Mul(x, Const(0)), to: Const(0));
    [Pattern(Priority = 2)] static Rule MulOne(Word x) => Rewrite(Mul(x, Const(1)), to: x);
    [Pattern(Priority = 1)]
    static Rule MulPow2(Word x, long c) => Rewrite(Mul(x, Const(c)), to: Shl(x, Const(Log2(c)))).When(
        c > 0 && c <= 64 && IsPow2(c));

    // The same word twice.
    [Pattern(Priority = 1)] static Rule AddSelf(Word x) => Rewrite(Add(x, x), to: Shl(x, Const(1)));
    [Pattern(Priority = 1)] static Rule SubSelf(Word x) => Rewrite(Sub(x, x), to: Const(0));
    [Pattern(Priority = 1)] static Rule XorSelf(Word x) => Rewrite(Xor(x, x), to: Const(0));
    [Pattern(Priority = 1)] static Rule AndSelf(Word x) => Rewrite(And(x, x), to: x);
    [Pattern(Priority = 1)] static Rule OrSelf(Word x) => Rewrite(Or(x, x), to: x);

    // Complements.
    [Pattern(Priority = 1)] static Rule NotNot(Word x) => Rewrite(Not(Not(x)), to: x);
    [Pattern(Priority = 1)] static Rule NegNeg(Word x) => Rewrite(Neg(Neg(x)), to: x);
    [Pattern(Priority = 1)] static Rule NotPlusOne(Word x) => Rewrite(Add(Not(x), Const(1)), to: Neg(x));
    [Pattern] static Rule AndOfNots(Word x, Word y) => Rewrite(And(Not(x), Not(y)), to: Not(Or(x, y)));
    [Pattern] static Rule AddNeg(Word x, Word y) => Rewrite(Add(x, Neg(y)), to: Sub(x, y));

    // What an adder is made of.
    [Pattern(Priority = -1)] static Rule HalfAdder(Word x, Word y) => Rewrite(Add(Xor(x, y), Shl(And(x, y), Const(1))), to: Add(x, y));
    [Pattern(Priority = -1)] static Rule OrPlusAnd(Word x, Word y) => Rewrite(Add(Or(x, y), And(x, y)), to: Add(x, y));
    [Pattern(Priority = -1)] static Rule OrMinusAnd(Word x, Word y) => Rewrite(Sub(Or(x, y), And(x, y)), to: Xor(x, y));

    // Wrong: the lowest bit is lost. With this rule the build fails, and says for which word.
    // [Pattern] static Rule HalveThenDouble(Word x) => Rewrite(Shl(Shr(x, Const(1)), Const(1)), to: x);

    /// <summary>The term with all rules applied.</summary>
    [Normalizer] public static partial Word Optimize(Word word);
}
