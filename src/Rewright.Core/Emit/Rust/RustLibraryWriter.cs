using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes what users of a crate see: <c>lib.rs</c>.</summary>
internal static class RustLibraryWriter
{
    public static string Write(RustRules rules)
    {
        var module = rules.Program.Module;
        var sorts = rules.Sorts;
        var text = new RustWriter();
        text.Line("//! The module `" + RustText.Comment(module.Name) + "`, compiled by Rewright.");
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

        text.Line("#[allow(dead_code, reason = \"not every entry is called by others\")]");
        text.Line("mod rules;");
        text.Line("#[allow(dead_code, reason = \"not every module needs it all\")]");
        text.Line("pub mod run;");
        text.Line("#[allow(dead_code, reason = \"not every sort is built by rules\")]");
        text.Line("#[allow(clippy::enum_variant_names, clippy::large_enum_variant, clippy::self_named_constructors, clippy::too_many_arguments, clippy::type_complexity, reason = \"sorts are written as they are declared\")]");
        text.Line("#[allow(clippy::should_implement_trait, clippy::wrong_self_convention, clippy::module_name_repetitions, reason = \"names are those of the constructors\")]");
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
        var functions = new RustWriter();
        bool any = false;
        var entries = module.Operations.Where(o => !o.IsHost).Select(o => (Operation: o, Normalizer: (Normalizer?)null))
            .Concat(module.Normalizers.Select(n => (Operation: (Operation)null!, Normalizer: (Normalizer?)n))).ToList();
        for (int i = 0; i < entries.Count; i++)
        {
            any = true;
            var function = rules.Program.Entries[i];
            var names = new HashSet<string> { "host", "run" };
            var parameters = function.Parameters.Select(p => (Name: RustNames.Unique(names, RustNames.Snake(p.Name)), p.Sort)).ToList();
            functions.Line();
            foreach (string line in Describe(rules, entries[i].Operation, entries[i].Normalizer)) functions.Line(line.Length == 0 ? "///" : "/// " + line);
            functions.Line("///");
            functions.Line("/// # Errors");
            functions.Line("/// Whatever [`ErrorKind`] names.");
            if (parameters.Count + (rules.Host.IsNeeded ? 1 : 0) > 7) functions.Line("#[allow(clippy::too_many_arguments, reason = \"it has so many\")]");
            var declarations = parameters.Select(p => p.Name + ": " + (sorts.IsCopy(p.Sort) ? "" : "&") + sorts.TypeOf(p.Sort));
            string declared = string.Join(", ", rules.Host.IsNeeded ? declarations.Prepend("host: &dyn Host") : declarations);
            string parts = string.Join(", ", parameters.Select(p => p.Name + ".part()"));
            bool usesRun = rules.UsesRun(function), isFallible = rules.IsFallible(function);
            var arguments = parameters.Select(p => sorts.IsCopy(p.Sort) ? RustExpression.Of(p.Name) : RustExpression.Of(p.Name).Cloned());
            var call = rules.Call(function, arguments);
            string first = parameters.Count == 0 && usesRun && isFallible ? "rules::" + rules.NameOf(function)
                : (usesRun ? "|run| " : "|_| ") + (isFallible ? "rules::" + call : "Ok(rules::" + call + ")");
            using (functions.Open("pub fn " + rules.NameOf(function) + "(" + declared + ") -> Result<" + sorts.TypeOf(function.Result!) + ", Error>"))
                functions.Line("run::evaluate(" + RustPrimitives.Number(i) + ", &[" + parts + "], " + (rules.Host.IsNeeded ? "host" : "&host::Nobody") + ", " + first + ")");
        }

        if (any)
        {
            text.Line("#[allow(unused_imports, reason = \"not every operation has parameters\")]");
            text.Line("use term::Value;");
            text.Line("#[allow(unused_imports, reason = \"not every operation takes them\")]");
            text.Line("use {integer::Integer, text::{Reference, Symbol, Text}};");
        }

        text.Line();
        text.Line("/// What names the module's meaning.");
        text.Line("pub const IDENTITY: [u64; 2] = [0x" + module.Identity.Low.ToString("x16", System.Globalization.CultureInfo.InvariantCulture) + ", 0x" + module.Identity.High.ToString("x16", System.Globalization.CultureInfo.InvariantCulture) + "];");
        return text.ToString() + functions;
    }

    private static IEnumerable<string> Describe(RustRules rules, Operation? operation, Normalizer? normalizer)
    {
        var all = rules.Program.Module.Closure.SelectMany(m => m.Rules);
        if (operation is not null)
        {
            yield return "`" + RustText.Signature(operation) + ": " + RustText.Comment(operation.Result.Name) + "`";
            foreach (string line in RustRules.QuoteRules(all.Where(r => r.Root == operation))) yield return line;
            yield break;
        }

        yield return "Brings a term to normal form: the normalizer `" + RustText.Comment(LiteralText.Name(normalizer!.Name)) + "`.";
        foreach (string line in RustRules.QuoteRules(all.Where(r => r.IsSimplification && normalizer.Includes(r.Group)))) yield return line;
    }
}
