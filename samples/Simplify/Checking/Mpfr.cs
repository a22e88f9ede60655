using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Simplify.Checking;

/// <summary>How a result is rounded; numbered as MPFR does.</summary>
internal enum Rounding
{
    Nearest = 0,
    Up = 2,
    Down = 3,
}

/// <summary>The functions used of GNU MPFR, correctly rounded arithmetic with any precision (https://www.mpfr.org/).
/// Names and signatures are those of its manual; a number is a pointer to an <c>mpfr_t</c>.</summary>
internal static partial class Mpfr
{
    private const string Library = "mpfr";

    private static readonly string[] FileNames = ["libmpfr.so.6", "libmpfr.6.dylib", "libmpfr-6.dll"];

    // An event, unlike a resolver, leaves room for whatever else in this assembly loads native libraries.
    static Mpfr() => AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == Library ? Load() : 0;

    public static bool IsAvailable => Load() != 0;

    private static nint Load() => FileNames.Select(f => NativeLibrary.TryLoad(f, out nint handle) ? handle : 0).FirstOrDefault(h => h != 0);

    /// <summary>Room for an <c>mpfr_t</c>: three words and an int, on every platform.</summary>
    public const int FloatSize = 32;

    [LibraryImport(Library)] public static partial void mpfr_init2(nint x, CLong precision);
    [LibraryImport(Library)] public static partial void mpfr_clear(nint x);
    [LibraryImport(Library)] public static partial int mpfr_set_emin(CLong exponent);
    [LibraryImport(Library)] public static partial int mpfr_set_emax(CLong exponent);
    [LibraryImport(Library)] public static partial CLong mpfr_get_emin_min();
    [LibraryImport(Library)] public static partial CLong mpfr_get_emax_max();

    [LibraryImport(Library)] public static partial int mpfr_set(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_set_si(nint result, CLong x, Rounding rounding);
    [LibraryImport(Library)] public static partial void mpfr_set_inf(nint result, int sign);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mpfr_set_str(nint result, string text, int radix, Rounding rounding);

    [LibraryImport(Library)]
    public static partial nint mpfr_get_str(nint buffer, out CLong exponent, int radix, nuint digits, nint x, Rounding rounding);

    [LibraryImport(Library)] public static partial void mpfr_free_str(nint text);

    [LibraryImport(Library)] public static partial int mpfr_sgn(nint x);
    [LibraryImport(Library)] public static partial CLong mpfr_get_exp(nint x);
    [LibraryImport(Library)] public static partial int mpfr_nan_p(nint x);
    [LibraryImport(Library)] public static partial int mpfr_regular_p(nint x);
    [LibraryImport(Library)] public static partial int mpfr_less_p(nint x, nint y);
    [LibraryImport(Library)] public static partial int mpfr_lessequal_p(nint x, nint y);
    [LibraryImport(Library)] public static partial int mpfr_equal_p(nint x, nint y);

    [LibraryImport(Library)] public static partial int mpfr_min(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_max(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_add(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_sub(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_mul(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_div(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_hypot(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_pow(nint result, nint x, nint y, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_atan2(nint result, nint y, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_mul_2si(nint result, nint x, CLong exponent, Rounding rounding);

    [LibraryImport(Library)] public static partial int mpfr_neg(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_abs(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_sqrt(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_cbrt(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_exp(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_exp2(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_expm1(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_log(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_log2(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_log10(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_log1p(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_sin(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_cos(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_tan(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_asin(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_acos(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_atan(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_sinh(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_cosh(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_tanh(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_asinh(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_acosh(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_atanh(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_erf(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_erfc(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_rint_floor(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_rint_ceil(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_rint_trunc(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_rint_round(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_rint_roundeven(nint result, nint x, Rounding rounding);
    [LibraryImport(Library)] public static partial int mpfr_const_pi(nint result, Rounding rounding);
}
