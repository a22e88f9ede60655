using System.IO;
using System.Linq;
using System.Text;
using Rewright.Emit.Ir;

namespace Rewright.Quantum.Optimizing;

/// <summary>Writes the search for each rule of a set as a function in LLVM IR, over the arrays of a <see cref="GateSequence"/>.</summary>
/// <remarks>
/// What <see cref="RuleMatcher"/> asks the rule at each step is decided here: kinds of gates become the cases of a switch, gates of the
/// source straight-line code, commutations comparisons with constants. Both search in the same order.
/// </remarks>
internal static class MatcherEmitter
{
    /// <summary>
    /// The exported table of the functions, by the numbers of the rules. Each takes a context and the first node, and returns 1 or 0.
    /// </summary>
    public const string Table = "rewright_circuit_matchers";

    /// <summary>What a function calls for an angle that is a sum with variables.</summary>
    public const string Solver = "rewright_circuit_solve";

    /// <summary>Sources of more gates are left to the interpreter.</summary>
    public const int MaxGates = 64;

    private static readonly IrFile Fixed = ReadFixed();

    /// <summary>Writes all rules of a set.</summary>
    public static string Emit(CompiledRules rules)
    {
        IrDefinition[] made = [CommutationEmitter.Commute(rules), CommutationEmitter.CommuteOne(rules),
            .. rules.All.Where(IsCompiled).Select(RuleEmitter.Emit)];
        // The file declares what is made here, so that LLVM can check it by itself.
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
