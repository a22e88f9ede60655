using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes the public part of a crate: <c>lib.rs</c>.</summary>
internal static class RustLibraryWriter
{
    public static string Write(RustRules rules)
    {
        var module = rules.Program.Module;
        var text = new RustWriter();
        WriteHead(text, rules);
        var functions = new RustWriter();
        int entries = 0;
        foreach (var operation in module.Operations.Where(o => !o.IsHost)) WriteEntry(functions, rules, entries++,
            Describe(rules, operation));
        foreach (var normalizer in module.Normalizers) WriteEntry(functions, rules, entries++, Describe(rules, normalizer));
        if (entries > 0)
        {
            text.Line("#[allow(unused_imports, reason = \"not every operation has parameters\")]");
            text.Line("use term::Value;");
            text.Line("#[allow(unused_imports, reason = \"not every operation takes them\")]");
            text.Line("use {integer::Integer, text::{Reference, Symbol, Text}};");
        }

        text.Line();
        text.Line("/// What names the module's meaning.");
        text.Line("pub const IDENTITY: [u64; 2] = [" + Hexadecimal(module.Identity.Low) + ", " + Hexadecimal(module.Identity.High) + "];");
        return text.ToString() + functions;
    }

    private static string Hexadecimal(ulong value) => "0x" + value.ToString("x16", CultureInfo.InvariantCulture);

    private static void WriteHead(RustWriter text, RustRules rules)
    {
        text.Line("//! The module `" + RustText.Comment(rules.Program.Module.Name) + "`, compiled by Rewright.");
        text.Line("//!");
        text.Line("//! Each sort is a type, each operation a function. Terms are printed and read as in `.rw` text.");
        text.Line("//! Evaluations that nest deeply go on in a thread with a larger stack (feature `std`).");
        text.Line();
        text.Line("#![cfg_attr(not(feature = \"std\"), no_std)]");
        text.Line("#![cfg_attr(not(feature = \"ffi\"), forbid(unsafe_code))]");
        text.Line("#![deny(unsafe_code)]");
        text.Line();
        text.Line("extern crate alloc;");
        text.Line();
        text.Line("#[cfg(feature = \"ffi\")]");
        text.Line("#[allow(unsafe_code, reason = \"it talks to other languages\")]");
        text.Line("mod ffi;");
        text.Line("mod host;");
        foreach (string support in new[] { "integer", "number" })
        {
            text.Line("#[allow(dead_code, reason = \"not every module needs it all\")]");
            text.Line("#[allow(clippy::should_implement_trait, reason = \"the names are those of the rules\")]");
            text.Line((support == "number" ? "" : "pub ") + "mod " + support + ";");
        }

        foreach (string support in new[] { "message", "parse", "shared", "words" })
        {
            text.Line("#[allow(dead_code, reason = \"not every module needs it all\")]");
            text.Line("mod " + support + ";");
        }

        text.Line("#[allow(dead_code, reason = \"not every entry is called by others\")]");
        text.Line("mod rules;");
        text.Line("#[allow(dead_code, reason = \"not every module needs it all\")]");
        text.Line("pub mod run;");
        text.Line("#[allow(dead_code, reason = \"not every sort is built by rules\")]");
        text.Line("#[allow(clippy::enum_variant_names, clippy::large_enum_variant, clippy::self_named_constructors, "
            + "clippy::too_many_arguments, clippy::type_complexity, reason = \"sorts are written as they are declared\")]");
        text.Line("#[allow(clippy::should_implement_trait, clippy::wrong_self_convention, clippy::module_name_repetitions, "
            + "reason = \"names are those of the constructors\")]");
        text.Line("pub mod sorts;");
        text.Line("#[cfg(test)]");
        text.Line("mod tests;");
        text.Line("#[allow(dead_code, reason = \"not every module needs it all\")]");
        text.Line("pub mod term;");
        text.Line("#[allow(dead_code, reason = \"not every module needs it all\")]");
        text.Line("pub mod text;");
        text.Line();
        if (rules.Host.IsNeeded) text.Line("pub use host::Host;");
        text.Line("pub use run::{Error, ErrorKind, Limits};");
        text.Line("pub use sorts::*;");
    }

    // The public function of an entry, which evaluates it with the given arguments.
    private static void WriteEntry(RustWriter text, RustRules rules, int index, IEnumerable<string> description)
    {
        var (function, sorts, needsHost) = (rules.Program.Entries[index], rules.Sorts, rules.Host.IsNeeded);
        var names = new HashSet<string> { "host", "run" };
        var parameters = function.Parameters.Select(p => (Name: RustNames.Unique(names, RustNames.Snake(p.Name)), p.Sort)).ToList();
        text.Line();
        foreach (string line in description) text.Line(line.Length == 0 ? "///" : "/// " + line);
        text.Line("///");
        text.Line("/// # Errors");
        text.Line("/// Whatever [`ErrorKind`] names.");
        if (parameters.Count + (needsHost ? 1 : 0) > 7) text.Line("#[allow(clippy::too_many_arguments, reason = \"it has so many\")]");
        var declarations = parameters.Select(p => p.Name + ": " + (sorts.IsCopy(p.Sort) ? "" : "&") + sorts.TypeOf(p.Sort));
        string declared = string.Join(", ", needsHost ? declarations.Prepend("host: &dyn Host") : declarations);
        string result = "Result<" + sorts.TypeOf(function.Result!) + ", Error>";
        using (text.Open("pub fn " + rules.NameOf(function) + "(" + declared + ") -> " + result))
        {
            var parts = parameters.Select(p => RustExpression.Of(p.Name).Method("part"));
            var arguments = parameters.Select(p => sorts.IsCopy(p.Sort) ? RustExpression.Of(p.Name) : RustExpression.Of(p.Name).Cloned());
            text.Line(RustExpression.Call(
                "run::evaluate", RustExpression.Of(RustLiterals.Number(index)), RustExpression.Slice(parts),
                RustExpression.Of(needsHost ? "host" : "&host::Nobody"), First(rules, function, arguments)).ToString());
        }
    }

    // A closure that calls the function, or the function itself if its signature fits.
    private static RustExpression First(RustRules rules, Function function, IEnumerable<RustExpression> arguments)
    {
        bool usesRun = rules.UsesRun(function), isFallible = rules.IsFallible(function);
        if (function.Parameters.IsEmpty && usesRun && isFallible) return RustExpression.Of("rules::" + rules.NameOf(function));
        string call = "rules::" + rules.Call(function, arguments);
        return RustExpression.Of((usesRun ? "|run| " : "|_| ") + (isFallible ? call : "Ok(" + call + ")"));
    }

    private static IEnumerable<string> Describe(RustRules rules, Operation operation)
    {
        yield return "`" + RustText.Signature(operation) + ": " + RustText.Comment(operation.Result.Name) + "`";
        foreach (string line in RustRules.QuoteRules(AllRules(rules).Where(r => r.Root == operation))) yield return line;
    }

    private static IEnumerable<string> Describe(RustRules rules, Normalizer normalizer)
    {
        yield return "Brings a term to normal form: the normalizer `" + RustText.Comment(LiteralText.Name(normalizer.Name)) + "`.";
        foreach (string line in RustRules.QuoteRules(AllRules(rules).Where(r
            => r.IsSimplification && normalizer.Includes(r.Group)))) yield return line;
    }

    private static IEnumerable<RewriteRule> AllRules(RustRules rules) => rules.Program.Module.Closure.SelectMany(m => m.Rules);
}
