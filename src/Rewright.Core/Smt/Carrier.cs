using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Model;

namespace Rewright.Smt;

/// <summary>A set of values that terms denote in proofs.</summary>
public abstract record Carrier
{
    private protected Carrier() { }

    /// <summary>The SMT-LIB sort.</summary>
    public abstract string Smt { get; }

    /// <summary>The name for messages.</summary>
    public sealed override string ToString() => this switch
    {
        BitsCarrier b => "bits of width " + b.Width.ToString(CultureInfo.InvariantCulture),
        BoolCarrier => "bool",
        IntCarrier => "int",
        RealCarrier => "real",
        DoubleCarrier => "double",
        _ => Smt,
    };

    /// <summary>The carrier of a built-in or enum sort; the doubles of a rule can be treated as reals.</summary>
    public static Carrier Of(Sort sort, bool doublesAreReals) => sort switch
    {
        BuiltInSort { Kind: var kind } => kind switch
        {
            BuiltInKind.Bool => BoolCarrier.Only,
            BuiltInKind.Int or BuiltInKind.UInt => new BitsCarrier(32),
            BuiltInKind.Long or BuiltInKind.ULong => new BitsCarrier(64),
            BuiltInKind.Double => doublesAreReals ? RealCarrier.Only : DoubleCarrier.Only,
            BuiltInKind.BigInteger => IntCarrier.Only,
            BuiltInKind.String => new OpaqueCarrier("String!"),
            _ => new OpaqueCarrier("Symbol!"),
        },
        EnumSort e => Of(BuiltInSort.Of(e.Underlying), doublesAreReals),
        RefSort r => new OpaqueCarrier("Ref!" + string.Concat(r.TypeName.Where(char.IsLetterOrDigit))),
        _ => throw new ArgumentException("The carrier of a declared sort is what the user states.", nameof(sort)),
    };
}

/// <summary>Truth values.</summary>
internal sealed record BoolCarrier : Carrier
{
    private BoolCarrier() { }

    public static BoolCarrier Only { get; } = new();

    public override string Smt => "Bool";
}

/// <summary>Bit vectors of one width; a value is a non-negative number.</summary>
internal sealed record BitsCarrier(int Width) : Carrier
{
    public override string Smt => "(_ BitVec " + Width.ToString(CultureInfo.InvariantCulture) + ")";
}

/// <summary>All integers.</summary>
internal sealed record IntCarrier : Carrier
{
    private IntCarrier() { }

    public static IntCarrier Only { get; } = new();

    public override string Smt => "Int";
}

/// <summary>Real numbers.</summary>
internal sealed record RealCarrier : Carrier
{
    private RealCarrier() { }

    public static RealCarrier Only { get; } = new();

    public override string Smt => "Real";
}

/// <summary>IEEE double precision with one NaN; compared by bits, as terms are.</summary>
internal sealed record DoubleCarrier : Carrier
{
    private DoubleCarrier() { }

    public static DoubleCarrier Only { get; } = new();

    public override string Smt => "(_ FloatingPoint 11 53)";
}

/// <summary>Values that can only be compared for equality: names, strings, objects.</summary>
internal sealed record OpaqueCarrier(string Name) : Carrier
{
    public override string Smt => Name;
}
