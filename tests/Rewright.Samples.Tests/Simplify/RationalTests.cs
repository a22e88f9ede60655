using System.Numerics;
using Simplify.Expressions;
using Xunit;

namespace Rewright.Samples.Tests.Simplify;

public class RationalTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.5)]
    [InlineData(0.1)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(-2.2250738585072009e-308)] // the largest subnormal
    public void DoublesAreTakenExactly(double value)
    {
        Rational exact = Rational.FromDouble(value);
        Assert.Equal(value, exact.ToDouble());
        Assert.True(Rational.TryParse(exact.ToString(), out Rational read));
        Assert.Equal(exact, read);
    }

    [Theory]
    [InlineData(7, 2, 3, 4, 3, 4, 4)]
    [InlineData(-7, 2, -4, -3, -3, -4, -4)]
    [InlineData(5, 2, 2, 3, 2, 3, 2)]
    [InlineData(-5, 2, -3, -2, -2, -3, -2)]
    [InlineData(9, 4, 2, 3, 2, 2, 2)]
    [InlineData(6, 2, 3, 3, 3, 3, 3)]
    public void Roundings(int numerator, int denominator, int floor, int ceiling, int truncated, int rounded, int even)
    {
        var value = new Rational(numerator, denominator);
        Assert.Equal(floor, Rational.Floor(value));
        Assert.Equal(ceiling, Rational.Ceiling(value));
        Assert.Equal(truncated, Rational.Truncate(value));
        Assert.Equal(rounded, Rational.Round(value));
        Assert.Equal(even, Rational.RoundToEven(value));
    }

    [Fact]
    public void TheDefaultIsZeroAndFractionsAreReduced()
    {
        Assert.Equal(Rational.Zero, default);
        Assert.Equal(BigInteger.One, default(Rational).Denominator);
        Assert.Equal((new BigInteger(-2), new BigInteger(3)), (new Rational(4, -6).Numerator, new Rational(4, -6).Denominator));
        Assert.Equal("-2/3", new Rational(4, -6).ToString());
        Assert.True(new Rational(1, 3) < new Rational(1, 2));
        Assert.Equal(new Rational(8, 27), Rational.Pow(new Rational(3, 2), -3));
    }
}
