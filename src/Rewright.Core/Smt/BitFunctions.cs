using System.Globalization;
using System.Numerics;

namespace Rewright.Smt;

/// <summary>Bit functions for which SMT-LIB has no name.</summary>
internal static class BitFunctions
{
    public static SmtTerm Resize(SmtScript s, SmtTerm x, int width, bool signed)
    {
        int from = ((BitsCarrier)x.Carrier).Width;
        var to = new BitsCarrier(width);
        return from == width ? x
            : from > width ? s.Call(to, "(_ extract " + Text(width - 1) + " 0)", x)
            : s.Call(to, "(_ " + (signed ? "sign" : "zero") + "_extend " + Text(width - from) + ")", x);
    }

    /// <summary>Whether a sum, difference or product does not fit: the wider result differs.</summary>
    /// <remarks>SMT-LIB 2.7 has names for this, which not all solvers know.</remarks>
    public static SmtTerm Overflows(SmtScript s, string function, bool signed, SmtTerm x, SmtTerm y)
    {
        int width = ((BitsCarrier)x.Carrier).Width, more = function == "bvmul" ? width : 1;
        var wide = new BitsCarrier(width + more);
        string extend = "(_ " + (signed ? "sign" : "zero") + "_extend " + Text(more) + ")";
        var exact = s.Call(wide, function, s.Call(wide, extend, x), s.Call(wide, extend, y));
        return s.Not(s.Equal(exact, s.Call(wide, extend, s.Call(x.Carrier, function, x, y))));
    }

    public static SmtTerm SignedToInt(SmtScript s, SmtTerm x)
    {
        int width = ((BitsCarrier)x.Carrier).Width;
        var unsigned = s.Call(IntCarrier.Only, "bv2nat", x);
        return s.Ite(IsSet(s, x, width - 1),
            s.Call(IntCarrier.Only, "-", unsigned, SmtScript.Value(BigInteger.One << width, IntCarrier.Only)), unsigned);
    }

    public static SmtTerm PopCount(SmtScript s, SmtTerm x)
    {
        int width = ((BitsCarrier)x.Carrier).Width;
        var sum = SmtScript.Bit(0, width);
        for (int i = 0; i < width; i++)
            sum = s.Call(x.Carrier, "bvadd", sum, s.Ite(IsSet(s, x, i), SmtScript.Bit(1, width), SmtScript.Bit(0, width)));
        return sum;
    }

    public static SmtTerm LeadingZeros(SmtScript s, SmtTerm x)
    {
        int width = ((BitsCarrier)x.Carrier).Width;
        var result = SmtScript.Bit(width, width);
        for (int i = 0; i < width; i++) result = s.Ite(IsSet(s, x, i), SmtScript.Bit(width - 1 - i, width), result);
        return result;
    }

    public static SmtTerm TrailingZeros(SmtScript s, SmtTerm x)
    {
        int width = ((BitsCarrier)x.Carrier).Width;
        var result = SmtScript.Bit(width, width);
        for (int i = width - 1; i >= 0; i--) result = s.Ite(IsSet(s, x, i), SmtScript.Bit(i, width), result);
        return result;
    }

    public static SmtTerm Log2(SmtScript s, SmtTerm x)
    {
        int width = ((BitsCarrier)x.Carrier).Width;
        var result = SmtScript.Bit(0, width);
        for (int i = 0; i < width; i++) result = s.Ite(IsSet(s, x, i), SmtScript.Bit(i, width), result);
        return result;
    }

    private static SmtTerm IsSet(SmtScript s, SmtTerm x, int bit)
        => s.Equal(s.Call(new BitsCarrier(1), "(_ extract " + Text(bit) + " " + Text(bit) + ")", x), SmtScript.Bit(1, 1));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
