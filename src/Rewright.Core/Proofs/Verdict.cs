using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Model;

namespace Rewright.Proofs;

/// <summary>What is known of a rule.</summary>
public enum VerdictKind
{
    /// <summary>Both sides agree for all values.</summary>
    Proved,
    /// <summary>There are values for which they do not.</summary>
    Refuted,
    /// <summary>Neither was found.</summary>
    Unknown,
    /// <summary>The user says that it holds.</summary>
    Assumed,
}

/// <summary>What is known of a rule, and why.</summary>
/// <param name="Kind">What.</param>
/// <param name="Detail">The counterexample, what kept the proof from coming to an end, or the user's reason; for what is proved empty or
/// <see cref="ByIdentities"/>.</param>
/// <param name="Condition">For a refuted rule a further condition under which it is proved; empty where none was found.</param>
public sealed record Verdict(VerdictKind Kind, string Detail = "", string Condition = "")
{
    /// <summary>The detail of what is proved only if identities that the user assumes hold.</summary>
    public const string ByIdentities = "by assumed identities";
}

/// <summary>The verdict on one rule of a module.</summary>
/// <param name="Module">Full name of the module.</param>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Key">Hash of all that the verdict depends on.</param>
/// <param name="Verdict">The verdict.</param>
public sealed record RuleVerdict(string Module, string Rule, string Key, Verdict Verdict);

/// <summary>A rule that claims something.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Key">Hash of all that its verdict depends on: a verdict with the same key is a verdict on this rule.</param>
/// <param name="Assumed">Why it is taken to be right, empty where it is to be proved.</param>
public sealed record Obligation(string Rule, string Key, string Assumed)
{
    /// <summary>The rules of a module that claim something, in order of declaration.</summary>
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

/// <summary>The file in which a build hands the verdicts on rules to analyzers and to the next build: a line for each.</summary>
public static class VerdictFile
{
    /// <summary>What the file is called.</summary>
    public const string Name = "Rewright.verdicts";

    private const string Heading = "# Verdicts on rules; written by the build.";

    /// <summary>The text of the file, in the order of the verdicts given.</summary>
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

    /// <summary>The verdicts of a file; lines that cannot be read are left out.</summary>
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
