using System;
using System.Collections.Generic;
using System.Linq;
using Simplify.Checking;
using Simplify.Expressions;
using Simplify.FPCore;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

/// <summary>The values here come from another library for arithmetic of arbitrary precision, mpmath.</summary>
public sealed class IntervalTests : IDisposable
{
    private readonly IntervalArithmetic _arithmetic = SampleProgram.Exact(() => new IntervalArithmetic(256));

    public void Dispose() => _arithmetic.Dispose();

    [Theory]
    [InlineData("PI", "3.14159265358979323846264338327950288419716939937510582097494459230781640629")]
    [InlineData("E", "2.71828182845904523536028747135266249775724709369995957496696762772407663035")]
    [InlineData("LN2", "0.693147180559945309417232121458176568075500134360255254120680009493393621970")]
    [InlineData("LN10", "2.30258509299404568401799145468436420760110148862877297603332790096757260968")]
    [InlineData("LOG2E", "1.44269504088896340735992468100189213742664595415298593413544940693110921918")]
    [InlineData("LOG10E", "0.434294481903251827651128918916605082294397005803666566114453783165864649209")]
    [InlineData("PI_2", "1.57079632679489661923132169163975144209858469968755291048747229615390820314")]
    [InlineData("PI_4", "0.785398163397448309615660845819875721049292349843776455243736148076954101572")]
    [InlineData("M_1_PI", "0.318309886183790671537767526745028724068919291480912897495334688117793595268")]
    [InlineData("M_2_PI", "0.636619772367581343075535053490057448137838582961825794990669376235587190537")]
    [InlineData("M_2_SQRTPI", "1.12837916709551257389615890312154517168810125865799771368817144342128493688")]
    [InlineData("SQRT2", "1.41421356237309504880168872420969807856967187537694807317667973799073247846")]
    [InlineData("SQRT1_2", "0.707106781186547524400844362104849039284835937688474036588339868995366239231")]
    [InlineData("(sin 1)", "0.841470984807896506652502321630298999622563060798371065672751709991910404391")]
    [InlineData("(sin -20)", "-0.912945250727627654376099983845682301297932583708189956305128114768848919349")]
    [InlineData("(sin 1e30)", "-0.0901169019121380580303864289529873302743963329930434498854606665797739834768")]
    [InlineData("(cos 1)", "0.540302305868139717400936607442976603732310420617922227670097255381100394774")]
    [InlineData("(cos 1e30)", "-0.995931194405395702394248587997048641130247734955048271346800417993772136401")]
    [InlineData("(tan 1)", "1.55740772465490223050697480745836017308725077238152003838394660569886139715")]
    [InlineData("(tan 2)", "-2.18503986326151899164330610231368254343201774622766316456295586996677374721")]
    [InlineData("(asin 1/3)", "0.339836909454121937096392513391764066388244690332458071431923962489915888665")]
    [InlineData("(acos 1/3)", "1.23095941734077468213492917824798737571034000935509483905554833366399231448")]
    [InlineData("(atan 7)", "1.42889927219073269641847007453719835909080294095908883810934226679046657638")]
    [InlineData("(atan2 1 -2)", "2.67794504458898712224838715181828848216863234508898555716401150358761854212")]
    [InlineData("(atan2 -1 -2)", "-2.67794504458898712224838715181828848216863234508898555716401150358761854212")]
    [InlineData("(atan2 0 -2)", "3.14159265358979323846264338327950288419716939937510582097494459230781640629")]
    [InlineData("(atan2 3 0)", "1.57079632679489661923132169163975144209858469968755291048747229615390820314")]
    [InlineData("(exp 2.5)", "12.1824939607034734380701759511679661831827677900631613115603983418381851261")]
    [InlineData("(exp2 2.5)", "5.65685424949238019520675489683879231427868750150779229270671895196292991385")]
    [InlineData("(expm1 1e-20)", "0.0000000000000000000100000000000000000000500000000000000000001666666666666666666670833333333333")]
    [InlineData("(log 3)", "1.09861228866810969139524523692252570464749055782274945173469433363749429322")]
    [InlineData("(log2 3)", "1.58496250072115618145373894394781650875981440769248106045575265454109822779")]
    [InlineData("(log10 3)", "0.477121254719662437295027903255115309200128864190695864829865640305229152784")]
    [InlineData("(log1p 1e-20)", "0.00000000000000000000999999999999999999995000000000000000000033333333333333333333083333333333333")]
    [InlineData("(sqrt 3)", "1.73205080756887729352744634150587236694280525381038062805580697945193301691")]
    [InlineData("(cbrt -3)", "-1.44224957030740838232163831078010958839186925349935057754641619454168759683")]
    [InlineData("(hypot 2 3)", "3.60555127546398929311922126747049594625129657384524621271045305622716694829")]
    [InlineData("(pow 3 1/7)", "1.16993081275868688646297572551373466769940419642093420903021896558933393627")]
    [InlineData("(pow 0.5 -2.5)", "5.65685424949238019520675489683879231427868750150779229270671895196292991385")]
    [InlineData("(pow PI 3)", "31.0062766802998201754763150671013952022252885658851076941445381038063949175")]
    [InlineData("(pow (- PI) 3)", "-31.0062766802998201754763150671013952022252885658851076941445381038063949175")]
    [InlineData("(pow (- PI) -2)", "0.101321183642337771443879463209727638904358774672246548845609031894173120962")]
    [InlineData("(sinh 3)", "10.0178749274099018989745936194658280601781041231828634644056532510463926052")]
    [InlineData("(cosh -3)", "10.0676619957777658419539360351158898368098037153712866799732809786524532729")]
    [InlineData("(tanh 3)", "0.995054753686730451331880185255488475097813854700282491823878815130664702783")]
    [InlineData("(asinh -3)", "-1.81844645923206682348369896356070899378625394276812161745174416723305410787")]
    [InlineData("(acosh 3)", "1.76274717403908605046521864995958461805632065652327082150659121730675436844")]
    [InlineData("(atanh 1/3)", "0.346573590279972654708616060729088284037750067180127627060340004746696810985")]
    [InlineData("(erf 0.5)", "0.520499877813046537682746653891964528736451575757963700058805725647193521717")]
    [InlineData("(erfc 3)", "0.0000220904969985854413727761295823203798477070873992496572389548429424566836201")]
    [InlineData("(fma PI 2 1)", "7.28318530717958647692528676655900576839433879875021164194988918461563281257")]
    [InlineData("(fdim PI 3)", "0.141592653589793238462643383279502884197169399375105820974944592307816406286")]
    [InlineData("(fmod 100 PI)", "2.61062773871640960765805511833541058988774861937171954977671763845769140513")]
    [InlineData("(remainder 100 PI)", "-0.530964914873383630804588264944092294309420780003386271198226953850125001159")]
    [InlineData("(fmod -100 PI)", "-2.61062773871640960765805511833541058988774861937171954977671763845769140513")]
    [InlineData("(copysign PI -1)", "-3.14159265358979323846264338327950288419716939937510582097494459230781640629")]
    public void KnownValuesTo200Bits(string expression, string digits)
    {
        Assert.True(Rational.TryParse(digits, out Rational value));
        var interval = Assert.IsType<Interval>(Evaluate(expression));
        Assert.False(interval.MayBeUndefined);
        AssertEncloses(interval, value, tolerance: Rational.Abs(value) * Rational.Power(10, -73));
        (Rational? lo, Rational? hi) = _arithmetic.Bounds(interval);
        Assert.True(hi - lo < Rational.Abs(value) * Rational.Power(2, -200));
    }

    [Theory]
    [InlineData("(/ 1 0)")]
    [InlineData("(/ (sin 0) (sin 0))")]
    [InlineData("(sqrt -1)")]
    [InlineData("(log 0)")]
    [InlineData("(log (- PI))")]
    [InlineData("(log2 -1)")]
    [InlineData("(log10 0)")]
    [InlineData("(log1p -1)")]
    [InlineData("(asin PI)")]
    [InlineData("(acos -2)")]
    [InlineData("(acosh 0.5)")]
    [InlineData("(atanh 1)")]
    [InlineData("(atanh -1)")]
    [InlineData("(atan2 0 0)")]
    [InlineData("(pow 0 -1)")]
    [InlineData("(pow -1 1/2)")]
    [InlineData("(pow (- PI) 1/3)")]
    [InlineData("(pow (sin 0) (- PI))")]
    [InlineData("(fmod 1 0)")]
    [InlineData("(remainder PI 0)")]
    [InlineData("(+ 1 (sqrt -1))")]
    [InlineData("(if (< (sqrt -1) 1) 1 2)")]
    [InlineData("(if (< 1 2) (log 0) 1)")]
    public void UndefinedIsKnownToBe(string expression) => Assert.Same(Undefined.Value, Evaluate(expression));

    [Theory]
    [InlineData("(if (< 1 2) 3 (log 0))", 3)]
    [InlineData("(if (and (!= 0 0) (< (/ 1 0) 1)) 1 2)", 2)]
    [InlineData("(if (or (== 0 0) (< (/ 1 0) 1)) 1 2)", 1)]
    [InlineData("(if (< (sin 1) (cos 1)) 1 2)", 2)]
    [InlineData("(if (not (>= PI 3)) 1 2)", 2)]
    [InlineData("(pow 0 0)", 1)]
    [InlineData("(pow -2 -3)", -0.125)]
    [InlineData("(fmod -7 3)", -1)]
    [InlineData("(remainder 5 2)", 1)]
    [InlineData("(remainder 7 2)", -1)]
    [InlineData("(copysign -3 0)", 3)]
    [InlineData("(fdim 1 3)", 0)]
    [InlineData("(nearbyint 2.5)", 2)]
    [InlineData("(round 2.5)", 3)]
    [InlineData("(* 3 1/3)", 1)]
    public void ExactValues(string expression, double value) => Assert.Equal(new Exact(Rational.FromDouble(value)), Evaluate(expression));

    [Theory]
    [InlineData("(cos 0)", 1)]
    [InlineData("(exp (log 1))", 1)]
    [InlineData("(cosh (asinh 0))", 1)]
    [InlineData("(sqrt 16)", 4)]
    [InlineData("(cbrt -27)", -3)]
    [InlineData("(log2 1024)", 10)]
    [InlineData("(floor PI)", 3)]
    [InlineData("(ceil (- PI))", -3)]
    [InlineData("(trunc (- PI))", -3)]
    [InlineData("(round (exp 1))", 3)]
    [InlineData("(atan2 (sin 0) 1)", 0)]
    public void IntervalsOfOnePoint(string expression, int value)
    {
        (Rational? lo, Rational? hi) = _arithmetic.Bounds(Assert.IsType<Interval>(Evaluate(expression)));
        Assert.Equal((value, value), (lo, hi));
    }

    [Theory]
    [InlineData("(/ 1 (- (log 6) (+ (log 2) (log 3))))")]
    [InlineData("(sqrt (- (log 6) (+ (log 2) (log 3))))")]
    [InlineData("(tan (exp (exp 20)))")]
    [InlineData("(atan2 (- (log 4) (* 2 (log 2))) (- (log 4) (* 2 (log 2))))")]
    [InlineData("(if (< (log 4) (* 2 (log 2))) 1 (log 0))")]
    public void WhatCannotBeToldIsNotClaimed(string expression) => Assert.True(Evaluate(expression).MayBeUndefined);

    [Theory]
    [InlineData("(exp (exp (exp 10)))")]
    [InlineData("(sin (exp (exp (exp 10))))")]
    [InlineData("(floor (exp (exp 40)))")]
    [InlineData("(pow -1 (pow 10 (pow 10 3)))")]
    [InlineData("(* 0 (- (exp (exp (exp 10))) 1))")]
    [InlineData("(fmod (exp (exp (exp 10))) 3)")]
    public void HugeNumbersNeitherFailNorTakeLong(string expression) => Assert.NotNull(Evaluate(expression));

    [Fact]
    public void WideIntervalsEncloseTheValuesInside()
    {
        var random = new Random(1);
        Operation[] operations = [.. Enum.GetValues<Operation>().Where(o => o.Kind() == OperationKind.Arithmetic && o != Operation.Fma)];
        for (int round = 0; round < 20_000; round++)
        {
            _arithmetic.Reset();
            Operation operation = operations[round % operations.Length];
            (Interval x, Rational insideX) = DrawInterval(random);
            (Interval y, Rational insideY) = DrawInterval(random);
            Interval[] box = operation.Arity() == 1 ? [x] : [x, y];
            Interval[] point = [.. new[] { insideX, insideY }.Take(box.Length).Select(_arithmetic.FromRational)];
            Enclosure around = _arithmetic.Apply(operation, box);
            Enclosure inside = _arithmetic.Apply(operation, point);

            string context = $"{operation}, round {round}";
            if (around is Undefined)
                Assert.True(inside is Undefined, context);
            else if (inside is Undefined)
                Assert.True(around.MayBeUndefined, context);
            else
                Assert.False(_arithmetic.AreDisjoint((Interval)around, (Interval)inside), context);
        }
    }

    [Fact]
    public void ExactAndIntervalArithmeticAgree()
    {
        var random = new Random(2);
        Operation[] operations = [.. Enum.GetValues<Operation>().Where(o => o.Kind() == OperationKind.Arithmetic)];
        for (int round = 0; round < 20_000; round++)
        {
            _arithmetic.Reset();
            Operation operation = operations[round % operations.Length];
            Rational[] values = [.. Enumerable.Range(0, operation.Arity()).Select(_ => Draw(random))];
            Enclosure interval = _arithmetic.Apply(operation, [.. values.Select(_arithmetic.FromRational)]);
            switch (ExactArithmetic.Apply(operation, values))
            {
                case Exact exact:
                    AssertEncloses(Assert.IsType<Interval>(interval), exact.Value, tolerance: 0);
                    break;
                case Undefined:
                    Assert.Same(Undefined.Value, interval);
                    break;
            }
        }
    }

    /// <summary>An interval, sometimes of one point, and a point in it.</summary>
    private (Interval Interval, Rational Inside) DrawInterval(Random random)
    {
        (Rational a, Rational b) = (Draw(random), Draw(random));
        b = random.Next(4) == 0 ? a : random.Next(2) == 0 ? a + b / 10 : b;
        Rational share = new(random.Next(5), 4);
        Interval interval = _arithmetic.Hull(_arithmetic.FromRational(a), _arithmetic.FromRational(b));
        return (interval, a * share + b * (1 - share));
    }

    private static Rational Draw(Random random) => random.Next(3) switch
    {
        0 => random.Next(-3, 4),
        1 => new Rational(random.Next(-12, 13), 4),
        _ => Rational.FromDouble((random.NextDouble() - 0.5) * 20),
    };

    private void AssertEncloses(Interval interval, Rational value, Rational tolerance)
    {
        (Rational? lo, Rational? hi) = _arithmetic.Bounds(interval);
        Assert.True(lo <= value + tolerance && value - tolerance <= hi, $"{value} is not between {lo} and {hi}");
    }

    private Enclosure Evaluate(string expression)
    {
        var entry = Assert.IsType<FPCoreExpression>(FPCoreReader.Read($"(FPCore () {expression})")[0]);
        return new Evaluator(entry.Body).Evaluate(new Dictionary<string, Rational>(), _arithmetic);
    }
}
