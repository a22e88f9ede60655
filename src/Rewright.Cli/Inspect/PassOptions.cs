using System;
using System.CommandLine;
using System.Linq;
using Rewright.Lower;

namespace Rewright.Cli.Inspect;

/// <summary>What to show of the compiler's passes.</summary>
/// <param name="After">The names of passes after which the program is printed.</param>
/// <param name="AfterAll">True to print the program after each pass.</param>
/// <param name="Changes">True to print the changes of each pass.</param>
/// <param name="Verifies">True to verify the program after each pass.</param>
/// <param name="Form">The form of the program.</param>
internal sealed record PassRequest(string[] After, bool AfterAll, bool Changes, bool Verifies, ProgramForm Form)
{
    public bool IsAsked => After.Length > 0 || AfterAll || Changes || Verifies;
}

/// <summary>The options of <c>inspect</c> for passes.</summary>
internal sealed class PassOptions
{
    private static readonly string[] Names = [Pipeline.Start, .. Pipeline.Passes.Select(p => p.Name).Distinct()];

    private readonly Option<string[]> _after = new("--print-after")
    {
        Description = "Print the program after a compiler pass, or before the first pass with 'lower'; may be repeated. "
            + "A wrong name lists the valid names.",
        HelpName = "PASS",
    };

    private readonly Option<bool> _afterAll = new("--print-after-all") { Description = "Print the program after each pass." };

    private readonly Option<bool> _changed = new("--print-changed")
    {
        Description = "Print the lines that each pass removes and adds.",
    };

    private readonly Option<bool> _verify = new("--verify") { Description = "Verify the program after each pass, not only at the end." };

    private readonly Option<string> _form = new("--form")
    {
        Description = "The form of the program: 'unboxed' is compiled and interpreted, 'boxed' takes over when a term does not fit a word, "
            + "'traced' records traces, 'managed' becomes Rust, 'objects' becomes C#.",
        DefaultValueFactory = _ => NameOf(ProgramForm.Unboxed),
    };

    public void AddTo(Command command, Option<string?> emit)
    {
        _after.AcceptOnlyFromAmong(Names);
        _form.AcceptOnlyFromAmong([.. Enum.GetValues<ProgramForm>().Select(NameOf)]);
        foreach (Option option in new Option[] { _after, _afterAll, _changed, _verify, _form }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            Option[] prints = [emit, _after, _afterAll, _changed];
            var given = prints.Where(o => result.GetResult(o) is { Implicit: false }).Select(o => o.Name).ToList();
            if (given.Count > 1) result.AddError("Give one of " + string.Join(" and ", given) + ": each prints something else.");
        });
    }

    /// <summary>Reads the options of a command line.</summary>
    /// <exception cref="InspectionException">A requested pass does not run in the requested form.</exception>
    public PassRequest Read(ParseResult parse)
    {
        var request = new PassRequest(
            parse.GetValue(_after) ?? [], parse.GetValue(_afterAll), parse.GetValue(_changed), parse.GetValue(_verify),
            Enum.Parse<ProgramForm>(parse.GetValue(_form)!, ignoreCase: true));
        foreach (string name in request.After.Where(n => n != Pipeline.Start))
        {
            var forms = Pipeline.Passes.Where(p => p.Name == name).SelectMany(p => p.Forms).Distinct().ToList();
            if (forms.Contains(request.Form)) continue;
            throw new InspectionException("error: The pass " + name + " does not run in the form " + NameOf(request.Form)
                + ", but with --form "
                + string.Join(" or ", forms.Select(NameOf)) + ".");
        }

        return request;
    }

    private static string NameOf(ProgramForm form) => form.ToString().ToLowerInvariant();
}
