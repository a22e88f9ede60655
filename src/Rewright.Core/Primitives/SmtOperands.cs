using Rewright.Smt;

namespace Rewright.Primitives;

/// <summary>A formula for the value of a primitive, and the condition under which there is one.</summary>
internal readonly record struct Formula(SmtTerm Value, SmtTerm Defined)
{
    /// <summary>There always is one.</summary>
    public static implicit operator Formula(SmtTerm value) => new(value, SmtTerm.True);
}

/// <summary>Writes the formula of a primitive.</summary>
/// <param name="Script">Where functions are declared and larger terms named.</param>
/// <param name="Carrier">The carrier of the operands.</param>
/// <param name="IsSigned">True for operands that are integers with a sign.</param>
/// <param name="DoublesAreReals">True where doubles are read as real numbers.</param>
/// <param name="Z">The third operand; the first where there is none.</param>
internal sealed record SmtOperands(SmtScript Script, Carrier Carrier, bool IsSigned, bool DoublesAreReals, SmtTerm Z)
{
    /// <summary>The number of bits of an operand.</summary>
    public int Width => ((BitsCarrier)Carrier).Width;

    /// <summary>A function with a result like the operands.</summary>
    public SmtTerm Call(string function, params SmtTerm[] operands) => Script.Call(Carrier, function, operands);

    /// <summary>The same where the names of bit vectors' functions depend on the sign.</summary>
    public SmtTerm CallBySign(string function, params SmtTerm[] operands) => Call(Prefix + function, operands);

    public SmtTerm Test(string function, params SmtTerm[] operands) => Script.Call(BoolCarrier.Only, function, operands);

    public SmtTerm TestBySign(string function, SmtTerm x, SmtTerm y) => Test(Prefix + function, x, y);

    public SmtTerm Equal(SmtTerm x, SmtTerm y) => Script.Equal(x, y);

    public SmtTerm NotEqual(SmtTerm x, SmtTerm y) => Script.Not(Script.Equal(x, y));

    public SmtTerm Not(SmtTerm x) => Script.Not(x);

    public SmtTerm Ite(SmtTerm test, SmtTerm whenTrue, SmtTerm whenFalse) => Script.Ite(test, whenTrue, whenFalse);

    private string Prefix => IsSigned ? "bvs" : "bvu";
}
