using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Checks;

/// <summary>Finds terms of a sort, for example to show what no rule applies to.</summary>
internal static class Inhabitants
{
    /// <summary>A smallest term of a sort, or null where no finite term exists.</summary>
    public static Expr? Smallest(Sort sort)
    {
        switch (sort)
        {
            case BuiltInSort builtIn: return new LiteralExpr(Default(builtIn));
            case EnumSort e: return new LiteralExpr(new Literal(e, e.Members.Count > 0 ? e.Members[0].Value : 0L));
            // An object cannot be written down; a variable stands for it.
            case RefSort: return new VariableExpr(new Variable("_", sort));
        }

        // Grow the set of sorts with known terms until the wanted one is in it. Each round adds terms one level deeper,
        // so the first found is of least depth.
        var known = new Dictionary<DataSort, Expr>();
        var pending = Reachable((DataSort)sort);
        bool grew = true;
        while (grew && !known.ContainsKey((DataSort)sort))
        {
            grew = false;
            var found = new Dictionary<DataSort, Expr>();
            foreach (var candidate in pending.Where(s => !known.ContainsKey(s)))
            {
                foreach (var constructor in candidate.Constructors.OrderBy(c => c.Arity))
                {
                    var arguments = constructor.Parameters.Select(p => p.Sort is DataSort d ? known.TryGetValue(d, out var e) ? e : null : Smallest(p.Sort)).ToList();
                    if (arguments.Contains(null)) continue;
                    found.Add(candidate, new ApplyExpr(constructor, arguments.ToEquatableArray()!));
                    break;
                }
            }

            foreach (var pair in found) (known[pair.Key], grew) = (pair.Value, true);
        }

        return known.TryGetValue((DataSort)sort, out var smallest) ? smallest : null;
    }

    private static Literal Default(BuiltInSort sort) => new(sort, sort.Kind switch
    {
        BuiltInKind.Bool => false,
        BuiltInKind.Int => 0,
        BuiltInKind.UInt => 0u,
        BuiltInKind.Long => 0L,
        BuiltInKind.ULong => 0UL,
        BuiltInKind.Double => 0.0,
        BuiltInKind.BigInteger => System.Numerics.BigInteger.Zero,
        _ => "",
    });

    private static List<DataSort> Reachable(DataSort root)
    {
        var reached = new List<DataSort> { root };
        for (int i = 0; i < reached.Count; i++)
            foreach (var sort in reached[i].Constructors.SelectMany(c => c.Parameters).Select(p => p.Sort).OfType<DataSort>())
                if (!reached.Contains(sort)) reached.Add(sort);
        return reached;
    }
}
