using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Binding;
using Rewright.Heap;
using Rewright.Model;
using Rewright.Testing;

namespace Rewright.Fuzz;

/// <summary>The exception that host operations of random modules throw.</summary>
internal sealed class HostException : Exception;

/// <summary>
/// The function of a host operation. It is pure, and total except for an exception: the text of its arguments selects one of eight
/// outcomes.
/// </summary>
internal sealed class HostTable
{
    private HostTable(Operation operation)
    {
        Operation = operation;
        uint hash = Hash(operation.Name);
        int argument = operation.Parameters.ToList().FindIndex(p => ReferenceEquals(p.Sort, operation.Result));
        Outcomes =
        [
            .. Enumerable.Range(0, 8).Select(i => i == 7 && hash % 2 == 0 ? new HostOutcome(null, -1)
                : i < 3 && argument >= 0 ? new HostOutcome(null, argument)
                : new HostOutcome(RandomTerms.Term(new Random((int)(hash >> 1) + i), operation.Result, 1 + i), -1)),
        ];
    }

    /// <summary>The operation.</summary>
    public Operation Operation { get; }

    /// <summary>The possible outcomes.</summary>
    public ImmutableArray<HostOutcome> Outcomes { get; }

    /// <summary>The functions of a module's host operations, by full name.</summary>
    public static IReadOnlyDictionary<string, HostTable> Of(Module module)
        => module.Operations.Where(o => o.IsHost).ToDictionary(o => o.FullName, o => new HostTable(o));

    /// <summary>The same functions for the judge.</summary>
    public static IReadOnlyDictionary<string, Func<IReadOnlyList<JudgeTerm>, JudgeTerm>> ForJudge(Module module)
        => Of(module).ToDictionary(h => h.Key, h => (Func<IReadOnlyList<JudgeTerm>, JudgeTerm>)h.Value.Apply);

    /// <summary>The same functions for engines.</summary>
    public static HostFunction[] ForEngines(Module module) => [.. Of(module).Values.Select(h => (HostFunction)h.Apply)];

    /// <summary>The hash that selects an outcome.</summary>
    public static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text) hash = (hash ^ c) * 16777619;
        return hash ^ (hash >> 15);
    }

    /// <summary>The text of an argument for the selection.</summary>
    public static string TextOf(JudgeTerm term) => term.Symbol is not null ? term.ToString() : TextOf(term.Value!);

    /// <summary>The text of a value that C# programs can print too: without digits of doubles and without escapes.</summary>
    public static string TextOf(object value) => value switch
    {
        double d => double.IsNaN(d) ? "NaN" : BitConverter.DoubleToInt64Bits(d).ToString("x", CultureInfo.InvariantCulture),
        string s => string.Concat(s.Select(c => ((int)c).ToString("x4", CultureInfo.InvariantCulture))),
        Symbol s => TextOf(s.Name),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The function for the judge.</summary>
    public JudgeTerm Apply(IReadOnlyList<JudgeTerm> arguments)
    {
        var outcome = Choose(arguments.Select(TextOf));
        return outcome.Argument >= 0
            ? arguments[outcome.Argument] : outcome.Term is { } term ? JudgeTerm.Of(term) : throw new HostException();
    }

    /// <summary>The function for engines.</summary>
    public void Apply(ref HostCall call)
    {
        string[] texts = new string[Operation.Arity];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Operation.Parameters[i].Sort is DataSort ? call.Term(i).ToString() : TextOf(ValueOf(ref call, i));
        var outcome = Choose(texts);
        if (outcome.Argument < 0 && outcome.Term is null) throw new HostException();
        if (Operation.Result is DataSort data)
            call.Return(outcome.Term is { } term ? Build(TermHeap.Current, term, data) : call.Term(outcome.Argument));
        else Return(ref call, outcome.Term is LiteralExpr literal ? literal.Value.Value : ValueOf(ref call, outcome.Argument));
    }

    private HostOutcome Choose(IEnumerable<string> arguments) => Outcomes[(int)(Hash(string.Concat(arguments.Select(a => "," + a))) % 8)];

    // Builds a term as users' programs do, in the heap of the call.
    private static Term Build(TermHeap heap, Expr term, DataSort sort)
    {
        heap.Enter();
        try
        {
            TermHead? Find(string name, Sort? s)
                => s is DataSort data
                    && data.Constructors.FirstOrDefault(c => c.Name == name) is { } constructor
                    ? TermHead.Of(constructor, heap.Memory) : null;
            var (word, _) = TermParser.Parse(JudgeTerm.Of(term).ToString(), sort, heap.Memory, Find, new PendingTerms(heap.Memory));
            return heap.NewTerm(word.Word, TermSort.Of(sort, word.IsBoxed));
        }
        finally
        {
            heap.Exit();
        }
    }

    private object ValueOf(ref HostCall call, int index) => Operation.Parameters[index].Sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => call.Value<bool>(index),
        BuiltInSort { Kind: BuiltInKind.Int } => call.Value<int>(index),
        BuiltInSort { Kind: BuiltInKind.UInt } => call.Value<uint>(index),
        BuiltInSort { Kind: BuiltInKind.Long } => call.Value<long>(index),
        BuiltInSort { Kind: BuiltInKind.ULong } => call.Value<ulong>(index),
        BuiltInSort { Kind: BuiltInKind.Double } => call.Value<double>(index),
        BuiltInSort { Kind: BuiltInKind.Symbol } => call.Value<Symbol>(index),
        BuiltInSort { Kind: BuiltInKind.String } => call.Value<string>(index),
        BuiltInSort { Kind: BuiltInKind.BigInteger } => call.Value<BigInteger>(index),
        _ => (long)call.Value<Color>(index),
    };

    private void Return(ref HostCall call, object value)
    {
        switch (value)
        {
            case bool v: call.Return(v); break;
            case int v: call.Return(v); break;
            case uint v: call.Return(v); break;
            case long v when Operation.Result is EnumSort: call.Return((Color)v); break;
            case long v: call.Return(v); break;
            case ulong v: call.Return(v); break;
            case double v: call.Return(v); break;
            case string v when Operation.Result is BuiltInSort { Kind: BuiltInKind.Symbol }: call.Return(new Symbol(v)); break;
            case string v: call.Return(v); break;
            case Symbol v: call.Return(v); break;
            default: call.Return((BigInteger)value); break;
        }
    }

    // The enum that random modules use; the values are those in their text.
    private enum Color
    {
        Red = 0, Green = 1, Blue = 5,
    }
}

/// <summary>An outcome of a host operation: returns a term or one of its arguments, or throws if there is neither.</summary>
/// <param name="Term">The term, made of constructors and literals.</param>
/// <param name="Argument">The index of the argument; -1 for none.</param>
internal sealed record HostOutcome(Expr? Term, int Argument);
