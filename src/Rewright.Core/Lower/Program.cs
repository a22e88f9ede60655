using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Lower;

// The lowered form is administrative normal form (Flanagan et al., The Essence of Compiling with Continuations, PLDI 1993) with explicit
// memory operations. A function is a set of labelled blocks. A labelled block is closed: it uses only its parameters and what it computes,
// so it can be moved, copied and counted by itself. Arms of a switch are nested in their block and see what it has computed.
//
// Everything is immutable. Calls and jumps can be cyclic, so they refer to functions and labels, and the program maps these to their code.
// A pass makes a new program from new definitions and shares what it does not change.

/// <summary>How a program holds terms, and which engine it is for.</summary>
public enum ProgramForm
{
    /// <summary>Counters and packed sorts in words, all other terms in cells.</summary>
    Unboxed,

    /// <summary>All terms in cells, for terms that do not fit into words.</summary>
    Boxed,

    /// <summary>All terms in cells; each rewrite is a step of its own and knows its place.</summary>
    Traced,

    /// <summary>
    /// For a language that manages memory itself: no memory operations, holes or packed sorts. Counters are words, and
    /// <see cref="TailCall.Around"/> replaces holes.
    /// </summary>
    Managed,

    /// <summary>
    /// For terms that are objects of the user's own types: as <see cref="Managed"/>, but every term is an object. Nothing is known about
    /// sharing, and objects that do not change are kept.
    /// </summary>
    Objects,
}

/// <summary>A lowered module with everything it needs from the modules that it uses. Immutable and thread-safe.</summary>
public sealed class Program
{
    private Dictionary<Function, Definition>? _byFunction;
    private Statics? _statics;

    /// <summary>Makes a program directly after lowering.</summary>
    /// <param name="module">The module.</param>
    /// <param name="form">The form of the program.</param>
    /// <param name="seesRules">True if each rule that fires must be visible, so that no call may be evaluated at compile time.</param>
    /// <param name="layouts">The memory layout of terms.</param>
    /// <param name="definitions">All functions, including all callees.</param>
    /// <param name="entries">The functions that C# can call, for the operations and normalizers of the module in order of
    /// declaration.</param>
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

    /// <summary>The form of the program.</summary>
    public ProgramForm Form { get; }

    /// <summary>True if each rule that fires must be visible, so that no call may be evaluated at compile time.</summary>
    public bool SeesRules { get; }

    /// <summary>The memory layout of terms.</summary>
    public Layouts Layouts { get; }

    /// <summary>The operations that C# implements; those of used modules come first.</summary>
    public ImmutableArray<Operation> HostOperations { get; }

    /// <summary>The code of all functions, including all callees.</summary>
    public ImmutableArray<Definition> Definitions { get; }

    /// <summary>The functions that C# can call, for the operations and normalizers of the module in order of declaration.</summary>
    public ImmutableArray<Function> Entries { get; }

    /// <summary>True after memory operations have been inserted.</summary>
    public bool IsCounted { get; }

    /// <summary>
    /// True if calls know their places and rules their variables, and every computation follows the rules literally.
    /// </summary>
    public bool IsTraced => Form == ProgramForm.Traced;

    /// <summary>The functions in the order of their definitions.</summary>
    public ImmutableArray<Function> Functions { get; }

    /// <summary>The values that exist only at run time.</summary>
    public Statics Statics => _statics ??= new(Definitions);

    /// <summary>The code of a function.</summary>
    public Definition this[Function function] => (_byFunction ??= Definitions.ToDictionary(d => d.Function))[function];

    /// <summary>The program with other code.</summary>
    public Program With(IEnumerable<Definition> definitions) => new(this, definitions.ToImmutableArray(), Entries, IsCounted);

    /// <summary>The program with other code and other entries.</summary>
    public Program With(IEnumerable<Definition> definitions, ImmutableArray<Function> entries)
        => new(this, definitions.ToImmutableArray(), entries, IsCounted);

    /// <summary>The program with code that contains memory operations.</summary>
    public Program WithCounts(IEnumerable<Definition> definitions) => new(this, definitions.ToImmutableArray(), Entries, isCounted: true);
}
