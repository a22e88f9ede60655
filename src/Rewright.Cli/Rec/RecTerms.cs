using System;
using System.Collections.Generic;
using System.IO;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Cli.Rec;

/// <summary>
/// Builds and evaluates the closed terms of a specification, and writes results in its syntax. Both work without recursion.
/// </summary>
internal static class RecTerms
{
    /// <summary>Evaluates a term, innermost first.</summary>
    /// <param name="text">The term.</param>
    /// <param name="span">The place of the term.</param>
    /// <param name="find">Finds the symbol that a name stands for.</param>
    /// <param name="pending">Holds arguments that wait for the rest of their application.</param>
    public static (TermWord Word, DataSort Sort) Evaluate(string text, SourceSpan span, Func<string, TermHead?> find, PendingTerms pending)
    {
        RecException Fail(int position, string message) => new(new SourceSpan(span.File, 0, 1, span.Line, span.Column + position), message);
        int position = 0;
        void SkipBlanks()
        {
            while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
        }

        while (true)
        {
            SkipBlanks();
            int start = position;
            while (position < text.Length && RecTermReader.IsNamePart(text[position])) position++;
            if (position == start) throw Fail(start, "Expected a term");
            string name = text[start..position];
            var head = find(name) ?? throw Fail(start, "There is no constructor or operation '" + name + "'");
            SkipBlanks();
            bool applied = position < text.Length && text[position] == '(';
            if (applied != head.Parameters.Length > 0)
                throw Fail(start, "'" + name + "' takes " + head.Parameters.Length + " arguments");
            if (pending.Head is { } outer && !outer.Parameters[pending.Count].Equals(head.Result))
                throw Fail(start, "A term of sort " + outer.Parameters[pending.Count].Name + " is needed here, not " + head.Result.Name);
            if (applied)
            {
                position++;
                pending.Begin(head);
                continue;
            }

            // Close every application that this term completes.
            var (word, sort) = (head.Apply([]), (DataSort)head.Result);
            while (true)
            {
                if (pending.Head is not { } top)
                {
                    SkipBlanks();
                    return position == text.Length
                        ? (word, sort) : throw Fail(position, "Unexpected '" + text[position] + "' behind the term");
                }

                pending.Add(word);
                SkipBlanks();
                char next = position < text.Length ? text[position++] : '\0';
                bool isLast = pending.Count == top.Parameters.Length;
                if (isLast ? next != ')' : next is not (',' or ';'))
                    throw Fail(position - 1, isLast ? "Expected ')'" : "'" + top.Name + "' takes " + top.Parameters.Length + " arguments");
                if (!isLast) break;
                word = pending.Complete();
                sort = (DataSort)top.Result;
            }
        }
    }

    /// <summary>Writes a term without spaces.</summary>
    public static void Write(TextWriter output, ulong word, TermSort sort)
    {
        // Each entry is a term, or punctuation if its sort is null.
        var pending = new Stack<(ulong Word, TermSort? Sort, char Punctuation)>();
        pending.Push((word, sort, '\0'));
        while (pending.TryPop(out var next))
        {
            if (next.Sort is null)
            {
                output.Write(next.Punctuation);
                continue;
            }

            var shape = next.Sort.ShapeOf(next.Word);
            output.Write(shape.Symbol.Name);
            if (shape.Sorts.Length == 0) continue;
            output.Write('(');
            pending.Push((0, null, ')'));
            for (int i = shape.Sorts.Length - 1; i >= 0; i--)
            {
                pending.Push((next.Sort.Field(next.Word, shape, i), shape.Terms[i], '\0'));
                if (i > 0) pending.Push((0, null, ','));
            }
        }
    }
}
