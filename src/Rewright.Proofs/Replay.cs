using System;
using System.Linq;
using System.Text;
using Rewright.Checks;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>Recomputes counterexamples by the module's own rules in the interpreter.</summary>
internal static class Replay
{
    private const string Holds = "`replayed conditions`", Source = "`replayed source`", Target = "`replayed target`";

    private static readonly EvaluationLimits Limits = new()
    {
        Time = TimeSpan.FromSeconds(5), MaxStackBytes = 1 << 26,
        MaxHeapBytes = 1 << 28
    };

    /// <summary>
    /// True if both sides have different values, or only the source has one. Null if that cannot be computed, for example because of host
    /// operations.
    /// </summary>
    public static bool? Differs(Module module, Claim claim, Counterexample found)
    {
        if (claim.Ground(found.Values) is not { } ground) return null;
        try
        {
            using var jit = new JitCompiler(JitOptions.WebAssembly);
            using var compiled = jit.Compile(WithoutHosts(module).With(Declarations(ground)));
            string[] hosts = [.. module.Operations.Where(o => o.IsHost).Select(o => o.Name)];
            if (Value(compiled, Holds, hosts) != "true" || Value(compiled, Source, hosts) is not { } source) return false;
            return source != Value(compiled, Target, hosts);
        }
        catch (Exception e) when (
            e is ModuleException or InvalidOperationException or FormatException or TimeLimitException or StackLimitException
                or MemoryLimitException)
        {
            return null;
        }
    }

    // A term that needs a host operation gets stuck.
    private static Module WithoutHosts(Module module)
    {
        var syntax = module.Syntax with
        {
            Operations = module.Syntax.Operations.Select(
            o => o with { Attributes = o.Attributes with { Flags = o.Attributes.Flags & ~SymbolAttributes.Host } }).ToEquatableArray()
        };
        return Checker.Check(syntax, name => module.Closure.FirstOrDefault(m => m.Name == name)).Module ?? module;
    }

    // If a condition does not hold, its operation is stuck.
    private static string Declarations(GroundClaim ground)
    {
        var text = new StringBuilder("\nop " + Holds + ": bool\nrule `replayed conditions hold`: " + Holds + "() -> true");
        foreach (var condition in ground.Conditions)
            text.Append(condition is WhereCondition
                where ? " where " + where.Pattern + " = " + where.Subject : " if " + condition.Expressions.Single());
        foreach (var (name, side) in new[] { (Source, ground.Source), (Target, ground.Target) })
            text.Append("\nop " + name + ": " + ground.Denotation.Result.Name + "\nrule `of"
                + name.Replace("`", "", StringComparison.Ordinal) + "`: " + name + "() -> "
                + new ApplyExpr(ground.Denotation, EquatableArray.Of(side)));
        return text.Append('\n').ToString();
    }

    // Null if there is no value.
    private static string? Value(CompiledModule module, string operation, string[] hosts)
    {
        using var heap = new TermHeap { Limits = Limits };
        try
        {
            return module.Evaluate(operation + "()", heap);
        }
        catch (StuckTermException e) when (hosts.Contains(e.Term.Split('(')[0]))
        {
            throw new InvalidOperationException("C# computes " + e.Term + ".", e);
        }
        catch (Exception e) when (e is StuckTermException or ArithmeticException or ArgumentException or CounterOverflowException)
        {
            return null;
        }
    }
}
