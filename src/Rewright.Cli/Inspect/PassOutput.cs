using System.Collections.Generic;
using System.IO;
using System.Linq;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Rewright.Lower;

namespace Rewright.Cli.Inspect;

/// <summary>Prints a module's program as the compiler's passes change it.</summary>
internal sealed class PassOutput(PassRequest request, string? name, TextWriter output)
{
    // The names of locals and the text of each function's code. They are kept so that a local has the same name in every pass.
    private readonly Dictionary<string, LocalNames> _names = [];
    private Dictionary<string, string> _texts = [];
    private int _passes;

    /// <summary>Compiles the module and prints the program between passes.</summary>
    /// <exception cref="LoweredFormException">A pass produced a malformed program.</exception>
    public void Show(Module module)
    {
        Pipeline.Lower(module, request.Form, afterEach: After, verifies: request.Verifies);
        if (request.Verifies)
            output.WriteLine("# " + (name is null ? "" : name + ": ") + "well formed after each of " + _passes + " passes");
    }

    private void After(string pass, Lower.Program program)
    {
        if (pass != Pipeline.Start) _passes++;
        if (request.AfterAll || request.After.Contains(pass))
        {
            Title(pass);
            output.Write(ProgramPrinter.Print(program));
            output.WriteLine();
        }

        if (request.Changes) WriteChanges(pass, program);
    }

    private void Title(string pass) => output.WriteLine("# " + (name is null ? "" : name + ", ") + "after " + pass);

    private void WriteChanges(string pass, Lower.Program program)
    {
        var texts = program.Definitions.ToDictionary(d => d.Function.Name, Print);
        var changed = texts.Keys.Union(_texts.Keys).Where(f => texts.GetValueOrDefault(f) != _texts.GetValueOrDefault(f)).ToList();
        if (changed.Count > 0) Title(pass);
        foreach (string function in changed)
        {
            WriteDifference(_texts.GetValueOrDefault(function) ?? "", texts.GetValueOrDefault(function) ?? "");
            output.WriteLine();
        }

        _texts = texts;
    }

    private void WriteDifference(string before, string after)
    {
        foreach (var line in InlineDiffBuilder.Diff(before, after, ignoreWhiteSpace: false).Lines)
        {
            // The end of a text, or an empty text, is an empty line.
            if (line.Text.Length == 0) continue;
            output.WriteLine((line.Type switch { ChangeType.Inserted => "+", ChangeType.Deleted => "-", _ => " " }) + line.Text);
        }
    }

    private string Print(Definition definition)
    {
        string function = definition.Function.Name;
        if (!_names.TryGetValue(function, out var names)) _names.Add(function, names = new LocalNames());
        return ProgramPrinter.Print(definition, names);
    }
}
