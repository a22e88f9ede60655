using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>The outcome of proving a rule.</summary>
public enum VerdictKind
{
    /// <summary>Both sides agree for all values.</summary>
    Proved,
    /// <summary>There are values for which they disagree.</summary>
    Refuted,
    /// <summary>Neither a proof nor a counterexample was found.</summary>
    Unknown,
    /// <summary>The user declares that the rule holds.</summary>
    Assumed,
}

/// <summary>The outcome of proving a rule, with the reason.</summary>
/// <param name="Kind">The outcome.</param>
/// <param name="Detail">The counterexample, the obstacle to a proof, or the user's reason; for a proved rule, empty or
/// <see cref="ByIdentities"/>.</param>
/// <param name="Condition">For a refuted rule, an additional condition under which it is proved; empty if none was found.</param>
public sealed record Verdict(VerdictKind Kind, string Detail = "", string Condition = "")
{
    /// <summary>The detail of a rule that is proved only if identities assumed by the user hold.</summary>
    public const string ByIdentities = "by assumed identities";
}

/// <summary>The verdict on one rule of a module.</summary>
/// <param name="Module">The full name of the module.</param>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Key">A hash of everything on which the verdict depends.</param>
/// <param name="Verdict">The verdict.</param>
public sealed record RuleVerdict(string Module, string Rule, string Key, Verdict Verdict);

/// <summary>A rule that makes a claim.</summary>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Key">A hash of everything on which its verdict depends: a verdict with the same key applies to this rule.</param>
/// <param name="Assumed">Why the rule is taken to be right; empty to prove it.</param>
public sealed record Obligation(string Rule, string Key, string Assumed)
{
    /// <summary>The rules of a module that make claims, in order of declaration.</summary>
    public static IEnumerable<Obligation> Of(ModuleDefinition module)
    {
        if (module.Patterns.IsEmpty
            || !module.Closure.Any(m => m.DeclaredSymbols.Any(s => s.Meaning.Length > 0 || s is Model.Operation { Denotes: true })))
            return [];
        var theory = new Theory(module);
        return module.Patterns.Where(p => p.Assumed.Length > 0 || Claim.IsMadeBy(theory, p)).Select(
            p => new Obligation(p.Name, KeyOf(theory, p), p.Assumed));
    }

    /// <summary>The key of a pattern in the cache of verdicts: everything that the proof of its rule depends on.</summary>
    public static string KeyOf(Theory theory, Model.Pattern pattern)
    {
        using var hash = SHA256.Create();
        return string.Concat(
            hash.ComputeHash(Encoding.UTF8.GetBytes(theory.ContentOf(pattern))).Take(16).Select(
            b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }
}

/// <summary>The file by which a build passes verdicts to analyzers and to the next build: one line per rule.</summary>
public static class VerdictFile
{
    /// <summary>The name of the file.</summary>
    public const string Name = "Rewright.verdicts";

    private const string Heading = "# Verdicts on rules; written by the build.";

    /// <summary>The text of the file; verdicts keep the given order.</summary>
    public static string Write(IEnumerable<RuleVerdict> verdicts)
    {
        var text = new StringBuilder(Heading).Append('\n');
        foreach (var v in verdicts)
        {
            text.Append(string.Join(
                "\t", new[] { v.Module, v.Rule, v.Key, v.Verdict.Kind.ToString(), v.Verdict.Detail, v.Verdict.Condition }.Select(
                Escape))).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The verdicts in a file; unreadable lines are skipped.</summary>
    public static ImmutableArray<RuleVerdict> Read(string text)
    {
        var verdicts = ImmutableArray.CreateBuilder<RuleVerdict>();
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.TrimEnd('\r').Split('\t');
            if (fields.Length == 6 && Enum.TryParse(fields[3], out VerdictKind kind) && Enum.IsDefined(typeof(VerdictKind), kind))
                verdicts.Add(new(Unescape(fields[0]), Unescape(fields[1]), fields[2],
                    new Verdict(kind, Unescape(fields[4]), Unescape(fields[5]))));
        }

        return verdicts.ToImmutable();
    }

    private static string Escape(string field)
        => field.Replace("\\", "\\\\").Replace("\t", "\\t").Replace("\n", "\\n").Replace("\r", "\\r");

    private static string Unescape(string field)
    {
        var text = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] != '\\' || i + 1 == field.Length) text.Append(field[i]);
            else text.Append(field[++i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', var other => other });
        }

        return text.ToString();
    }
}
