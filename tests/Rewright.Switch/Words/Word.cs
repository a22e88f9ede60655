namespace Rewright.Switch.Words;

/// <summary>An expression over words of 64 bits, as a decompiler or a compiler's back end has it.</summary>
/// <remarks>Comparisons are signed and give 1 or 0; shifts use the lowest six bits of their count; a quotient by 0 is 0.</remarks>
public abstract record Word;

public sealed record Const(long Value) : Word;
public sealed record Var(string Name) : Word;
public sealed record Add(Word Left, Word Right) : Word;
public sealed record Sub(Word Left, Word Right) : Word;
public sealed record Mul(Word Left, Word Right) : Word;

/// <summary>The signed quotient.</summary>
public sealed record Div(Word Left, Word Right) : Word;

/// <summary>The signed remainder.</summary>
public sealed record Rem(Word Left, Word Right) : Word;
public sealed record Neg(Word Operand) : Word;
public sealed record Not(Word Operand) : Word;
public sealed record And(Word Left, Word Right) : Word;
public sealed record Or(Word Left, Word Right) : Word;
public sealed record Xor(Word Left, Word Right) : Word;
public sealed record Shl(Word Left, Word Right) : Word;

/// <summary>Shifts zeros in.</summary>
public sealed record Shr(Word Left, Word Right) : Word;

/// <summary>Shifts the sign in.</summary>
public sealed record Sar(Word Left, Word Right) : Word;
public sealed record Eq(Word Left, Word Right) : Word;
public sealed record Ne(Word Left, Word Right) : Word;
public sealed record Lt(Word Left, Word Right) : Word;
public sealed record Le(Word Left, Word Right) : Word;
public sealed record Min(Word Left, Word Right) : Word;
public sealed record Max(Word Left, Word Right) : Word;

/// <summary><c>Then</c> if the condition is not 0.</summary>
public sealed record Select(Word Condition, Word Then, Word Else) : Word;

/// <summary>The lowest bits, fewer than 64, extended by zeros.</summary>
public sealed record Zext(Word Operand, int Bits) : Word;

/// <summary>The lowest bits, fewer than 64, extended by their sign.</summary>
public sealed record Sext(Word Operand, int Bits) : Word;

/// <summary>So many bits of the memory at an address, lowest byte first, extended by zeros.</summary>
public sealed record Load(Word Address, int Bits) : Word;
