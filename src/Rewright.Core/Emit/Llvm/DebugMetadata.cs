using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Ir.IrText;

namespace Rewright.Emit.Llvm;

/// <summary>Writes source positions as the metadata from which LLVM makes DWARF.</summary>
/// <remarks>
/// A function, including its parts and versions, has the name and line of its operation. Code that a rule executes when it fires has the
/// line of the rule. Modules without known places get no debug information.
/// </remarks>
internal sealed class DebugMetadata
{
    // The first nodes are the branch weights, which every module has.
    private const int Unit = 2, DwarfVersion = 3, MetadataVersion = 4, NoTypes = 5;

    private readonly Dictionary<string, SourcePlace> _symbols = [];
    private readonly Dictionary<RewriteRule, SourcePlace> _rules = new(ReferenceComparer<RewriteRule>.Instance);
    private readonly Dictionary<string, string> _known = [];
    private readonly StringBuilder _text = new();
    private int _next = NoTypes + 1;

    private DebugMetadata(ModuleDefinition module, EquatableArray<SourcePlace> places)
    {
        foreach (var place in places) _symbols[FullName(place.Module, place.Name)] = place;
        foreach (var declaring in module.Closure)
            foreach (var rule in declaring.Rules)
                if (_symbols.TryGetValue(FullName(declaring.Name, rule.Name), out var place)) _rules[rule] = place;

        _text.Append($"!llvm.dbg.cu = !{{!{Number(Unit)}}}\n");
        _text.Append($"!llvm.module.flags = !{{!{Number(DwarfVersion)}, !{Number(MetadataVersion)}}}\n");
        _text.Append($"!{Number(DwarfVersion)} = !{{i32 7, !\"Dwarf Version\", i32 4}}\n");
        _text.Append($"!{Number(MetadataVersion)} = !{{i32 2, !\"Debug Info Version\", i32 3}}\n");
        _text.Append($"!{Number(NoTypes)} = !DISubroutineType(types: !{{}})\n");
        string file = FileOf(places.First());
        _text.Append($"!{Number(Unit)} = distinct !DICompileUnit(language: DW_LANG_C99, file: {file}, producer: \"Rewright\", ");
        _text.Append("isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug)\n");
    }

    /// <summary>Null if no places are known.</summary>
    public static DebugMetadata? For(ModuleDefinition module, EquatableArray<SourcePlace> places)
        => places.Count == 0 ? null : new(module, places);

    /// <summary>The metadata nodes, for the end of the module.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Declares a function or its thunk; null if the place of its operation is unknown.</summary>
    public DebugScope? ScopeOf(Function function, bool isThunk = false)
    {
        // `Demo.Peano.Plus$into` is a version of an operation, `Demo.Algebra.Simplify.visit.Demo.Algebra.Expr` a part of a normalizer.
        for (string name = function.Name; ; name = name.Substring(0, name.LastIndexOfAny(['$', '.'])))
        {
            if (_symbols.TryGetValue(name, out var place))
            {
                // Line 0, because a debugger should not stop in a thunk.
                if (isThunk) (name, place) = (name + ".thunk", place with { Line = 0 });
                return new DebugScope(this, Add(SubprogramOf(name, place)), place);
            }

            if (name.LastIndexOfAny(['$', '.']) < 0) return null;
        }
    }

    /// <summary>The place of a rule, or null.</summary>
    public SourcePlace? PlaceOf(RewriteRule rule) => _rules.TryGetValue(rule, out var place) ? place : null;

    /// <summary>A location in a function whose code may be in another file.</summary>
    public string LocationOf(SourcePlace place, string subprogram, string file)
        => Once(Location(place, place.File == file ? subprogram
            : Once($"!DILexicalBlockFile(scope: {subprogram}, file: {FileOf(place)}, discriminator: 0)")));

    /// <summary>The text of a location.</summary>
    public static string Location(SourcePlace place, string scope) => $"!DILocation(line: {Number(place.Line)}, scope: {scope})";

    /// <summary>
    /// The location where a rule fires. It looks as if the rule were a function inlined there, so that debuggers also find it by name.
    /// </summary>
    public string FiringOf(RewriteRule rule, SourcePlace place, string around)
    {
        string subprogram = Once(SubprogramOf(FullName(place.Module, rule.Name), place)), inlinedAt = Add("distinct " + around);
        return Once($"!DILocation(line: {Number(place.Line)}, scope: {subprogram}, inlinedAt: {inlinedAt})");
    }

    private string SubprogramOf(string name, SourcePlace place)
    {
        string file = FileOf(place), line = Number(place.Line);
        return $"distinct !DISubprogram(name: \"{Escape(name)}\", scope: {file}, file: {file}, line: {line}, "
            + $"type: !{Number(NoTypes)}, scopeLine: {line}, "
            + $"flags: DIFlagPrototyped, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition | DISPFlagOptimized, unit: !{Number(Unit)})";
    }

    private string FileOf(SourcePlace place) => Once($"!DIFile(filename: \"{Escape(place.File)}\", directory: \"\")");

    private string Once(string node)
    {
        if (!_known.TryGetValue(node, out var reference)) _known.Add(node, reference = Add(node));
        return reference;
    }

    private string Add(string node)
    {
        string reference = "!" + Number(_next++);
        _text.Append(reference).Append(" = ").Append(node).Append('\n');
        return reference;
    }

    private static string FullName(string module, string name) => module.Length == 0 ? name : module + "." + name;
}

/// <summary>A function in the view of debuggers.</summary>
/// <param name="metadata">The metadata of its module.</param>
/// <param name="subprogram">The metadata node of the function.</param>
/// <param name="place">The place of its operation.</param>
internal sealed class DebugScope(DebugMetadata metadata, string subprogram, SourcePlace place)
{
    /// <summary>The metadata that follows the attributes of the function.</summary>
    public string Attachment { get; } = " !dbg " + subprogram;

    /// <summary>The metadata of instructions that belong to no rule.</summary>
    public string Location { get; } = ", !dbg " + metadata.LocationOf(place, subprogram, place.File);

    /// <summary>The metadata of instructions of a rule.</summary>
    public string LocationOf(RewriteRule rule)
        => metadata.PlaceOf(rule) is { } there ? ", !dbg " + metadata.LocationOf(there, subprogram, place.File) : Location;

    /// <summary>The metadata of <see cref="Firing"/>; null if the place of the rule is unknown.</summary>
    public string? FiringLocationOf(RewriteRule rule)
        => metadata.PlaceOf(rule) is { } there ? ", !dbg " + metadata.FiringOf(rule, there, DebugMetadata.Location(place, subprogram))
            : null;

    /// <summary>An instruction that marks the place where a rule fires.</summary>
    /// <remarks>
    /// Optimisers mix the instructions of rules with others and remove them where possible, so debuggers could not stop there. This
    /// instruction stays: its side effect keeps it on the path of each firing, and its attributes prevent merging with another rule's
    /// instruction and duplication.
    /// </remarks>
    public static IrCallee Firing { get; } = new(IrType.Void, "asm sideeffect \"nop\", \"\"",
        Attributes: "nounwind nomerge convergent memory(inaccessiblemem: readwrite)");
}
