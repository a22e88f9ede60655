using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Rewright.Checks;
using Rewright.Text;

namespace Rewright;

/// <summary>Reads modules from files; the modules may use each other.</summary>
public static class ModuleFiles
{
    /// <summary>Reads and checks <c>.rw</c> files.</summary>
    /// <param name="paths">The files, in any order.</param>
    /// <param name="known">Further modules that the files may <c>use</c>.</param>
    /// <returns>The result for each file, in order; diagnostics name the file.</returns>
    /// <exception cref="IOException">A file cannot be read, is not a regular file, or has more than 100 million characters.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ImmutableArray<CheckResult> Check(IEnumerable<string> paths, params Module[] known)
    {
        var parsed = paths.Select(path => Parser.ParseModule(TextFile.Read(path), path)).ToList();
        var results = Checker.CheckAll([.. parsed.Select(p => p.Syntax)], name => Array.Find(known, m => m.Name == name));
        return [.. results.Zip(
            parsed, (result, p) => result with { Diagnostics = DiagnosticList.Capped(p.Diagnostics.AddRange(result.Diagnostics)) })];
    }

    /// <summary>Reads <c>.rw</c> files.</summary>
    /// <param name="paths">The files, in any order.</param>
    /// <exception cref="ModuleException">The files have mistakes; the exception lists each with file, line and column.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ImmutableArray<Module> Load(params IEnumerable<string> paths)
    {
        var results = Check(paths);
        return results.All(r => r.Module is not null) ? [.. results.Select(r => r.Module!)]
            : throw new ModuleException(DiagnosticList.Capped(results.SelectMany(r => r.Diagnostics)));
    }
}
