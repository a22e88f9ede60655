using Rewright.Testing;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>
/// Whatever the text, the reader says what is wrong and where, or gives expressions that print as what reads back the same.
/// </summary>
public class FPCoreFuzzTests
{
    private static readonly string[] s_texts =
    [
        """
        (FPCore (k A w t)
          :name "energy of a harmonic oscillator"
          :pre (and (< 0 k 10) (!= A 5 w) (or (< 0 w) (not (== t 60))))
          (let ([phase (* w t)] [s 1/2])
            (* (* s (* k (* A A))) (+ (pow (cos phase) 2) (fabs (sin phase))))))
        """,
        """
        (FPCore sq (x) (* x x)) ; called below
        (FPCore [(! :precision binary64 x) y]
          :precision binary32
          (let* ([a (sq x)] [b (+ a a a)])
            (if (and (<= x y PI) (> y 1e-3)) (fma a b (- (digits 12 -3 10))) (cast (! :round toZero (/ b 0x1.8p3))))))
        """,
        "(FPCore () (while (< i 3) ([i 0 (+ i 1)]) i))\n(FPCore (x) :alt (+ 1 x) (if TRUE (log1p x) (atan2 x E)))\n",
    ];

    private static readonly string[] s_pieces =
    [
        "(", ")", "[", "]", "(FPCore (x) ", ":name \"", ":pre ", "(let ([y ", "(let* (", "(if ", "(and ", "(not ", "(!= ", "(< ", "(+ ",
        "(sq ", "(! ",
        "(digits 1 ", "x ", "TRUE ", "PI ", "NAN ", "1/3 ", "-0 ", "1/0 ", "0x1p-5 ", ";", "\n",
    ];

    [Fact]
    public void Any_text_is_read_or_refused()
        => Assert.Empty(InputFuzzer.Try(s_texts, s_pieces, Fault, _ => false, TestContext.Current.CancellationToken));

    private static string? Fault(string text)
    {
        foreach (var entry in FPCoreReader.Read(text))
        {
            if (entry.Position.Line < 1 || entry.Position.Column < 1) return "without a place: " + entry;
            if (entry is not FPCoreExpression expression) continue;
            string printed = FPCorePrinter.Print(expression);
            if (FPCoreReader.Read(printed) is not [FPCoreExpression again] || FPCorePrinter.Print(again) != printed)
                return "does not read back: " + printed;
        }

        return null;
    }
}
