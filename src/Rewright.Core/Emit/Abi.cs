using Rewright.Model;
using Rewright.Primitives;

namespace Rewright.Emit;

/// <summary>
/// The numbers that compiled code and the runtime agree on. <c>docs/abi.md</c> explains them. Any change raises the version.
/// </summary>
public static class Abi
{
    /// <summary>The version of all these numbers.</summary>
    public const int Version = 2;

    // Offsets in the context of a heap, in bytes.
    /// <summary>The lowest stack address that code may use. The largest address requests attention at the next safepoint.</summary>
    public const int StackLimit = 0;
    /// <summary>The jump buffer to which an error jumps.</summary>
    public const int JumpBuffer = 8;
    /// <summary>The table of the runtime's functions.</summary>
    public const int Services = 16;
    /// <summary>The table of the running program's statics in this heap.</summary>
    public const int Statics = 24;
    /// <summary>The result of a call, up to four words.</summary>
    public const int Result = 32;
    /// <summary>The operation that an error is about, as an index into the module's names.</summary>
    public const int Operation = 64;
    /// <summary>The number of rewrites left, in code that counts them.</summary>
    public const int Steps = 72;
    /// <summary>A function to call when a rule fires, in code that traces; 0 for none.</summary>
    public const int Trace = 80;
    /// <summary>The runtime's handle of the heap.</summary>
    public const int Owner = 88;
    /// <summary>The changed flag: the number of terms around the last step of a normalizer for which it may matter.</summary>
    public const int Changed = 104;
    /// <summary>Requests of other threads; read if <see cref="StackLimit"/> is the largest address.</summary>
    public const int Attention = 96;
    /// <summary>The heads of the free lists, by size in words from 0 to <see cref="MaxListedWords"/>.</summary>
    public const int FreeLists = 128;
    /// <summary>The arguments of a call, one word each.</summary>
    public const int Arguments = 512;
    /// <summary>The number of words for arguments.</summary>
    public const int ArgumentWords = 256;
    /// <summary>The size of the context.</summary>
    public const int ContextSize = Arguments + (ArgumentWords * 8);

    // Cells.
    /// <summary>The largest size in words of cells from free lists; a larger cell has a chunk of its own.</summary>
    public const int MaxListedWords = 32;
    /// <summary>The alignment and size of chunks, in bytes. A chunk starts with the size of its cells in words.</summary>
    public const int ChunkSize = 1 << 16;
    /// <summary>The first bit of the tag in a header; the count is below it.</summary>
    public const int TagShift = 32;
    /// <summary>The first bit of the number of term fields in a header.</summary>
    public const int TermCountShift = 56;
    /// <summary>The value in place of the number of term fields if the cell stands for a C# object.</summary>
    public const int ExternalMark = 0xFF;
    /// <summary>A count that never changes again.</summary>
    public const uint Immortal = uint.MaxValue;

    /// <summary>The call has a result.</summary>
    public const int Ok = 0;
    /// <summary>No rule applies to the term given by <see cref="Operation"/> and the arguments.</summary>
    public const int Stuck = 1;
    /// <summary>The stack limit is reached.</summary>
    public const int StackExhausted = 2;
    /// <summary>The memory limit is reached.</summary>
    public const int OutOfMemory = 3;
    /// <summary>The caller cancelled.</summary>
    public const int Cancelled = 4;
    /// <summary>The time limit is reached.</summary>
    public const int TimedOut = 5;
    /// <summary>The limit of rewrites is reached.</summary>
    public const int StepsExhausted = 6;
    /// <summary>C# code that the program called threw; the runtime keeps the exception.</summary>
    public const int HostFailed = 7;
    /// <summary>DivideByZeroException.</summary>
    public const int DivideByZero = 8;
    /// <summary>OverflowException.</summary>
    public const int Overflow = 9;
    /// <summary>ArithmeticException: the sign of NaN.</summary>
    public const int NotANumber = 10;
    /// <summary>ArgumentOutOfRangeException: the logarithm of a negative integer.</summary>
    public const int OutOfRange = 11;
    /// <summary>A counter does not fit 63 bits.</summary>
    public const int CounterOverflow = 12;
    /// <summary>Bailout: a term does not fit into a word, so the call must be repeated in the boxed form.</summary>
    public const int Bailout = 13;
    /// <summary>A Rust crate has failed unexpectedly; compiled code never returns this.</summary>
    public const int Panicked = 14;
    /// <summary>ArgumentOutOfRangeException: a negative exponent of a <c>BigInteger</c>.</summary>
    public const int NegativeExponent = 15;

    // Services, as indices into the table.
    /// <summary>
    /// <c>int attention(context, enter, thunk)</c>: 0 to go on; 1 if the call has been made elsewhere; otherwise the negative status.
    /// </summary>
    public const int AttentionService = 0;
    /// <summary><c>cell refill(context, words)</c>: returns a cell, or 0 at the memory limit.</summary>
    public const int RefillService = 1;
    /// <summary><c>void release(context, cell)</c>: frees an external or large cell.</summary>
    public const int ReleaseService = 2;
    /// <summary><c>int equal(context, left, right)</c>: compares two cells.</summary>
    public const int EqualService = 3;
    /// <summary>
    /// <c>int compute(context, primitive, words)</c>: computes a primitive; the first word receives the result. Returns a status.
    /// </summary>
    public const int ComputeService = 4;
    /// <summary>
    /// <c>int host(context, index, words)</c>: calls a host operation; the first word receives the result. Returns a status.
    /// </summary>
    public const int HostService = 5;
    /// <summary><c>word recall(context, cell)</c>: returns the remembered normal form, or 0 if there is none.</summary>
    public const int RecallService = 6;
    /// <summary><c>int remember(context, cell, word)</c>: remembers a normal form. Returns a status.</summary>
    public const int RememberService = 7;
    /// <summary>C's <c>int _setjmp(buffer)</c>.</summary>
    public const int SetJumpService = 8;
    /// <summary>C's <c>void longjmp(buffer, status)</c>.</summary>
    public const int LongJumpService = 9;
    /// <summary>The number of services.</summary>
    public const int ServiceCount = 10;

    /// <summary>The number of words of a descriptor before its entries, statics and names.</summary>
    public const int DescriptorWords = 10;

    /// <summary>The number of a function of built-in sorts: operation, operand and result sort; of enums, the underlying ones.</summary>
    public static int NumberOf(Primitive primitive)
        => (int)primitive.Op | ((int)NumberKinds.Of(primitive.Operand) << 8) | ((int)NumberKinds.Of(primitive.Result) << 12);

    /// <summary>The exported symbol of a module's descriptor.</summary>
    public static string DescriptorSymbol(string module) => "rewright.module." + module;

    /// <summary>The exported symbol for code in caches and bundles, which is found by the module's identity.</summary>
    public static string DescriptorSymbol(ModuleIdentity identity) => "rewright.code." + identity;
}
