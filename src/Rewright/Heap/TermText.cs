using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Rewright.Engines;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Heap;

/// <summary>Writes terms as text, without recursion, up to a given length, and within the limits of the heap.</summary>
internal static unsafe class TermPrinter
{
    // Texts up to this length are not charged, so that messages can be written even if the heap has no memory left.
    private const int FreeLength = 1 << 16;

    /// <summary>The text of a word of any sort.</summary>
    /// <exception cref="InsufficientMemoryException">The text takes more memory than the heap has left.</exception>
    /// <exception cref="TimeLimitException">The time is up.</exception>
    /// <exception cref="EvaluationCanceledException">The caller cancelled.</exception>
    public static string Print(ulong word, Sort sort, bool isBoxed, CellMemory memory, int maxLength) => sort switch
    {
        DataSort data => Print(word, TermSort.Of(data, isBoxed), memory, maxLength),
        _ => Shorten(Print(word, sort, memory, maxLength), maxLength),
    };

    /// <summary>The text of a term.</summary>
    public static string Print(ulong word, TermSort sort, CellMemory memory, int maxLength, CancellationToken cancellation = default)
    {
        var text = new StringBuilder();
        // The parts still to be written, last first: a term, or punctuation if the sort is null.
        var pending = new Stack<(ulong Word, Sort? Sort, string Text)>();
        pending.Push((word, sort.Sort, ""));
        using var watch = new LimitSteps(memory.Watch, nameof(ToString));
        while (text.Length <= maxLength && pending.TryPop(out var next))
        {
            watch.Next();
            if (cancellation.CanBeCanceled) cancellation.ThrowIfCancellationRequested();
            if (text.Length > FreeLength && 2L * text.Length > memory.Room) throw new InsufficientMemoryException();
            if (next.Sort is not DataSort data)
            {
                text.Append(next.Sort is null ? next.Text : Print(next.Word, next.Sort, memory, maxLength - text.Length));
                continue;
            }

            var form = TermSort.Of(data, sort.IsBoxed);
            var shape = form.ShapeOf(next.Word);
            text.Append(LiteralText.Name(shape.Symbol.Name));
            if (shape.Sorts.Length == 0)
            {
                if (shape.Symbol is Operation || !char.IsUpper(shape.Symbol.Name[0])) text.Append("()");
                continue;
            }

            text.Append('(');
            pending.Push((0, null, ")"));
            for (int i = shape.Sorts.Length - 1; i >= 0; i--)
            {
                pending.Push((form.Field(next.Word, shape, i), shape.Sorts[i], ""));
                if (i > 0) pending.Push((0, null, ", "));
            }
        }

        return text.Length > maxLength ? Cut(text.ToString(0, Math.Max(0, maxLength - 1)), maxLength) : text.ToString();
    }

    /// <summary>Shortens a text to a length.</summary>
    public static string Shorten(string text, int maxLength)
        => text.Length <= maxLength ? text : Cut(text[..Math.Max(0, maxLength - 1)], maxLength);

    private static string Cut(string text, int maxLength) => maxLength > 0 ? text + "…" : "";

    private static string Print(ulong word, Sort sort, CellMemory memory, int room) => sort switch
    {
        // The text of an object cannot be read back, so its type is the most useful.
        RefSort => Words.ToObject(word, memory) is { } value ? "<" + value.GetType().Name + ">" : "<null>",
        BuiltInSort { Kind: BuiltInKind.BigInteger } when CellMemory.IsCell(word) => Print(
        (BigInteger)memory.External(word)!, memory, room),
        BuiltInSort { Kind: BuiltInKind.String } when (string)memory.External(word)! is var text && text.Length > room
            => LiteralText.Quote(text[..Math.Max(0, room)], '"'),
        _ => LiteralText.Print(Words.ToLiteral(word, sort, memory), sortIsKnown: true),
    };

    private static string Print(BigInteger value, CellMemory memory, int room)
    {
        double digits = LargeIntegers.DigitsOf(value);
        if (digits > 1000 && digits > room + 10.0)
        {
            // Only the beginning is wanted, but computing even the first digits exactly takes all of them. So a few approximate ones must
            // do.
            double logarithm = BigInteger.Log10(BigInteger.Abs(value));
            string first = Math.Floor(Math.Pow(10, 3 + logarithm - Math.Floor(logarithm))).ToString(CultureInfo.InvariantCulture);
            return (value.Sign < 0 ? "-" : "") + first + "…";
        }

        // A digit takes two bytes.
        if (digits > FreeLength && 2 * digits > memory.Room) throw new InsufficientMemoryException();
        memory.Watch.Begin(nameof(ToString));
        try
        {
            return LargeIntegers.ToText(value, memory.Watch);
        }
        finally
        {
            memory.Watch.End();
        }
    }
}

/// <summary>
/// A symbol that a term's text can apply: a constructor, or an operation that is evaluated once its arguments are complete.
/// </summary>
/// <param name="Name">The name for messages.</param>
/// <param name="Parameters">The sorts of the arguments.</param>
/// <param name="Result">The sort of the result.</param>
/// <param name="Apply">Computes the result and takes over the references of the arguments, even if it fails.</param>
internal sealed record TermHead(string Name, ImmutableArray<Sort> Parameters, Sort Result, TermHead.Application Apply)
{
    public delegate TermWord Application(Span<TermWord> arguments);

    /// <summary>The head that builds a term with a symbol.</summary>
    public static TermHead Of(FunctionSymbol symbol, CellMemory memory)
    {
        var sort = (DataSort)symbol.Result;
        ImmutableArray<Sort> parameters = [.. symbol.Parameters.Select(p => p.Sort)];
        return new(symbol.Name, parameters, sort, fields =>
        {
            try
            {
                // A stuck operation fits only cells.
                bool isBoxed = TermWord.Unify(fields, parameters, memory, symbol is Operation && !TermSort.Of(sort).HoldsCells);
                Span<ulong> words = stackalloc ulong[fields.Length];
                for (int i = 0; i < fields.Length; i++) words[i] = fields[i].Word;
                return new TermWord(TermSort.Of(sort, isBoxed).Build(symbol, words, memory), isBoxed);
            }
            catch
            {
                TermWord.Drop(fields, parameters, memory);
                throw;
            }
        });
    }
}

/// <summary>A word, and whether it is a term in the boxed form.</summary>
internal readonly record struct TermWord(ulong Word, bool IsBoxed)
{
    /// <summary>
    /// Converts terms to the boxed form if any is boxed or <paramref name="needsBoxed"/>. Returns true if they are boxed.
    /// </summary>
    public static bool Unify(Span<TermWord> words, ImmutableArray<Sort> parameters, CellMemory memory, bool needsBoxed)
    {
        bool isBoxed = needsBoxed;
        foreach (var word in words) isBoxed |= word.IsBoxed;
        if (!isBoxed) return false;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i].IsBoxed || parameters[i] is not DataSort data) continue;
            var form = TermSort.Of(data);
            ulong boxed = TermForms.Box(words[i].Word, form, memory);
            if (form.HoldsCells) memory.Drop(words[i].Word);
            words[i] = new TermWord(boxed, true);
        }

        return true;
    }

    /// <summary>Drops the reference if the word of this sort is one.</summary>
    public void Drop(Sort sort, CellMemory memory)
    {
        if (CanBeCell(sort)) memory.Drop(Word);
    }

    /// <summary>Drops the references of the words for the first parameters.</summary>
    public static void Drop(ReadOnlySpan<TermWord> words, ImmutableArray<Sort> parameters, CellMemory memory)
    {
        for (int i = 0; i < words.Length; i++) words[i].Drop(parameters[i], memory);
    }

    /// <summary>True if the word of this sort can be a reference.</summary>
    public bool CanBeCell(Sort sort) => TermSort.CanBeCell(sort, IsBoxed);
}

/// <summary>Applications in a text whose arguments are not complete yet. They hold the arguments read so far.</summary>
internal sealed class PendingTerms(CellMemory memory)
{
    private readonly Stack<(TermHead Head, List<TermWord> Arguments)> _open = [];

    /// <summary>The head of the innermost application; null if there is none.</summary>
    public TermHead? Head => _open.TryPeek(out var top) ? top.Head : null;

    /// <summary>The number of arguments of the innermost application so far.</summary>
    public int Count => _open.TryPeek(out var top) ? top.Arguments.Count : 0;

    /// <summary>The words that the applications hold, which count as roots of the heap.</summary>
    public IEnumerable<ulong> Words
        => _open.SelectMany(o => o.Arguments.Where((a, i) => a.CanBeCell(o.Head.Parameters[i])).Select(a => a.Word));

    /// <summary>Begins an application.</summary>
    public void Begin(TermHead head) => _open.Push((head, []));

    /// <summary>Adds an argument to the innermost application.</summary>
    public void Add(TermWord argument) => _open.Peek().Arguments.Add(argument);

    /// <summary>Ends the innermost application and returns its result.</summary>
    public TermWord Complete()
    {
        var (head, arguments) = _open.Pop();
        return head.Apply(CollectionsMarshal.AsSpan(arguments));
    }

    /// <summary>Drops all arguments.</summary>
    public void Drop()
    {
        while (_open.TryPop(out var top)) TermWord.Drop(CollectionsMarshal.AsSpan(top.Arguments), top.Head.Parameters, memory);
    }
}

/// <summary>Reads terms in the syntax of <see cref="TermPrinter"/>, without recursion.</summary>
internal sealed unsafe class TermParser
{
    private readonly Lexer _lexer;
    private readonly CellMemory _memory;
    private readonly Func<string, Sort?, TermHead?> _find;
    private readonly PendingTerms _pending;
    private Token _token;

    private TermParser(string text, CellMemory memory, Func<string, Sort?, TermHead?> find, PendingTerms pending)
    {
        _lexer = new Lexer(text, "");
        (_memory, _find, _pending) = (memory, find, pending);
        _token = _lexer.Next(0);
    }

    /// <summary>Reads a closed term of a sort. The caller owns its word.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sort">The sort.</param>
    /// <param name="memory">The memory to build the term in.</param>
    /// <param name="operations">Finds an open operation by name, so that its stuck terms can be read.</param>
    /// <exception cref="FormatException">The text is not such a term; the message says where it fails.</exception>
    public static TermWord Parse(string text, DataSort sort, CellMemory memory, Func<string, Operation?> operations)
        => Parse(text, sort, memory, (name, s) =>
        {
            if (s is not DataSort data) return null;
            FunctionSymbol? symbol = data.Constructors.FirstOrDefault(c => c.Name == name);
            symbol ??= operations(name) is { IsOpen: true } o && ReferenceEquals(o.Result, data) ? o : null;
            return symbol is null ? null : TermHead.Of(symbol, memory);
        }, new PendingTerms(memory)).Word;

    /// <summary>Reads a term that may apply anything that <paramref name="find"/> finds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sort">The sort; null for that of the outermost name.</param>
    /// <param name="memory">The memory to build the term in.</param>
    /// <param name="find">Finds the head for a name where a term of a sort is expected.</param>
    /// <param name="pending">Holds the arguments that are not yet part of a term; empty before and afterwards.</param>
    public static (TermWord Word, Sort Sort) Parse(
        string text, Sort? sort, CellMemory memory, Func<string, Sort?, TermHead?> find, PendingTerms pending)
    {
        try
        {
            var parser = new TermParser(text, memory, find, pending);
            var result = parser.Term(sort);
            if (parser._token.Kind == TokenKind.End) return result;
            result.Word.Drop(result.Sort, memory);
            throw parser.Fail("Expected the end of the term");
        }
        catch
        {
            pending.Drop();
            throw;
        }
    }

    private (TermWord Word, Sort Sort) Term(Sort? root)
    {
        using var watch = new LimitSteps(_memory.Watch, "Parse");
        while (true)
        {
            watch.Next();
            var expected = _pending.Head is { } outer ? outer.Parameters[_pending.Count] : root;
            var name = _token;
            var head = name.Kind == TokenKind.Name ? _find(name.Text, expected) : null;
            if (head is null && expected is null or DataSort)
                throw Fail(name.Kind == TokenKind.Name
                    ? "'" + name.Text + "' is not a symbol" + (expected is null ? "" : " of sort " + expected.Name) : "Expected a term");
            TermWord word = default;
            var sort = expected;
            bool isComplete = true;
            if (head is not null)
            {
                Take();
                sort = head.Result;
                bool parenthesized = TakeIf("(");
                if (head.Parameters.Length > 0)
                {
                    if (!parenthesized)
                        throw Fail("Expected the " + head.Parameters.Length.ToString(CultureInfo.InvariantCulture) + " arguments of "
                            + head.Name);
                    _pending.Begin(head);
                    isComplete = false;
                }
                else
                {
                    if (parenthesized) Expect(")");
                    word = head.Apply([]);
                }
            }
            else
            {
                word = new TermWord(Value(expected!), false);
            }

            // Close every application that this term completes.
            while (isComplete)
            {
                if (_pending.Head is not { } top) return (word, sort!);
                _pending.Add(word);
                isComplete = _pending.Count == top.Parameters.Length;
                Expect(isComplete ? ")" : ",");
                if (!isComplete) continue;
                word = _pending.Complete();
                sort = top.Result;
            }
        }
    }

    private ulong Value(Sort sort)
    {
        bool negative = TakeIf("-");
        var token = _token;
        try
        {
            switch (sort)
            {
                case EnumSort e when token.Kind == TokenKind.Name: return EnumValue(e);
                case BuiltInSort { Kind: BuiltInKind.Bool } when token.IsWord("true") || token.IsWord("false"):
                    Take();
                    return token.Text == "true" ? 1UL : 0;
                case BuiltInSort { Kind: BuiltInKind.Symbol } when token.Kind is TokenKind.Symbol or TokenKind.String:
                    Take();
                    return _memory.SymbolOf(token.Text);
                case BuiltInSort { Kind: BuiltInKind.String } when token.Kind == TokenKind.String:
                    Take();
                    return _memory.NewExternal(ExternalKind.String, token.Text);
                case BuiltInSort { Kind: BuiltInKind.Double } when token.IsWord("double"): return NamedDouble(negative);
                case BuiltInSort number when token.Kind is TokenKind.Integer or TokenKind.Real:
                    Take();
                    string digits = (negative ? "-" : "") + token.Text;
                    return number.Kind switch
                    {
                        BuiltInKind.Int => (ulong)(long)int.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                        BuiltInKind.UInt => uint.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                        BuiltInKind.Long => (ulong)long.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                        BuiltInKind.ULong => ulong.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                        BuiltInKind.Double => (ulong)Literal.DoubleBits(
                        double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture)),
                        BuiltInKind.BigInteger => Words.FromInteger(LargeIntegers.Parse(digits, _memory.Watch), _memory),
                        _ => throw Fail("Expected a value of sort " + sort.Name, token),
                    };
            }
        }
        catch (Exception e) when (e is OverflowException or FormatException && e.Source != nameof(TermParser))
        {
            throw Fail(token.Text + " is not a value of sort " + sort.Name, token);
        }

        throw Fail("Expected a value of sort " + sort.Name, token);
    }

    private ulong EnumValue(EnumSort sort)
    {
        var start = _token;
        string name = Take().Text;
        while (TakeIf(".")) name += "." + Take().Text;
        if (TakeIf("("))
        {
            bool negative = TakeIf("-");
            var number = Take();
            Expect(")");
            if (name == sort.FullName && number.Kind == TokenKind.Integer
                && long.TryParse((negative ? "-" : "") + number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                    out long value)) return (ulong)value;
        }
        else
        {
            foreach (var member in sort.Members)
                if (name == sort.FullName + "." + member.Name || name == member.Name) return (ulong)member.Value;
        }

        throw Fail("Expected a member of " + sort.FullName, start);
    }

    private ulong NamedDouble(bool negative)
    {
        var start = Take();
        Expect(".");
        double value = Take().Text switch
        {
            "NaN" => double.NaN,
            "PositiveInfinity" => double.PositiveInfinity,
            "NegativeInfinity" => double.NegativeInfinity,
            _ => throw Fail("Expected a double", start),
        };
        return (ulong)Literal.DoubleBits(negative ? -value : value);
    }

    private Token Take()
    {
        var token = _token;
        if (token.Kind == TokenKind.Error) throw Fail(token.Text);
        _token = _lexer.Next(token.End);
        return token;
    }

    private bool TakeIf(string punctuation)
    {
        if (!_token.Is(punctuation)) return false;
        Take();
        return true;
    }

    private void Expect(string punctuation)
    {
        if (!TakeIf(punctuation)) throw Fail("Expected '" + punctuation + "'");
    }

    private FormatException Fail(string message) => Fail(message, _token);

    private FormatException Fail(string message, Token token)
    {
        var span = _lexer.Span(token.Start, token.End);
        string found = token.Kind == TokenKind.End
            ? "the end of the text" : "'" + _lexer.Text.Substring(token.Start, Math.Min(token.End - token.Start, 40)) + "'";
        return new FormatException(
            FormattableString.Invariant($"{message}, found {found} at line {span.Line}, column {span.Column}."))
        {
            Source = nameof(
            TermParser)
        };
    }
}
