using System;
using System.CommandLine;
using System.IO;
using System.Text;

namespace Rewright.Cli.Import;

/// <summary>A mistake in an imported rule file.</summary>
internal sealed class ImportException(int line, int column, string message) : Exception(message)
{
    public int Line => line;

    public int Column => column;
}

/// <summary><c>rewright import</c>: converts the rule sets of other tools into modules.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var domain = new Option<string?>("--domain")
        {
            Description = "The domain of the rules' operators; by default inferred from the name of the file.",
        };
        domain.AcceptOnlyFromAmong([.. RulerImport.Domains]);
        return new Command("import", "Convert the rule sets of other tools to .rw modules whose rules can be proved.")
        {
            Format("alive", "Read InstCombine rules in the language of Alive.", (text, _, _) => AliveImport.Read(text)),
            Format("guoq", "Read circuit identities of GUOQ: left | right | paths of blocks.", (text, _, _) => GuoqImport.Read(text)),
            Format("ruler", "Read rules of Ruler: s-expressions joined by ==> or <=>.",
            (text, name, given) => RulerImport.Read(text, given ?? RulerImport.DomainOf(name)), domain),
        };
    }

    private static Command Format(
        string name, string description, Func<string, string, string?, ModuleText> read, Option<string?>? domain = null)
    {
        var file = new Argument<string>("FILE") { Description = "The rule set to read." };
        var output = new Option<string?>("-o") { Description = "The module to write; by default standard output." };
        var command = new Command(name, description) { file, output };
        if (domain is not null) command.Add(domain);
        command.SetAction(parse =>
        {
            string path = parse.GetValue(file)!;
            try
            {
                var module = read(TextFile.Read(path), Path.GetFileNameWithoutExtension(path),
                    domain is null ? null : parse.GetValue(domain));
                if (parse.GetValue(output) is { } target) File.WriteAllText(target, module.ToString(), new UTF8Encoding(false));
                else Console.Out.Write(module);
                Console.Error.WriteLine(path + ": " + module.RuleCount + " rules");
                return 0;
            }
            catch (ImportException e)
            {
                Console.Error.WriteLine(path + "(" + e.Line + "," + e.Column + "): error: " + e.Message);
                return 1;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(path + ": error: " + e.Message);
                return 1;
            }
        });
        return command;
    }
}
