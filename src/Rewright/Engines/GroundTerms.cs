using System;
using System.Linq;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Engines;

/// <summary>Evaluates terms given as text, which may call the operations and normalizers of a module.</summary>
internal static unsafe class GroundTerms
{
    /// <summary>Evaluates a term and returns the result as text.</summary>
    /// <exception cref="FormatException">The text is not a term.</exception>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public static string Evaluate(ModuleRuntime runtime, TermHeap heap, string text) => Read(runtime, heap, text, (word, sort) =>
    {
        try
        {
            return TermPrinter.Print(word.Word, sort, word.IsBoxed, heap.Memory, int.MaxValue);
        }
        finally
        {
            word.Drop(sort, heap.Memory);
        }
    });

    /// <summary>Evaluates a term of a declared sort.</summary>
    /// <exception cref="FormatException">The text is not such a term.</exception>
    /// <exception cref="EvaluationException">The evaluation ends without a result.</exception>
    public static Term Read(ModuleRuntime runtime, TermHeap heap, string text) => Read(runtime, heap, text, (word, sort) =>
    {
        if (sort is DataSort data) return heap.NewTerm(word.Word, TermSort.Of(data, word.IsBoxed));
        word.Drop(sort, heap.Memory);
        throw new FormatException("The text is of sort " + sort.Name + ", which is not a declared one.");
    });

    // One time limit covers reading the text, all calls in it, and the use of the result.
    private static T Read<T>(ModuleRuntime runtime, TermHeap heap, string text, Func<TermWord, Sort, T> use)
    {
        heap.Enter();
        heap.Evaluator.Begin(nameof(Evaluate));
        var pending = heap.Evaluator.Hold();
        try
        {
            var (word, sort) = TermParser.Parse(text, null, heap.Memory, (name, expected) => Find(runtime, heap, name, expected), pending);
            return use(word, sort);
        }
        catch (OutOfMemoryException)
        {
            throw new MemoryLimitException(nameof(Evaluate), heap.Limits.MaxHeapBytes);
        }
        finally
        {
            heap.Evaluator.LetGo();
            heap.Evaluator.End();
            heap.Exit();
        }
    }

    /// <summary>The symbol that a name stands for where a term of a sort is expected; null if there is none.</summary>
    public static TermHead? Find(ModuleRuntime runtime, TermHeap heap, string name, Sort? expected)
    {
        for (int i = 0; i < runtime.Entries.Length; i++)
        {
            var entry = runtime.Entries[i];
            int index = i;
            if (entry.Name != name || expected is not null && !entry.Result.Equals(expected)) continue;
            return new TermHead(name, entry.Parameters, entry.Result, arguments =>
            {
                bool isBoxed;
                try
                {
                    isBoxed = TermWord.Unify(arguments, entry.Parameters, heap.Memory, needsBoxed: false);
                }
                catch
                {
                    TermWord.Drop(arguments, entry.Parameters, heap.Memory);
                    throw;
                }

                for (int k = 0; k < arguments.Length; k++) heap.Memory.Arguments[k] = arguments[k].Word;
                isBoxed = heap.Evaluator.Call(runtime, index, isBoxed);
                return new TermWord(heap.Memory.Result[0], isBoxed);
            });
        }

        var symbol = runtime.Module.FindSymbols(name).OfType<Constructor>().FirstOrDefault(
            c => expected is null || c.Result.Equals(expected));
        return symbol is null ? null : TermHead.Of(symbol, heap.Memory);
    }
}
