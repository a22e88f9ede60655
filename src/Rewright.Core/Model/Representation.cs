using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Rewright.Model;

/// <summary>The representation of a declared sort's terms. It depends only on the sort, so all modules agree on it.</summary>
/// <remarks>
/// An unboxed term is a plain number, without cells and reference counts. Code for unboxed forms never meets a value that does not fit
/// (such as a stuck term): it bails out, and the evaluation is repeated in the boxed form, which holds every sort in cells.
/// </remarks>
public abstract record Representation
{
    private Representation() { }

    /// <summary>A constant, or the address of a counted cell.</summary>
    /// <param name="Why">The reason why no unboxed form fits.</param>
    public sealed record Cells(string Why) : Representation
    {
        /// <inheritdoc/>
        public override string ToString() => "cells: " + Why;
    }

    /// <summary>For <c>A | B(itself)</c>: the number of Bs, below 2^63.</summary>
    public sealed record Counter : Representation
    {
        /// <inheritdoc/>
        public override string ToString() => "counter: one constant, and one constructor around the sort itself";
    }

    /// <summary>For non-recursive sorts that fit a word: the constructor's tag in the lowest bits, the fields above it.</summary>
    /// <param name="Bits">The number of bits used.</param>
    /// <param name="TagBits">The number of bits of the tag.</param>
    /// <param name="Fields">The bits of each field, by tag.</param>
    public sealed record Packed(int Bits, int TagBits, EquatableArray<EquatableArray<BitField>> Fields) : Representation
    {
        /// <inheritdoc/>
        public override string ToString()
            => "packed in " + Bits.ToString(System.Globalization.CultureInfo.InvariantCulture)
            + " bits: not recursive, and every field is small";
    }

    /// <summary>Chooses the representation of a sort.</summary>
    public static Representation Of(DataSort sort) => sort.Representation ??= Choose(sort);

    /// <summary>The most bits that values of a sort need; null if they are not numbers.</summary>
    public static int? WidthOf(Sort sort) => sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => 1,
        BuiltInSort { Kind: BuiltInKind.Int or BuiltInKind.UInt } => 32,
        BuiltInSort { Kind: BuiltInKind.Long or BuiltInKind.ULong } => 64,
        DataSort data => Of(data) switch { Counter => 63, Packed packed => packed.Bits, _ => null },
        _ => null,
    };

    private static Representation Choose(DataSort sort)
    {
        if (sort.Constructors.IsEmpty) return new Cells("no constructors");
        if (IsRecursive(sort))
        {
            bool isCounter = sort.Constructors.Length == 2
                && sort.Constructors.Count(c => c.Arity == 0) == 1
                && sort.Constructors.Count(c => c.Arity == 1 && ReferenceEquals(c.Parameters[0].Sort, sort)) == 1;
            return isCounter ? new Counter() : new Cells("it holds itself");
        }

        int tagBits = 0;
        while (1 << tagBits < sort.Constructors.Length) tagBits++;
        int bits = tagBits;
        var fields = ImmutableArray.CreateBuilder<EquatableArray<BitField>>();
        foreach (var constructor in sort.Constructors)
        {
            int next = tagBits;
            var row = ImmutableArray.CreateBuilder<BitField>();
            foreach (var parameter in constructor.Parameters)
            {
                if (WidthOf(parameter.Sort) is not { } width)
                    return new Cells("a field of sort " + parameter.Sort.Name + " is not a number");
                row.Add(new BitField(next, width));
                next += width;
                if (next > 64) return new Cells("its fields do not fit a word");
            }

            bits = System.Math.Max(bits, next);
            fields.Add(row.ToImmutable());
        }

        return new Packed(bits, tagBits, fields.ToImmutable());
    }

    private static bool IsRecursive(DataSort sort)
    {
        var reached = new HashSet<DataSort>();
        var pending = new Stack<DataSort>();
        pending.Push(sort);
        while (pending.Count > 0)
        {
            foreach (var field in pending.Pop().Constructors.SelectMany(c => c.Parameters).Select(p => p.Sort).OfType<DataSort>())
            {
                if (ReferenceEquals(field, sort)) return true;
                if (reached.Add(field)) pending.Push(field);
            }
        }

        return false;
    }
}

/// <summary>A run of bits in a word.</summary>
public readonly record struct BitField(int Shift, int Width)
{
    /// <summary>The bits at the bottom of a word.</summary>
    public ulong Mask => Width == 64 ? ulong.MaxValue : (1UL << Width) - 1;
}
