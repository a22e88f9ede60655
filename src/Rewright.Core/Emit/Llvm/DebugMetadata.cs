using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Ir.IrText;

namespace Rewright.Emit.Llvm;

/// <summary>Writes where code comes from, as the metadata that LLVM makes DWARF of.</summary>
/// <remarks>
/// Functions, their parts and versions included, have the name and line of their operation; what a rule does once it fires has the line of
/// the rule. What comes of a module whose places are not known has none.
/// </remarks>
internal sealed class DebugMetadata
{
    // The first nodes are those of branch weights, which every module has.
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

    /// <summary>Null where no places are known.</summary>
    public static DebugMetadata? For(ModuleDefinition module, EquatableArray<SourcePlace> places)
        => places.Count == 0 ? null : new(module, places);

    /// <summary>The nodes, for the end of the module.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Declares a function, or its thunk; null where nobody knows where its operation stands.</summary>
    public DebugScope? ScopeOf(Function function, bool isThunk = false)
    {
        // `Demo.Peano.Plus$into` is a version of an operation, `Demo.Algebra.Simplify.visit.Demo.Algebra.Expr` a part of a normalizer.
        for (string name = function.Name; ; name = name.Substring(0, name.LastIndexOfAny(['$', '.'])))
        {
            if (_symbols.TryGetValue(name, out var place))
            {
                // Nobody wants to stop in a thunk.
                if (isThunk) (name, place) = (name + ".thunk", place with { Line = 0 });
                return new DebugScope(this, Add(SubprogramOf(name, place)), place);
            }

            if (name.LastIndexOfAny(['$', '.']) < 0) return null;
        }
    }

    /// <summary>Where a rule stands, or null.</summary>
    public SourcePlace? PlaceOf(RewriteRule rule) => _rules.TryGetValue(rule, out var place) ? place : null;

    /// <summary>The location of a place, for code of a function that may stand in another file.</summary>
    public string LocationOf(SourcePlace place, string subprogram, string file)
        => Once(Location(place, place.File == file ? subprogram
            : Once($"!DILexicalBlockFile(scope: {subprogram}, file: {FileOf(place)}, discriminator: 0)")));

    /// <summary>A location as it is written.</summary>
    public static string Location(SourcePlace place, string scope) => $"!DILocation(line: {Number(place.Line)}, scope: {scope})";

    /// <summary>
    /// The location where a rule fires: as if the rule were a function that was unfolded there, so that debuggers find it by its name as
    /// well.
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

/// <summary>A function, as debuggers see it.</summary>
/// <param name="metadata">Of its module.</param>
/// <param name="subprogram">Its node.</param>
/// <param name="place">Where its operation stands.</param>
internal sealed class DebugScope(DebugMetadata metadata, string subprogram, SourcePlace place)
{
    /// <summary>What follows the attributes of the function.</summary>
    public string Attachment { get; } = " !dbg " + subprogram;

    /// <summary>What follows instructions that belong to no rule.</summary>
    public string Location { get; } = ", !dbg " + metadata.LocationOf(place, subprogram, place.File);

    /// <summary>What follows instructions of a rule.</summary>
    public string LocationOf(RewriteRule rule)
        => metadata.PlaceOf(rule) is { } there ? ", !dbg " + metadata.LocationOf(there, subprogram, place.File) : Location;

    /// <summary>What follows <see cref="Firing"/>; null where it is not known where the rule stands.</summary>
    public string? FiringLocationOf(RewriteRule rule)
        => metadata.PlaceOf(rule) is { } there ? ", !dbg " + metadata.FiringOf(rule, there, DebugMetadata.Location(place, subprogram))
            : null;

    /// <summary>The instruction that stands where a rule fires.</summary>
    /// <remarks>
    /// Optimisers mix the instructions of rules with others, and give them up where they can, so that debuggers could not stop there. This
    /// one stays: side effects keep it on the way of each firing, the attributes keep it from being shared with another rule's, or doubled.
    /// </remarks>
    public static IrCallee Firing { get; } = new(IrType.Void, "asm sideeffect \"nop\", \"\"",
        Attributes: "nounwind nomerge convergent memory(inaccessiblemem: readwrite)");
}
