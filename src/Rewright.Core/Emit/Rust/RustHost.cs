using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes the host operations that a crate's user provides: <c>host.rs</c>.</summary>
internal sealed class RustHost
{
    private readonly RustSorts _sorts;
    private readonly List<(Operation Operation, string Name)> _operations = [];

    public RustHost(ImmutableArray<Operation> operations, RustSorts sorts)
    {
        _sorts = sorts;
        var names = new HashSet<string> { "call" };
        foreach (var operation in operations) _operations.Add((operation, RustNames.Unique(names, RustNames.Snake(operation.Name))));
    }

    /// <summary>True if rules call host operations.</summary>
    public bool IsNeeded => _operations.Count > 0;

    public string NameOf(Operation operation) => _operations.First(o => o.Operation == operation).Name;

    public string Write()
    {
        var text = new RustWriter();
        text.Line(IsNeeded ? "//! What the user of the crate implements, and rules call."
            : "//! The rules of this module call nothing of the crate's user.");
        text.Line();
        text.Line("#![forbid(unsafe_code)]");
        text.Line();
        text.Line("use crate::run::ByMessage;");
        if (IsNeeded)
        {
            text.Line("use crate::run::Error;");
            text.Line("#[allow(unused_imports, reason = \"not every module needs them all\")]");
            text.Line("use crate::{integer::Integer, sorts::*, term::Value, text::{Reference, Symbol, Text}};");
        }

        text.Line();
        text.Line("/// Operations that rules call. "
            + "They are taken to be functions: an evaluation may make a call again, or keep its result.");
        WriteMethods(text, "pub trait Host: Sync", operation =>
        {
            text.Line("/// `" + RustText.Signature(operation) + ": " + RustText.Comment(operation.Result.Name) + "`");
            text.Line("///");
            text.Line("/// # Errors");
            text.Line("/// [`Error::host`] ends the evaluation.");
        }, null);
        text.Line();
        text.Line("/// A host that implements nothing.");
        text.Line("#[allow(dead_code, reason = \"only tests have it where rules call something\")]");
        text.Line("pub(crate) struct Nobody;");
        text.Line();
        WriteMethods(
            text, "impl Host for Nobody", null,
            (operation, _) => "Err(Error::host(" + RustNames.Quote(operation.Name + " is not implemented") + "))", usesParameters: false);
        text.Line();
        WriteMethods(text, "impl Host for ByMessage<'_>", null, (operation, names) =>
            "self.call(" + RustLiterals.Number(_operations.FindIndex(o => o.Operation == operation)) + ", &["
                + string.Join(", ", names.Select(n => n + ".part()")) + "])");
        return text.ToString();
    }

    // Writes a trait without bodies, or an implementation of it.
    private void WriteMethods(
        RustWriter text, string header, System.Action<Operation>? describe, System.Func<Operation, List<string>, string>? body,
        bool usesParameters = true)
    {
        if (!IsNeeded)
        {
            text.Line(header + " {}");
            return;
        }

        using (text.Open(header))
        {
            for (int i = 0; i < _operations.Count; i++)
            {
                var (operation, name) = _operations[i];
                if (i > 0) text.Line();
                describe?.Invoke(operation);
                var names = RustText.ParameterNames(operation);
                var parameters = operation.Parameters.Select((p, k)
                    => (usesParameters ? "" : "_") + names[k] + ": " + (_sorts.IsCopy(p.Sort) ? "" : "&") + _sorts.TypeOf(p.Sort));
                string declared = string.Join(", ", parameters.Prepend("&self"));
                string signature = "fn " + name + "(" + declared + ") -> Result<" + _sorts.TypeOf(operation.Result) + ", Error>";
                if (body is null)
                {
                    text.Line(signature + ";");
                    continue;
                }

                using (text.Open(signature)) text.Line(body(operation, names));
            }
        }
    }
}
