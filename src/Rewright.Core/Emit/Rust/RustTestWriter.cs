using System.Collections.Generic;
using System.Linq;
using Rewright.Analysis;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes the tests of a crate: <c>tests.rs</c>.</summary>
/// <remarks>
/// Each rule is applied to the smallest terms that its source matches. The expected result comes from symbolic rewriting at generation
/// time, so a test compares two ways of evaluation. If the rewriting does not end, there is no test.
/// </remarks>
internal static class RustTestWriter
{
    private const int MostTests = 200, Deep = 100_000;

    public static string Write(RustRules rules)
    {
        var module = rules.Program.Module;
        var sorts = rules.Sorts;
        var inhabitants = new Inhabitants(module.Closure.SelectMany(m => m.Sorts));
        var all = new RuleIndex(module.Closure.SelectMany(m => m.Rules));
        var text = new RustWriter();
        text.Line("//! Rules applied to small terms, and terms that are deep.");
        text.Line();
        text.Line("#![allow(clippy::bool_assert_comparison, reason = \"results are compared with what is expected\")]");
        text.Line("#![allow(unused_imports, dead_code, reason = \"not every module has rules that can be tested so\")]");
        text.Line();
        text.Line("use crate::integer::Integer;");
        text.Line("use crate::text::{Symbol, Text};");
        text.Line("use crate::*;");
        text.Line("use alloc::string::ToString;");
        text.Line();
        using (text.Open("fn term<T: core::str::FromStr<Err = term::ParseError>>(text: &str) -> T")) text.Line("text.parse().unwrap()");
        // A test must not hide the function that it calls.
        var names = new HashSet<string>(rules.FunctionNames) { "term" };
        int count = 0;
        foreach (var operation in module.Operations.Where(o => !o.IsHost))
        {
            foreach (var rule in all[operation])
            {
                if (count >= MostTests || Example(rule, inhabitants, all) is not var (call, result)) continue;
                count++;
                var function = rules.Program.Entries[module.Operations.Where(o => !o.IsHost).ToList().IndexOf(operation)];
                var values = call.Arguments.Select(a => (sorts.IsCopy(a.Sort) ? "" : "&") + Value(a, sorts));
                string arguments = string.Join(", ", rules.Host.IsNeeded ? values.Prepend("&host::Nobody") : values);
                text.Line();
                text.Line("#[test]");
                using (text.Open("fn " + RustNames.Unique(names, RustNames.Snake(rule.Name)) + "()"))
                {
                    text.Line("// " + RustText.Comment(rule.ToString()));
                    string actual = rules.NameOf(function) + "(" + arguments + ").unwrap()";
                    text.Line(result is LiteralExpr ? "assert_eq!(" + actual + ", " + Value(result, sorts) + ");"
                        : "assert_eq!(" + actual + ".to_string(), " + RustNames.Quote(Print(result)) + ");");
                }
            }
        }

        foreach (var sort in sorts.All.Where(s => s.HasNodes)) WriteDeep(text, sort, sorts, inhabitants, names);
        return text.ToString();
    }

    // A call that the rule's source matches, and its normal form.
    private static (ApplyExpr Call, Expr Result)? Example(RewriteRule rule, Inhabitants inhabitants, RuleIndex rules)
    {
        if (Substitution.Rebuild(rule.Source, v => inhabitants.Smallest(v.Sort)) is not ApplyExpr call) return null;
        var result = new SymbolicRewriter(rules, []).Normalize(call);
        return IsValue(result) && call.Arguments.All(IsValue) ? (call, result) : null;
    }

    private static bool IsValue(Expr expr) => expr.Descendants().All(e
        => e is ApplyExpr { Symbol: Constructor } or LiteralExpr { Value.Sort: not BuiltInSort { Kind: BuiltInKind.Double } });

    private static string Value(Expr expr, RustSorts sorts)
        => expr is LiteralExpr literal ? RustLiterals.Of(literal.Value, sorts.TypeOf).ToString()
            : "term(" + RustNames.Quote(Print(expr)) + ")";

    // The text of a term, as terms are printed.
    private static string Print(Expr expr)
    {
        if (expr is LiteralExpr literal) return LiteralText.Print(literal.Value, sortIsKnown: true);
        var apply = (ApplyExpr)expr;
        string name = LiteralText.Name(apply.Symbol.Name);
        if (apply.Arguments.Count > 0) return name + "(" + string.Join(", ", apply.Arguments.Select(Print)) + ")";
        return char.IsUpper(apply.Symbol.Name[0]) ? name : name + "()";
    }

    // A test that builds, prints, reads, compares and drops a deeply nested term.
    private static void WriteDeep(RustWriter text, RustSort sort, RustSorts sorts, Inhabitants inhabitants, HashSet<string> names)
    {
        var smallest = inhabitants.Smallest(sort.Sort);
        var around = sort.Symbols.FirstOrDefault(s => s.Node is not null && s.Symbol.Parameters.Any(p => ReferenceEquals(p.Sort, sort.Sort))
            && s.Symbol.Parameters.All(p => IsValue(inhabitants.Smallest(p.Sort))));
        if (around is null || !IsValue(smallest)) return;
        int deep = around.Symbol.Parameters.ToList().FindIndex(p => ReferenceEquals(p.Sort, sort.Sort));
        string fields = string.Join(
            ", ", around.Symbol.Parameters.Select((p, i) => i == deep ? "deep" : Value(inhabitants.Smallest(p.Sort), sorts)));
        text.Line();
        text.Line("#[test]");
        using (text.Open("fn " + RustNames.Unique(names, "deep_" + RustNames.Snake(sort.Type)) + "()"))
        {
            text.Line("let mut deep: " + sort.Type + " = " + Value(smallest, sorts) + ";");
            using (text.Open("for _ in 0.." + RustLiterals.Number(Deep)))
                text.Line("deep = " + sort.Type + "::" + around.Builder + "(" + fields + ");");
            text.Line("assert!(term::<" + sort.Type + ">(&deep.to_string()) == deep);");
        }
    }
}
