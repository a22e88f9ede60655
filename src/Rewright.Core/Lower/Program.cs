using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

// The lowered form: administrative normal form (Flanagan et al., The Essence of Compiling with Continuations, PLDI 1993)
// with explicit memory operations. A function is a set of labelled blocks. A labelled block is closed: it uses its
// parameters and what it computes, nothing else, so it can be moved, copied and counted by itself. Arms of a switch are
// nested in their block and see what it has computed.
//
// All of it is immutable. Calls and jumps lead back to where they stand, so they name functions and labels, and the program
// says what code these have: a pass makes a new program of new definitions, and shares what it leaves as it is.

/// <summary>How a program holds terms, and for whom.</summary>
public enum ProgramForm
{
    /// <summary>Counters and packed sorts in words, all others in cells.</summary>
    Unboxed,

    /// <summary>All terms in cells, for those that do not fit into words.</summary>
    Boxed,

    /// <summary>All terms in cells; the program makes each rewrite by itself and knows where.</summary>
    Traced,

    /// <summary>
    /// For a language that keeps memory itself: without memory operations, holes and packed sorts. Counters are words, and
    /// <see cref="TailCall.Around"/> takes the place of holes.
    /// </summary>
    Managed,
}

/// <summary>A lowered module with everything it needs of the modules that it uses. Immutable and thread-safe.</summary>
public sealed class Program
{
    private Dictionary<Function, Definition>? _byFunction;
    private Statics? _statics;

    /// <summary>A program as it is lowered, before all passes.</summary>
    /// <param name="module">The module.</param>
    /// <param name="form">How it holds terms.</param>
    /// <param name="seesRules">True where each rule that fires is to be seen, so that no call may be computed while compiling.</param>
    /// <param name="layouts">How terms lie in memory.</param>
    /// <param name="definitions">All functions; callees of others are among them.</param>
    /// <param name="entries">What C# can call: by operation or normalizer of the module, in order of declaration.</param>
    public Program(ModuleDefinition module, ProgramForm form, bool seesRules, Layouts layouts, ImmutableArray<Definition> definitions,
        ImmutableArray<Function> entries)
    {
        (Module, Form, SeesRules, Layouts) = (module, form, seesRules, layouts);
        HostOperations = module.Closure.SelectMany(m => m.Operations).Where(o => o.IsHost).ToImmutableArray();
        (Definitions, Entries, Functions) = (definitions, entries, definitions.Select(d => d.Function).ToImmutableArray());
    }

    private Program(Program other, ImmutableArray<Definition> definitions, ImmutableArray<Function> entries, bool isCounted)
    {
        (Module, Form, SeesRules, Layouts, HostOperations) = (other.Module, other.Form, other.SeesRules, other.Layouts,
            other.HostOperations);
        (Definitions, Entries, IsCounted, Functions) = (definitions, entries, isCounted,
            definitions.Select(d => d.Function).ToImmutableArray());
    }

    /// <summary>The module.</summary>
    public ModuleDefinition Module { get; }

    /// <summary>How it holds terms.</summary>
    public ProgramForm Form { get; }

    /// <summary>True where each rule that fires is to be seen, so that no call may be computed while compiling.</summary>
    public bool SeesRules { get; }

    /// <summary>How terms lie in memory.</summary>
    public Layouts Layouts { get; }

    /// <summary>The operations that C# implements, those of used modules first.</summary>
    public ImmutableArray<Operation> HostOperations { get; }

    /// <summary>The code of all functions; callees of others are among them.</summary>
    public ImmutableArray<Definition> Definitions { get; }

    /// <summary>What C# can call: by operation or normalizer of the module, in order of declaration.</summary>
    public ImmutableArray<Function> Entries { get; }

    /// <summary>True once memory operations are in.</summary>
    public bool IsCounted { get; }

    /// <summary>
    /// True where calls know their places and rules their variables, and nothing is computed otherwise than the rules say.
    /// </summary>
    public bool IsTraced => Form == ProgramForm.Traced;

    /// <summary>The functions in the order of their definitions.</summary>
    public ImmutableArray<Function> Functions { get; }

    /// <summary>The values that exist only at run time.</summary>
    public Statics Statics => _statics ??= new(Definitions);

    /// <summary>The code of a function.</summary>
    public Definition this[Function function] => (_byFunction ??= Definitions.ToDictionary(d => d.Function))[function];

    /// <summary>The same program with other code.</summary>
    public Program With(IEnumerable<Definition> definitions) => new(this, definitions.ToImmutableArray(), Entries, IsCounted);

    /// <summary>The same program with other code behind other entries.</summary>
    public Program With(IEnumerable<Definition> definitions, ImmutableArray<Function> entries)
        => new(this, definitions.ToImmutableArray(), entries, IsCounted);

    /// <summary>The same program with memory operations in its code.</summary>
    public Program WithCounts(IEnumerable<Definition> definitions) => new(this, definitions.ToImmutableArray(), Entries, isCounted: true);
}
