using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Rewright.Model;

namespace Rewright.Testing;

/// <summary>Random closed terms.</summary>
public static class RandomTerms
{
    /// <summary>A term of a sort, built from constructors and literals.</summary>
    /// <param name="random">The source of choices.</param>
    /// <param name="sort">Any sort but <see cref="RefSort"/>.</param>
    /// <param name="size">The approximate number of constructors; a sort may need more.</param>
    public static Expr Term(Random random, Sort sort, int size)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (sort is not DataSort data) return new LiteralExpr(Value(random, sort));
        // If no size is left, take the constructor with the lowest terms.
        var constructor = size > 1
            ? data.Constructors[random.Next(data.Constructors.Length)] : data.Constructors.MinBy(c => HeightsOf(data)[c])!;
        int parts = Math.Max(1, constructor.Parameters.Count(p => p.Sort is DataSort));
        return new ApplyExpr(constructor, constructor.Parameters.Select(p => Term(random, p.Sort, (size - 1) / parts)).ToEquatableArray());
    }

    /// <summary>A symbol applied to random terms.</summary>
    public static ApplyExpr Call(Random random, FunctionSymbol symbol, int size)
        => new(symbol, symbol.Parameters.Select(p => Term(random, p.Sort, size)).ToEquatableArray());

    /// <summary>A call of an operation that usually matches the source of one of its rules.</summary>
    public static ApplyExpr Call(Random random, Module module, Operation operation, int size)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(module);
        var rules = module.Rules.Where(r => ReferenceEquals(r.Root, operation)).ToList();
        if (rules.Count == 0 || random.Next(4) == 0) return Call(random, operation, size);
        return (ApplyExpr)Instance(random, rules[random.Next(rules.Count)].Source, size, []);
    }

    private static Expr Instance(Random random, Expr pattern, int size, Dictionary<Variable, Expr> values)
    {
        switch (pattern)
        {
            case VariableExpr { Variable: var variable }:
                if (!values.TryGetValue(variable, out var value)) values.Add(variable, value = Term(random, variable.Sort, size));
                return value;
            case ApplyExpr apply:
                return apply with { Arguments = apply.Arguments.Select(a => Instance(random, a, size, values)).ToEquatableArray() };
            default:
                return pattern;
        }
    }

    /// <summary>A value of a built-in or enum sort, mostly small or at a limit of its range.</summary>
    public static Literal Value(Random random, Sort sort)
    {
        int small = random.Next(-3, 9);
        bool edge = random.Next(8) == 0, second = random.Next(2) == 0;
        return new Literal(sort, sort switch
        {
            BuiltInSort { Kind: BuiltInKind.Bool } => second,
            BuiltInSort { Kind: BuiltInKind.Int } => edge ? second ? int.MinValue : int.MaxValue : small,
            BuiltInSort { Kind: BuiltInKind.UInt } => edge ? uint.MaxValue : (uint)Math.Abs(small),
            BuiltInSort { Kind: BuiltInKind.Long } => edge ? second ? long.MinValue : long.MaxValue : (long)small,
            BuiltInSort { Kind: BuiltInKind.ULong } => edge ? ulong.MaxValue : (ulong)Math.Abs(small),
            BuiltInSort { Kind: BuiltInKind.Double } => edge ? Doubles[random.Next(Doubles.Length)] : small * 0.5,
            BuiltInSort { Kind: BuiltInKind.BigInteger } => edge ? BigInteger.Pow(-10, 20 + Math.Abs(small)) : new BigInteger(small),
            BuiltInSort { Kind: BuiltInKind.String } => edge ? "\u00E4\"\n\\ \U0001F600" : Names[random.Next(Names.Length)],
            BuiltInSort => edge ? "a b'" : Names[random.Next(Names.Length)],
            EnumSort e => edge || e.Members.Count == 0 ? 77L : e.Members[random.Next(e.Members.Count)].Value,
            _ => throw new ArgumentException("There are no literals of sort " + sort.Name + ".", nameof(sort)),
        });
    }

    /// <summary>An FsCheck generator for terms of a sort, which grow with its size.</summary>
    public static Gen<Expr> Generator(Sort sort)
        => Gen.Sized(size => Gen.Choose(0, int.MaxValue).Select(seed => Term(new Random(seed), sort, 1 + size / 4)));

    /// <summary>All terms of a sort up to a depth, simplest first; for built-in sorts those of <paramref name="values"/>.</summary>
    public static IReadOnlyList<Expr> Enumerate(Sort sort, int depth, Func<Sort, IEnumerable<Literal>> values)
    {
        if (sort is not DataSort data) return values(sort).Select(v => (Expr)new LiteralExpr(v)).ToList();
        if (depth <= 0) return [];
        return data.Constructors.OrderBy(c => c.Arity).SelectMany(
            c => Tuples(c.Parameters, depth - 1, values).Select(a => (Expr)new ApplyExpr(c, a))).ToList();
    }

    /// <summary>All tuples of such terms for some parameters.</summary>
    public static IEnumerable<EquatableArray<Expr>> Tuples(
        ImmutableArray<Parameter> parameters, int depth, Func<Sort, IEnumerable<Literal>> values)
        => parameters.Aggregate(
            (IEnumerable<ImmutableArray<Expr>>)[[]],
            (tuples, p) =>
            {
                var terms = Enumerate(p.Sort, depth, values);
                return tuples.SelectMany(tuple => terms.Select(tuple.Add));
            }).Select(t => t.ToEquatableArray());

    private static readonly double[] Doubles =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.MaxValue, double.Epsilon, 1e300, 0.1];

    private static readonly string[] Names = ["", "a", "b", "ab", "x1"];

    private static readonly ConditionalWeakTable<DataSort, Dictionary<Constructor, int>> Heights = [];

    // The height of the lowest term with each constructor of a sort.
    private static Dictionary<Constructor, int> HeightsOf(DataSort sort) => Heights.GetValue(sort, static root =>
    {
        var heights = new Dictionary<Constructor, int>();
        var sorts = new List<DataSort> { root };
        for (int i = 0; i < sorts.Count; i++)
            sorts.AddRange(Fields(sorts[i]).Distinct().Except(sorts).ToList());
        for (int height = 1; sorts.SelectMany(s => s.Constructors).Any(c => !heights.ContainsKey(c)) && height <= sorts.Count + 1; height++)
        {
            var known = sorts.Where(s => s.Constructors.Any(heights.ContainsKey)).ToHashSet();
            foreach (var c in sorts.SelectMany(s => s.Constructors))
                if (!heights.ContainsKey(c) && c.Parameters.Select(p => p.Sort).OfType<DataSort>().All(known.Contains))
                    heights.Add(c, height);
        }

        return root.Constructors.ToDictionary(c => c, c => heights[c]);
    });

    private static IEnumerable<DataSort> Fields(DataSort sort)
        => sort.Constructors.SelectMany(c => c.Parameters).Select(p => p.Sort).OfType<DataSort>();
}
