using System;
using System.IO;
using System.Linq;

namespace Rewright.Proofs;

/// <summary>An SMT solver on this machine.</summary>
/// <param name="Name"><c>z3</c> or <c>cvc5</c>.</param>
/// <param name="Path">The path of its executable.</param>
internal sealed record Solver(string Name, string Path);

/// <summary>Finds SMT solvers.</summary>
internal static class SolverDiscovery
{
    /// <summary>Advice for users if no solver is found.</summary>
    public const string Advice = "No SMT solver was found, so rules stay unproved. Install the package z3 (Debian, Ubuntu: 'apt-get "
        + "install z3'; cvc5 serves too), "
        + "or name a solver by the environment variable REWRIGHT_Z3 or REWRIGHT_CVC5.";

    /// <summary>
    /// Finds a solver by name: the one that <c>REWRIGHT_Z3</c> or <c>REWRIGHT_CVC5</c> names (empty for none), or else the one on
    /// <c>PATH</c>.
    /// </summary>
    public static Solver? Find(string name)
    {
        string? set = Environment.GetEnvironmentVariable("REWRIGHT_" + name.ToUpperInvariant());
        if (set is not null) return File.Exists(set) ? new(name, set) : null;
        string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return found is null ? null : new(name, found);
    }
}
