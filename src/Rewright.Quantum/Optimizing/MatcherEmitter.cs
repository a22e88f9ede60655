using System.IO;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;

namespace Rewright.Quantum.Optimizing;

/// <summary>Emits the search for each rule of a set as an LLVM function over the arrays of a <see cref="GateSequence"/>.</summary>
/// <remarks>
/// Facts about the rule that <see cref="RuleMatcher"/> looks up at each step are compiled in: kinds of gates become cases of a switch,
/// gates of the source straight-line code, commutations comparisons with constants. Both search in the same order.
/// </remarks>
internal static class MatcherEmitter
{
    /// <summary>
    /// The exported table of the functions, by rule number. Each takes a context and the first node, and returns 1 or 0.
    /// </summary>
    public const string Table = "rewright_circuit_matchers";

    /// <summary>The function called for an angle that is a sum with variables.</summary>
    public const string Solver = "rewright_circuit_solve";

    /// <summary>The largest number of gates in a source; the interpreter handles larger sources.</summary>
    public const int MaxGates = 64;

    private static readonly IrFile Fixed = ReadFixed();

    /// <summary>Emits all rules of a set.</summary>
    public static string Emit(CompiledRules rules)
    {
        IrDefinition[] made = [CommutationEmitter.Commute(rules), CommutationEmitter.CommuteOne(rules),
            .. rules.All.Where(IsCompiled).Select(RuleEmitter.Emit)];
        // The file declares the functions that are generated here, so that LLVM can check it alone.
        var all = Fixed.Definitions.Where(d => made.All(m => m.Name != d.Name)).Concat(made);
        var text = new StringBuilder(Fixed.Types);
        foreach (var definition in all) text.Append(definition.Text).Append('\n');
        var table = rules.All.Select(r => "ptr " + (IsCompiled(r) ? RuleEmitter.NameOf(r) : "null")).ToList();
        return text.Append($"@{Table} = constant {IrType.Array(table.Count, IrType.Ptr)} [{string.Join(", ", table)}]\n").ToString();
    }

    private static bool IsCompiled(CompiledRule rule) => rule.Source.Length <= MaxGates;

    private static IrFile ReadFixed()
    {
        using var stream = typeof(MatcherEmitter).Assembly.GetManifestResourceStream("matcher.ll")!;
        using var reader = new StreamReader(stream);
        return new(reader.ReadToEnd());
    }
}
