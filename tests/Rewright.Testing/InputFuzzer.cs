using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

namespace Rewright.Testing;

/// <summary>An input for which a reader fails in a way that it should not.</summary>
/// <param name="Round">The round that found it.</param>
/// <param name="Input">The input, shortened as far as was possible quickly.</param>
/// <param name="Fault">The exception of the reader, or the fault in its result.</param>
public sealed record FuzzFinding(int Round, string Input, string Fault)
{
    /// <inheritdoc/>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture,
        $"round {Round}: {Fault}\n--- input ---\n{(Input.Length > 2000 ? Input[..2000] + "..." : Input)}\n--- end ---");
}

/// <summary>Changes texts at random and checks that a reader survives them. The same seed gives the same inputs everywhere.</summary>
/// <param name="texts">Texts that the reader accepts.</param>
/// <param name="pieces">Pieces of the language: brackets, keywords, extreme numbers.</param>
/// <param name="seed">The seed of the random choices.</param>
public sealed class InputFuzzer(IReadOnlyList<string> texts, IReadOnlyList<string> pieces, int seed)
{
    private static readonly string[] OddPieces = ["\0", "\r", "\t", "\uFEFF", "\uD83D", "\u00B2", "\u0663", "\u2028",
        "99999999999999999999", "-1", "0x", "1e400", "\\", "\"", "'", "%", "#", ";", "((", "))"];

    private const int MaxLength = 20_000;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);

    private readonly Random _random = new(seed);
    private readonly string[] _pieces = [.. pieces, .. OddPieces];

    /// <summary>Tries a reader for as many rounds as the environment says, or as tests have time for.</summary>
    /// <remarks><c>REWRIGHT_FUZZ_ROUNDS</c> sets the number of texts, <c>REWRIGHT_FUZZ_SEED</c> their seed.</remarks>
    /// <returns>The faults of the reader; empty for none.</returns>
    public static string Try(
        IReadOnlyList<string> texts, IReadOnlyList<string> pieces, Func<string, string?> read, Func<Exception, bool> isMistake,
        CancellationToken cancellation)
    {
        var fuzzer = new InputFuzzer(texts, pieces, Number("REWRIGHT_FUZZ_SEED", 1));
        return string.Join("\n", fuzzer.Run(Number("REWRIGHT_FUZZ_ROUNDS", 300), read, isMistake, Slow, cancellation));
    }

    private static int Number(string variable, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    /// <summary>The next input.</summary>
    public string Next()
    {
        var text = new StringBuilder(Pick(texts));
        for (int edits = 1 + _random.Next(6); edits > 0; edits--) Edit(text);
        return text.ToString(0, Math.Min(text.Length, MaxLength));
    }

    /// <summary>Feeds inputs to a reader and collects one finding for each kind of fault.</summary>
    /// <param name="rounds">The number of inputs.</param>
    /// <param name="read">The reader. Returns null, or the fault in its result; mistakes in the input are exceptions.</param>
    /// <param name="isMistake">True for exceptions by which the reader reports a mistake.</param>
    /// <param name="slow">The most time for a single input.</param>
    /// <param name="cancellation">Ends the search early.</param>
    public List<FuzzFinding> Run(
        int rounds, Func<string, string?> read, Func<Exception, bool> isMistake, TimeSpan slow, CancellationToken cancellation = default)
    {
        var findings = new List<FuzzFinding>();
        var kinds = new HashSet<string>();
        for (int i = 0; i < rounds && !cancellation.IsCancellationRequested; i++)
        {
            string input = Next();
            if (Fault(input) is not { } fault || !kinds.Add(KindOf(fault))) continue;
            findings.Add(new(i, Shorten(input, text => Fault(text) is { } other && KindOf(other) == KindOf(fault)), fault));
        }

        return findings;

        string? Fault(string input)
        {
            // Processor time, because machines are busy.
            var start = Environment.CpuUsage.TotalTime;
            try
            {
                return read(input) ?? (Environment.CpuUsage.TotalTime - start > slow ? "it takes longer than " + slow : null);
            }
#pragma warning disable CA1031 // Exceptions are what the search looks for.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return isMistake(e)
                    ? null : e.GetType().Name + ": " + e.Message + " "
                    + e.StackTrace?.Split('\n').FirstOrDefault(
                    l => l.Contains("Rewright", StringComparison.Ordinal) || l.Contains("Simplify", StringComparison.Ordinal))?.Trim();
            }
        }
    }

    // Without numbers and quoted parts, which differ from input to input.
    private static string KindOf(string fault)
    {
        int place = fault.LastIndexOf(" at ", StringComparison.Ordinal);
        return fault.Split(':')[0] + (place < 0 ? "" : fault[place..]);
    }

    private static string Shorten(string input, Func<string, bool> fails)
    {
        var clock = Stopwatch.StartNew();
        for (int size = input.Length / 2; size > 0; size /= 2)
        {
            for (int start = 0; start + size <= input.Length && clock.Elapsed < TimeSpan.FromSeconds(5);)
            {
                string shorter = input.Remove(start, size);
                if (fails(shorter)) input = shorter;
                else start += size;
            }
        }

        return input;
    }

    private void Edit(StringBuilder text)
    {
        int place = _random.Next(text.Length + 1),
            length = Math.Min(text.Length - place, 1 + _random.Next(_random.Next(5) == 0 ? 400 : 12));
        switch (_random.Next(9))
        {
            case 0: text.Remove(place, length); break;
            case 1 or 2: text.Insert(place, Pick(_pieces)); break;
            case 3: text.Insert(_random.Next(text.Length + 1), text.ToString(place, length)); break;
            case 4: text.Insert(place, string.Concat(Enumerable.Repeat(Pick(_pieces), 1 << _random.Next(11)))); break;
            case 5: text.Length = place; break;
            case 6 when text.Length > place:
                text[place] = (char)(
                _random.Next(4) == 0 ? _random.Next(65536) : _random.Next(32, 127)); break;
            case 7:
                string other = Pick(texts);
                int from = _random.Next(other.Length);
                text.Insert(place, other.AsSpan(from, Math.Min(other.Length - from, 1 + _random.Next(200))));
                break;
            default:
                string piece = Pick(_pieces);
                text.Remove(place, length).Insert(place, piece);
                break;
        }
    }

    private string Pick(IReadOnlyList<string> list) => list[_random.Next(list.Count)];
}
