namespace Rewright.Emit;

/// <summary>
/// The numbers that compiled code and runtime agree on. <c>docs/abi.md</c> explains them; a change of any raises the version.
/// </summary>
public static class Abi
{
    /// <summary>Version of everything here.</summary>
    public const int Version = 2;

    // The context of a heap, in bytes.
    /// <summary>Lowest stack address that code may use; the largest address asks for attention at the next check.</summary>
    public const int StackLimit = 0;
    /// <summary>Where an error jumps to.</summary>
    public const int JumpBuffer = 8;
    /// <summary>Table of the runtime's functions.</summary>
    public const int Services = 16;
    /// <summary>Table of the running program's statics in this heap.</summary>
    public const int Statics = 24;
    /// <summary>Result of a call, up to four words.</summary>
    public const int Result = 32;
    /// <summary>Which operation an error is about, as an index into the module's names.</summary>
    public const int Operation = 64;
    /// <summary>Rewrites left, in code that counts them.</summary>
    public const int Steps = 72;
    /// <summary>Called when a rule fires, in code that traces; 0 for none.</summary>
    public const int Trace = 80;
    /// <summary>The runtime's own handle of the heap.</summary>
    public const int Owner = 88;
    /// <summary>The changed flag: for how many of the terms around it the last step of a normalizer may matter.</summary>
    public const int Changed = 104;
    /// <summary>Requests that other threads have made; read with <see cref="StackLimit"/> at its largest.</summary>
    public const int Attention = 96;
    /// <summary>Heads of the free lists, by size in words from 0 to <see cref="MaxListedWords"/>.</summary>
    public const int FreeLists = 128;
    /// <summary>Arguments of a call, one word each.</summary>
    public const int Arguments = 512;
    /// <summary>Number of words there.</summary>
    public const int ArgumentWords = 256;
    /// <summary>Size of the context.</summary>
    public const int ContextSize = Arguments + (ArgumentWords * 8);

    // Cells.
    /// <summary>Cells up to this size come from free lists; larger ones each have a chunk of their own.</summary>
    public const int MaxListedWords = 32;
    /// <summary>Cells lie in chunks that start at multiples of this; a chunk starts with the size of its cells in words.</summary>
    public const int ChunkSize = 1 << 16;
    /// <summary>First bit of the tag in a header; the count is below it.</summary>
    public const int TagShift = 32;
    /// <summary>First bit of the number of term fields in a header.</summary>
    public const int TermCountShift = 56;
    /// <summary>In place of the number of term fields: the cell stands for a C# object.</summary>
    public const int ExternalMark = 0xFF;
    /// <summary>A count that is never changed again.</summary>
    public const uint Immortal = uint.MaxValue;

    /// <summary>Status of a call that gave a result.</summary>
    public const int Ok = 0;
    /// <summary>No rule applies; <see cref="Operation"/> and the arguments tell to what.</summary>
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
    /// <summary>C# code called by the program threw; the runtime keeps the exception.</summary>
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
    /// <summary>Bailout: a term does not fit into a word, so that the call is to be made in the boxed form.</summary>
    public const int Bailout = 13;
    /// <summary>A Rust crate has failed in a way that it should not; compiled code never ends so.</summary>
    public const int Panicked = 14;
    /// <summary>ArgumentOutOfRangeException: a negative exponent of an integer of any size.</summary>
    public const int NegativeExponent = 15;

    // Services, as indices into the table.
    /// <summary>
    /// <c>int attention(context, enter, thunk)</c>: 0 goes on, 1 means that the call has been made elsewhere, others are -status.
    /// </summary>
    public const int AttentionService = 0;
    /// <summary><c>cell refill(context, words)</c>: a cell, 0 at the memory limit.</summary>
    public const int RefillService = 1;
    /// <summary><c>void release(context, cell)</c>: frees an external or large cell.</summary>
    public const int ReleaseService = 2;
    /// <summary><c>int equal(context, left, right)</c>: compares two cells.</summary>
    public const int EqualService = 3;
    /// <summary>
    /// <c>int compute(context, primitive, words)</c>: a function of built-in sorts; result in the first word; gives a status.
    /// </summary>
    public const int ComputeService = 4;
    /// <summary><c>int host(context, index, words)</c>: an operation implemented in C#; result in the first word; gives a status.</summary>
    public const int HostService = 5;
    /// <summary><c>word recall(context, cell)</c>: the remembered normal form, 0 for none.</summary>
    public const int RecallService = 6;
    /// <summary><c>int remember(context, cell, word)</c>: gives a status.</summary>
    public const int RememberService = 7;
    /// <summary>C's <c>int _setjmp(buffer)</c>.</summary>
    public const int SetJumpService = 8;
    /// <summary>C's <c>void longjmp(buffer, status)</c>.</summary>
    public const int LongJumpService = 9;
    /// <summary>Number of services.</summary>
    public const int ServiceCount = 10;

    /// <summary>Words of a descriptor before what it says of entries, statics and names.</summary>
    public const int DescriptorWords = 10;

    /// <summary>The exported symbol of a module's descriptor.</summary>
    public static string DescriptorSymbol(string module) => "rewright.module." + module;

    /// <summary>The same for code that is found by what it was made from, in caches and bundles.</summary>
    public static string DescriptorSymbol(ModuleIdentity identity) => "rewright.code." + identity;
}
