using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Ir.IrText;

namespace Rewright.Emit.Llvm;

/// <summary>The options of compiled code.</summary>
/// <param name="CountRewrites">Counts rules that fire, so that the number can be limited and read.</param>
/// <param name="ServeAllocations">Asks the runtime for every cell, so that tests can make any allocation fail.</param>
/// <param name="IsAnonymous">Exports the descriptor under the module's identity instead of its name, so that a library can hold modules
/// with the same name.</param>
/// <param name="Profile">How often each rule has fired, which tells LLVM the frequent paths; null if unknown.</param>
/// <param name="Places">The places of rules and symbols for debug information; empty for code without it.</param>
public sealed record EmitOptions(
    bool CountRewrites = false, bool ServeAllocations = false, bool IsAnonymous = false,
    IReadOnlyDictionary<RewriteRule, long>? Profile = null, EquatableArray<SourcePlace> Places = default);

/// <summary>LLVM IR for one object.</summary>
/// <param name="Name">The name, unique in the program; empty for the part with the module's descriptor.</param>
/// <param name="Text">The IR.</param>
public sealed record LlvmPart(string Name, string Text);

/// <summary>
/// Writes a program as textual LLVM IR for LLVM 19 to 22. The text depends only on the program and the options.
/// </summary>
public sealed class LlvmEmitter
{
    private readonly Program _program;
    private readonly Dictionary<FunctionSymbol, int> _names = [];
    private readonly HashSet<Function> _recursive;
    private readonly Dictionary<FunctionSymbol, string> _frees = [];
    private readonly SortedSet<int> _sizes = [];
    private readonly bool _isDivided;

    private LlvmEmitter(Program program, EmitOptions options, bool isDivided)
    {
        _isDivided = isDivided;
        (_program, Options, Debug) = (program, options, DebugMetadata.For(program.Module, options.Places));
        _recursive = CallGraph.FunctionsThatNeedStack(program);
    }

    internal EmitOptions Options { get; }

    /// <summary>The debug information; null for none.</summary>
    internal DebugMetadata? Debug { get; }

    internal Layouts Layouts => _program.Layouts;

    internal Statics Statics => _program.Statics;

    internal Definition CodeOf(Function function) => _program[function];

    /// <summary>Writes the program.</summary>
    public static string Emit(Program program, EmitOptions? options = null)
        => new LlvmEmitter(program, options ?? new EmitOptions(), isDivided: false).EmitParts([new("", program.Functions)])[0].Text;

    /// <summary>
    /// Writes the program; a large one in parts that can be compiled separately and linked into one library.
    /// </summary>
    public static ImmutableArray<LlvmPart> EmitParts(Program program, EmitOptions? options = null)
    {
        options ??= new EmitOptions();
        // Debug information is a single unit of functions and rules that refer to each other, so the program is not divided.
        ImmutableArray<FunctionGroup> groups = options.Places.Count > 0 ? [new("", program.Functions)]
            : FunctionGroups.Of(program);
        return new LlvmEmitter(program, options, groups.Length > 1).EmitParts(groups);
    }

    /// <summary>LLVM's passes for an optimization level; null for LLVM's own choice.</summary>
    /// <remarks>
    /// Level 1 has the passes that matter for this code: its loops are already closed, it has no sums to reorder, and its calls are final.
    /// Simplifying each function before it is inlined into its callers matters most; tables instead of tests of finite sorts and loop
    /// rotation come last. The code is as fast as that of level 2, and compiles in two thirds of the time.
    /// </remarks>
    public static string? PipelineFor(int level) => level == 1
        ? "always-inline,function(sroa,early-cse,simplifycfg,instcombine<no-verify-fixpoint>),globaldce,"
            + "cgscc(inline,function(sroa,early-cse<memssa>,simplifycfg,instcombine<no-verify-fixpoint>,gvn,dse,simplifycfg)),globaldce,"
            + "function(loop-mssa(loop-simplifycfg,loop-rotate,licm),"
            + "simplifycfg<switch-to-lookup;hoist-common-insts;sink-common-insts>,instcombine<no-verify-fixpoint>)"
        : null;

    internal bool NeedsStackCheck(Function function) => _recursive.Contains(function);

    internal void UseSize(int words) => _sizes.Add(words);

    /// <summary>The function that frees the cells of a symbol; it is written on first use.</summary>
    internal IrCallee FreeFunction(FunctionSymbol symbol)
    {
        if (!_frees.TryGetValue(symbol, out var name)) _frees.Add(symbol, name = Global("free " + symbol.FullName));
        return new(IrType.Void, name);
    }

    /// <summary>The number by which the runtime knows a host operation, or the operation in an error.</summary>
    internal int IndexOf(FunctionSymbol symbol)
    {
        if (symbol is Operation { IsHost: true } host) return _program.HostOperations.IndexOf(host);
        if (!_names.TryGetValue(symbol, out int index)) _names.Add(symbol, index = _names.Count);
        return index;
    }

    /// <summary>The linkage of functions: only those of a divided program are visible to the linker.</summary>
    internal string Linkage => _isDivided ? "hidden" : "internal";

    /// <summary>The global name of a function. Another module in the library may have a function with the same name.</summary>
    internal string NameOf(Function function) => Global((_isDivided ? _program.Module.Name + "/" : "") + function.Name);

    /// <summary>A function, for calls of it.</summary>
    internal IrCallee CalleeOf(Function function) => new(LlvmTypes.ResultType(function.Result), NameOf(function), "tailcc");

    /// <summary>The global name of a function's thunk.</summary>
    internal string ThunkOf(Function function) => Global((_isDivided ? _program.Module.Name + "/" : "") + function.Name + ".thunk");

    private ImmutableArray<LlvmPart> EmitParts(ImmutableArray<FunctionGroup> groups)
    {
        // Numbers are assigned independently of the rules; otherwise an edit of one rule would change the code of others.
        if (_isDivided)
            foreach (var operation in _program.Module.Closure.SelectMany(m => m.Operations).Where(o => !o.IsHost)) IndexOf(operation);

        var entries = _program.Entries.ToImmutableHashSet();
        var codes = groups.Select(group => group.Functions.SelectMany(Emit).ToList()).ToList();
        // Written last, because the functions decide which of them are needed.
        var frees = _frees.OrderBy(f => f.Value, StringComparer.Ordinal)
            .Select(f => LlvmFunctionEmitter.EmitFree(this, f.Key, f.Value)).ToList();
        // By now thunks have been written, and names have the numbers under which the descriptor lists them.
        var descriptor = LlvmDescriptor.Emit(_program, Options, [.. _names.OrderBy(n => n.Value).Select(n => n.Key.FullName)], ThunkOf);
        var library = LlvmRuntime.Functions.With(_sizes.SelectMany(words => LlvmRuntime.ForSize(words, Options.ServeAllocations)));
        if (!_isDivided) return [new("", Part([descriptor, .. codes[0]], [], frees, library))];

        var signatures = _program.Functions.SelectMany(Declare).OrderBy(s => s.Name, StringComparer.Ordinal).ToList();
        return [new("", Part([descriptor], signatures, frees, library)),
            .. groups.Select((g, i) => new LlvmPart(g.Name, Part(codes[i], signatures, frees, library)))];

        bool HasThunk(Function function) => NeedsStackCheck(function) || entries.Contains(function);

        IEnumerable<IrDefinition> Emit(Function function)
        {
            yield return LlvmFunctionEmitter.Emit(this, function, Title(function));
            if (HasThunk(function)) yield return LlvmThunk.Emit(this, function);
        }

        IEnumerable<IrDefinition> Declare(Function function)
        {
            yield return LlvmCalls.Declare(this, function);
            if (HasThunk(function)) yield return LlvmThunk.Declare(this, function);
        }
    }

    private string Part(List<IrDefinition> code, List<IrDefinition> signatures, List<IrDefinition> frees, IrLibrary library)
    {
        var defined = new HashSet<string>(code.Select(d => d.Name));
        var used = new HashSet<string>(code.SelectMany(d => d.Globals));
        var usedFrees = frees.Where(f => used.Contains(f.Name)).ToList();
        used.UnionWith(usedFrees.SelectMany(f => f.Globals));
        var text = new StringBuilder();
        string name = _program.Module.Name;
        text.Append($"; Module {Comment(name)}, compiled by Rewright, ABI {Number(Abi.Version)}.\n");
        text.Append($"source_filename = \"{Escape(name)}\"\n\n");
        foreach (var signature in signatures)
            if (used.Contains(signature.Name) && !defined.Contains(signature.Name)) text.Append(signature.Text);
        foreach (var definition in library.NeededBy(used).Concat(code).Concat(usedFrees)) text.Append(definition.Text).Append('\n');
        return text.Append(LlvmRuntime.Metadata).Append(Debug).ToString();
    }

    private static string Title(Function function) => function.Role switch
    {
        FunctionRole.Operation => "Operation " + function.Name,
        FunctionRole.Normalizer => "Normalizer " + function.Name,
        FunctionRole.Visit => "Brings a term to normal form, for a normalizer: " + function.Name,
        _ => "Builds a term in normal form, for a normalizer: " + function.Name,
    };
}
