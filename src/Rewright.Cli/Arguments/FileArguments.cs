using System.CommandLine;
using System.IO;

namespace Rewright.Cli.Arguments;

/// <summary>Arguments that are names of files.</summary>
internal static class FileArguments
{
    /// <summary>One or more files. A misspelled option is not taken for one of them.</summary>
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
