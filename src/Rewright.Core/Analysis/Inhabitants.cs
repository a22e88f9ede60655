using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Finds out which sorts have terms, and a smallest term of each.</summary>
/// <remarks>
/// Sorts are settled in the order of the size of their smallest term (Knuth, A generalization of Dijkstra's algorithm, 1977).
/// The size of a smallest term can be astronomical if its parts repeat, so terms are built only on demand and only if they are small.
/// </remarks>
internal sealed class Inhabitants
{
    private const int MaxShown = 40;
    private const long Unreachable = long.MaxValue / 4;

    private readonly Dictionary<DataSort, (long Size, Constructor Constructor)> _smallest = [];

    /// <summary>Settles some sorts and all sorts that their constructors mention.</summary>
    public Inhabitants(IEnumerable<DataSort> roots)
    {
        var constructors = Reachable(roots).SelectMany(s => s.Constructors).ToList();
        // For each constructor, the number of parameters without a known term; for each sort, the parameters that wait for it.
        var missing = constructors.Select(c => c.Parameters.Count(p => p.Sort is DataSort)).ToArray();
        var waiting = constructors.SelectMany(
            (c, i) => c.Parameters.Select(p => p.Sort).OfType<DataSort>().Select(s => (Sort: s, Index: i)))
            .ToLookup(w => w.Sort, w => w.Index);
        var ready = new SortedSet<(long Size, int Index)>();
        for (int i = 0; i < missing.Length; i++)
            if (missing[i] == 0) ready.Add((SizeOf(constructors[i]), i));
        while (ready.Count > 0)
        {
            var next = ready.Min;
            ready.Remove(next);
            var constructor = constructors[next.Index];
            if (_smallest.ContainsKey(constructor.Sort)) continue;
            _smallest.Add(constructor.Sort, (next.Size, constructor));
            foreach (int i in waiting[constructor.Sort])
                if (--missing[i] == 0) ready.Add((SizeOf(constructors[i]), i));
        }
    }

    /// <summary>True if the sort has a finite term.</summary>
    public bool Has(DataSort sort) => _smallest.ContainsKey(sort);

    /// <summary>A smallest term of a sort; a variable <c>_</c> if it cannot be written or is too big to read.</summary>
    public Expr Smallest(Sort sort) => sort switch
    {
        BuiltInSort builtIn => new LiteralExpr(new Literal(builtIn, Default(builtIn.Kind))),
        EnumSort e => new LiteralExpr(new Literal(e, e.Members.Count > 0 ? e.Members[0].Value : 0L)),
        DataSort data when _smallest.TryGetValue(data, out var found) && found.Size <= MaxShown
            => new ApplyExpr(found.Constructor, found.Constructor.Parameters.Select(p => Smallest(p.Sort)).ToEquatableArray()),
        _ => new VariableExpr(new Variable("_", sort)),
    };

    private long SizeOf(Constructor constructor)
        => Math.Min(Unreachable,
            constructor.Parameters.Aggregate(1L, (sum, p) => Math.Min(Unreachable, sum + (p.Sort is DataSort d ? _smallest[d].Size : 1))));

    private static object Default(BuiltInKind kind) => kind switch
    {
        BuiltInKind.Bool => false,
        BuiltInKind.Int => 0,
        BuiltInKind.UInt => 0u,
        BuiltInKind.Long => 0L,
        BuiltInKind.ULong => 0UL,
        BuiltInKind.Double => 0.0,
        BuiltInKind.BigInteger => BigInteger.Zero,
        _ => "",
    };

    private static List<DataSort> Reachable(IEnumerable<DataSort> roots)
    {
        var reached = roots.ToList();
        var seen = new HashSet<DataSort>(reached);
        for (int i = 0; i < reached.Count; i++)
            foreach (var sort in reached[i].Constructors.SelectMany(c => c.Parameters).Select(p => p.Sort).OfType<DataSort>())
                if (seen.Add(sort)) reached.Add(sort);
        return reached;
    }
}
