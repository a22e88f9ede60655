using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

// The lowered form: administrative normal form (Flanagan et al., The Essence of Compiling with Continuations, PLDI 1993)
// with explicit memory operations. A function is a set of labelled blocks. A labelled block is closed: it uses its
// parameters and what it computes, nothing else, so it can be moved, copied and counted by itself. Arms of a switch are
// nested in their block and see what it has computed.

/// <summary>What a local holds.</summary>
internal abstract record LocalType
{
    private protected LocalType() { }

    /// <summary>A value of a sort.</summary>
    public static LocalType Of(Sort sort) => new ValueType(sort);

    /// <summary>A value of a sort.</summary>
    public sealed record ValueType(Sort Sort) : LocalType;

    /// <summary>The memory of a taken-apart cell, or none: what <see cref="Construct"/> builds in, or <see cref="Free"/> gives back.</summary>
    /// <param name="Words">Size of the cell.</param>
    public sealed record Token(int Words) : LocalType;
}

/// <summary>The sort of holes: addresses of fields that are still to be filled.</summary>
internal sealed record HoleSort : Sort
{
    private HoleSort() { }

    public override string Name => "hole";

    /// <summary>The only one.</summary>
    public static HoleSort Instance { get; } = new();
}

/// <summary>A name for a value, assigned once. Two locals are the same only if they are one object.</summary>
internal sealed class Local(string name, LocalType type)
{
    /// <summary>A local for a value.</summary>
    public Local(string name, Sort sort) : this(name, LocalType.Of(sort)) { }

    /// <summary>A hint for readers; not unique.</summary>
    public string Name => name;

    /// <summary>What it holds.</summary>
    public LocalType Type => type;

    /// <summary>The sort of its value.</summary>
    /// <exception cref="System.InvalidCastException">It is a token.</exception>
    public Sort Sort => ((LocalType.ValueType)type).Sort;

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>Where a call stands: below a rule's target or condition, or below the term that a normalizer visits.</summary>
/// <param name="Rule">The rule, null for a normalizer's visit.</param>
/// <param name="Condition">Index of the condition, -1 for the target.</param>
/// <param name="Path">Indexes of parts, from the root of the expression down.</param>
internal sealed record CallSite(RewriteRule? Rule, int Condition, EquatableArray<int> Path)
{
    /// <summary>The place of a part.</summary>
    public CallSite At(int part) => this with { Path = Path.Append(part).ToEquatableArray() };
}

/// <summary>Something that is computed and named. Compared by structure, so that equal values can be found and shared.</summary>
internal abstract record Value
{
    private protected Value() { }

    /// <summary>The locals it reads.</summary>
    public virtual EquatableArray<Local> Arguments => EquatableArray<Local>.Empty;

    /// <summary>True where the arguments' ownership passes to the value; otherwise they are only looked at.</summary>
    public virtual bool Consumes => false;

    /// <summary>The same value of other locals, in the order of <see cref="Arguments"/>.</summary>
    public abstract Value With(EquatableArray<Local> arguments);
}

/// <summary>A constant.</summary>
internal sealed record Constant(Literal Literal) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>A field of a cell that is known to be built with <paramref name="Symbol"/>. The result is borrowed from the cell.</summary>
internal sealed record Field(Local Cell, FunctionSymbol Symbol, int Index) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Cell);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Cell = arguments[0] };
}

/// <summary>A term built of its parts: a constructor, or the stuck term of an open operation.</summary>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Parts">The fields.</param>
/// <param name="Reuse">A token whose memory it takes if there is some; null for none.</param>
internal sealed record Construct(FunctionSymbol Symbol, EquatableArray<Local> Parts, Local? Reuse = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>A cell of which one field is still to be filled: a hole.</summary>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Index">The field that is missing among the parts.</param>
/// <param name="Parts">The other fields, in order.</param>
/// <param name="Reuse">A token whose memory it takes if there is some; null for none.</param>
internal sealed record ConstructAround(FunctionSymbol Symbol, int Index, EquatableArray<Local> Parts, Local? Reuse = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>The address of a cell's hole.</summary>
internal sealed record HoleOf(Local Cell, FunctionSymbol Symbol, int Index) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Cell);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Cell = arguments[0] };
}

/// <summary>A call of a function of the program.</summary>
internal sealed record Call(Function Callee, EquatableArray<Local> Parts) : Value
{
    /// <summary>Where the call stands, in programs that are traced; it keeps calls of different places apart.</summary>
    public CallSite? Site { get; init; }

    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override bool Consumes => true;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>A call of an operation that C# implements.</summary>
internal sealed record HostCall(Operation Operation, EquatableArray<Local> Parts) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>A function of built-in sorts.</summary>
internal sealed record Compute(Primitive Primitive, EquatableArray<Local> Parts) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this with { Parts = arguments };
}

/// <summary>Whether two terms are equal.</summary>
internal sealed record Same(Local Left, Local Right) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Left, Right);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new Same(arguments[0], arguments[1]);
}

/// <summary>Whether two terms are one cell.</summary>
internal sealed record IsSameCell(Local Left, Local Right) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Left, Right);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsSameCell(arguments[0], arguments[1]);
}

/// <summary>Whether a term is a cell that more than one reference leads to.</summary>
/// <param name="Term">The term.</param>
/// <param name="Holder">The cell that <paramref name="Term"/> is a field of, which is taken apart only after this; null for a term that is owned.</param>
internal sealed record IsShared(Local Term, Local? Holder = null) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Holder is null ? EquatableArray.Of(Term) : EquatableArray.Of(Term, Holder);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsShared(arguments[0], arguments.Count > 1 ? arguments[1] : null);
}

/// <summary>Whether this normalization has met a shared cell before; <see cref="Recalled"/> then gives what came of it.</summary>
internal sealed record IsRemembered(Local Term) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Term);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new IsRemembered(arguments[0]);
}

/// <summary>What came of a remembered cell, owned.</summary>
internal sealed record Recalled(Local Term) : Value
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Term);

    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => new Recalled(arguments[0]);
}

/// <summary>Whether the value of an operation without parameters has been computed in this heap.</summary>
internal sealed record IsKept(Function Operation) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>The value of an operation without parameters that has been computed, owned.</summary>
internal sealed record Kept(Function Operation) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>True where the last <see cref="Mark"/> has left at least a number.</summary>
internal sealed record WasMarked(int Least = 1) : Value
{
    /// <inheritdoc/>
    public override Value With(EquatableArray<Local> arguments) => this;
}

/// <summary>A step of a block.</summary>
internal abstract record Instruction
{
    private protected Instruction() { }
}

/// <summary>Computes a value and names it.</summary>
internal sealed record Let(Local Target, Value Value) : Instruction;

/// <summary>Puts a value, owned, into a hole.</summary>
internal sealed record Fill(Local Hole, Local Value) : Instruction;

/// <summary>Calls a function that fills a hole instead of giving a result.</summary>
internal sealed record Perform(Call Call) : Instruction;

/// <summary>A rule fires: where steps are counted and traced.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Times">How often, null for once.</param>
internal sealed record Fire(RewriteRule Rule, Local? Times = null) : Instruction
{
    /// <summary>The values of the rule's variables, in programs that are traced. They are only looked at.</summary>
    public EquatableArray<KeyValuePair<Variable, Local>> Bindings { get; init; }
}

/// <summary>Notes what has come of a shared cell, its normal form or the term after a step, for the rest of this normalization.</summary>
/// <remarks>Both are only looked at; the memory keeps references of its own.</remarks>
internal sealed record Remember(Local Term, Local Normal) : Instruction;

/// <summary>Keeps the value of an operation without parameters, which is only looked at, for the life of the heap.</summary>
internal sealed record Keep(Function Operation, Local Value) : Instruction;

/// <summary>
/// Leaves a number beside the result of a function: for how many of the terms around the result a step of a normalizer may matter; 0 for none.
/// </summary>
internal sealed record Mark(int Value) : Instruction;

/// <summary>One more reference. Inserted by <see cref="ReferenceCounts"/>, like those that follow.</summary>
internal sealed record Dup(Local Target) : Instruction;

/// <summary>One reference less; the last one frees the term.</summary>
internal sealed record Drop(Local Target) : Instruction;

/// <summary>
/// Takes a cell apart whose own reference ends here: the wanted fields, borrowed until now, become owned.
/// A cell that nobody else holds gives its fields away and its memory to the token; of a shared one the wanted fields get
/// one more reference each, and the token stays empty.
/// </summary>
/// <param name="Cell">The cell, owned.</param>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Wanted">By field index: the local that becomes owned, or null for a field that is dropped.</param>
/// <param name="Token">Takes the memory; null to free it.</param>
internal sealed record Open(Local Cell, FunctionSymbol Symbol, EquatableArray<Local?> Wanted, Local? Token) : Instruction;

/// <summary>Gives back the memory of a token that nothing was built in.</summary>
internal sealed record Free(Local Token) : Instruction;

/// <summary>How a block ends.</summary>
internal abstract record Terminator
{
    private protected Terminator() { }

    /// <summary>The locals it reads itself, without those of nested blocks.</summary>
    public virtual EquatableArray<Local> Arguments => EquatableArray<Local>.Empty;

    /// <summary>The nested blocks.</summary>
    public virtual IEnumerable<Block> Arms => [];
}

/// <summary>The result of the function.</summary>
internal sealed record Return(Local Result) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Result);
}

/// <summary>The function, which fills a hole instead of giving a result, is done.</summary>
internal sealed record Done : Terminator;

/// <summary>The result of the function is that of another call, which takes the place of this one on the stack.</summary>
internal sealed record TailCall(Function Callee, EquatableArray<Local> Parts) : Terminator
{
    /// <summary>Where the call stands, in programs that are traced.</summary>
    public CallSite? Site { get; init; }

    /// <summary>Terms to be built around the result, innermost first; only in programs without memory operations.</summary>
    public EquatableArray<Surrounding> Around { get; init; } = EquatableArray<Surrounding>.Empty;

    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Around.Count == 0 ? Parts : Around.SelectMany(a => a.Others).Concat(Parts).ToEquatableArray();
}

/// <summary>A term to be built when one of its fields has been computed.</summary>
/// <param name="Symbol">What it is built with.</param>
/// <param name="Index">The field that is missing.</param>
/// <param name="Others">The other fields, in order.</param>
internal sealed record Surrounding(FunctionSymbol Symbol, int Index, EquatableArray<Local> Others);

/// <summary>Goes on at a labelled block of the same function.</summary>
internal sealed record Jump(Label Target, EquatableArray<Local> Parts) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;
}

/// <summary>No rule applies to an operation that is not open: the evaluation ends with an error that names the term.</summary>
internal sealed record Stuck(FunctionSymbol Symbol, EquatableArray<Local> Parts) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => Parts;
}

/// <summary>A term does not fit its fast form: the evaluation is done again in the general form.</summary>
internal sealed record Leave : Terminator;

/// <summary>Goes on by the truth of a value.</summary>
internal sealed record Branch(Local Test, Block WhenTrue, Block WhenFalse) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Test);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms => [WhenTrue, WhenFalse];
}

/// <summary>Goes on by the symbol that a term is built with.</summary>
/// <param name="Subject">The term; it stays owned or borrowed as it was.</param>
/// <param name="Cases">Constructors by tag, then open operations.</param>
/// <param name="Otherwise">For all other symbols; null where there are none.</param>
internal sealed record Switch(Local Subject, EquatableArray<KeyValuePair<FunctionSymbol, Block>> Cases, Block? Otherwise) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Subject);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms => Otherwise is null ? Cases.Select(c => c.Value) : Cases.Select(c => c.Value).Append(Otherwise);
}

/// <summary>Goes on by the literal that a value equals.</summary>
internal sealed record LiteralSwitch(Local Subject, EquatableArray<KeyValuePair<Literal, Block>> Cases, Block? Otherwise) : Terminator
{
    /// <inheritdoc/>
    public override EquatableArray<Local> Arguments => EquatableArray.Of(Subject);

    /// <inheritdoc/>
    public override IEnumerable<Block> Arms => Otherwise is null ? Cases.Select(c => c.Value) : Cases.Select(c => c.Value).Append(Otherwise);
}

/// <summary>Instructions, then a way on.</summary>
internal sealed record Block(ImmutableArray<Instruction> Instructions, Terminator End)
{
    /// <summary>The block and all in it, nested ones after the block that they are in.</summary>
    public IEnumerable<Block> Blocks()
    {
        var stack = new Stack<Block>([this]);
        while (stack.Count > 0)
        {
            var block = stack.Pop();
            yield return block;
            foreach (var arm in block.End.Arms.Reverse()) stack.Push(arm);
        }
    }

    /// <summary>The labels that jumps in it go to.</summary>
    public IEnumerable<Label> Jumps() => Blocks().Select(b => b.End).OfType<Jump>().Select(j => j.Target);
}

/// <summary>A labelled block with parameters.</summary>
internal sealed class Label(string name, bool isCut = false)
{
    /// <summary>True where it was cut off to keep nesting flat, so that it is not to become part of another block.</summary>
    public bool IsCut => isCut;

    /// <summary>A hint for readers; not unique.</summary>
    public string Name => name;

    /// <summary>What a jump passes.</summary>
    public ImmutableArray<Local> Parameters { get; internal set; } = [];

    /// <summary>The block.</summary>
    public Block Body { get; internal set; } = null!;
}

/// <summary>A function of the program: an operation, or a part of a normalizer.</summary>
internal sealed class Function(string name, FunctionRole role, ImmutableArray<Local> parameters, Sort? result)
{
    /// <summary>Unique in the program.</summary>
    public string Name => name;

    /// <summary>What it is for.</summary>
    public FunctionRole Role => role;

    /// <summary>The parameters, all owned by the function.</summary>
    public ImmutableArray<Local> Parameters { get; internal set; } = parameters;

    /// <summary>Sort of the result, which the caller owns; null for a function that fills a hole instead.</summary>
    public Sort? Result { get; internal set; } = result;

    /// <summary>Where it starts; its parameters are those of the function.</summary>
    public Block Body { get; internal set; } = null!;

    /// <summary>Further blocks, jumped to from more than one place or cut off to keep nesting flat.</summary>
    public ImmutableArray<Label> Labels { get; internal set; } = [];

    /// <summary>All blocks, nested ones after the block that they are in.</summary>
    public IEnumerable<Block> Blocks() => Labels.Select(l => l.Body).Prepend(Body).SelectMany(b => b.Blocks());

    /// <summary>The labels, each before those that it jumps to: jumps go forward only.</summary>
    public List<Label> OrderedLabels()
    {
        var targets = Labels.ToDictionary(l => l, l => l.Body.Jumps().ToList());
        var result = new List<Label>();
        var done = new HashSet<Label>();
        foreach (var root in Labels)
        {
            var work = new Stack<(Label Label, int Next)>();
            work.Push((root, 0));
            while (work.Count > 0)
            {
                var (label, next) = work.Pop();
                if (next == 0 && !done.Add(label)) continue;
                if (next < targets[label].Count)
                {
                    work.Push((label, next + 1));
                    if (!done.Contains(targets[label][next])) work.Push((targets[label][next], 0));
                    continue;
                }

                result.Add(label);
            }
        }

        result.Reverse();
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => name;
}

/// <summary>What a function is for.</summary>
internal enum FunctionRole
{
    /// <summary>It evaluates an operation.</summary>
    Operation,
    /// <summary>It is the entry of a normalizer.</summary>
    Normalizer,
    /// <summary>It visits the terms of one sort for a normalizer.</summary>
    Visit,
    /// <summary>It builds a term of one constructor for a normalizer, or what the simplifications make of it.</summary>
    Simplify,
}

/// <summary>A lowered module with everything it needs of the modules that it uses.</summary>
/// <param name="Module">The module.</param>
/// <param name="Functions">All functions; callees of others are among them.</param>
/// <param name="Entries">What C# can call: by operation or normalizer of the module, in order of declaration.</param>
/// <param name="HostOperations">The operations that C# implements, those of used modules first.</param>
/// <param name="Layouts">How terms lie in memory.</param>
/// <param name="Statics">The values that exist only at run time.</param>
/// <param name="IsTraced">True where calls know their places and rules their variables, and nothing is computed otherwise than the rules say.</param>
internal sealed record Program(
    ModuleDefinition Module,
    ImmutableArray<Function> Functions,
    ImmutableArray<Function> Entries,
    ImmutableArray<Operation> HostOperations,
    Layouts Layouts,
    Statics Statics,
    bool IsTraced = false);
