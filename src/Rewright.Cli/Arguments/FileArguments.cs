using System.CommandLine;
using System.IO;

namespace Rewright.Cli.Arguments;

/// <summary>Arguments that name files.</summary>
internal static class FileArguments
{
    /// <summary>An argument for one or more files. It rejects a misspelled option instead of taking it for a file.</summary>
    public static Argument<string[]> Several(string name, string description)
    {
        var files = new Argument<string[]>(name) { Arity = ArgumentArity.OneOrMore, Description = description };
        files.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.StartsWith('-') && !File.Exists(token.Value)) result.AddError("There is no option '" + token.Value + "'.");
        });
        return files;
    }
}
