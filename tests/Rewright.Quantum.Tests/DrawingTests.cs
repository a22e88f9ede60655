using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Rewright.Quantum.Drawing;
using Xunit;
using static Rewright.Quantum.Gates;

namespace Rewright.Quantum.Tests;

public class DrawingTests
{
    private static readonly Qubit[] Q = Qubit.Register(3);

    [Fact]
    public void Text()
    {
        Circuit circuit = [H(Q[0]), Rz(Angle.Pi / 4, Q[1]), CX(Q[0], Q[2]), Swap(Q[1], Q[2]), Barrier(Q), CZ(Q[0], Q[1]), Measure(Q[2], 0)];
        Assert.Equal("""
            q[0]: ────[h]──────●─────░─────●─────
                               │     ░     │
            q[1]: ─[rz(pi/4)]──┼──×──░─────●─────
                               │  │  ░
            q[2]: ─────────────⊕──×──░──[M:c[0]]─

            """, CircuitDrawing.ToText(circuit), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Lines_have_a_width()
    {
        var circuit = new Circuit([.. Enumerable.Repeat((CircuitOperation)CX(Q[0], Q[1]), 50)]);
        string[] lines = CircuitDrawing.ToText(circuit, width: 40).Split('\n');
        Assert.All(lines, l => Assert.True(l.Length <= 40, l));
        Assert.Equal(50, lines.Sum(l => l.Count(c => c == '⊕')));
    }

    [Fact]
    public void Svg_is_well_formed()
    {
        foreach (var circuit in Enumerable.Range(0, 5).Select(s => RandomCircuits.Next(s, 5, 40)).Append(
            [Measure(Q[0], 0), If(0, X(Q[1])), Reset(Q[2]), Barrier(Q)]))
        {
            var svg = XDocument.Parse(CircuitDrawing.ToSvg(circuit)).Root!;
            Assert.Equal("svg", svg.Name.LocalName);
            int boxes = circuit.OfType<MeasureOperation>().Count() + circuit.OfType<ResetOperation>().Count();
            Assert.True(svg.Descendants().Count(e => e.Name.LocalName == "rect") > boxes);
        }
    }

    [Fact]
    public void Counts()
    {
        var s = CircuitStatistics.Of(
            [H(Q[0]), T(Q[0]), Rz(Angle.Pi * new Rational(-3, 4), Q[1]), Rz(Angle.Pi / 2, Q[1]), CX(Q[0], Q[1]), CCX(Q[0], Q[1], Q[2]),
            Measure(Q[0], 0), If(0, X(Q[2]))]);
        Assert.Equal((7, 1, 1, 2, 6), (s.Total, s.TwoQubit, s.MultiQubit, s.T, s.Depth));
        Assert.Equal(2, s.Gates["rz"]);
    }

    // The published counts of the benchmark.
    [Fact]
    public void Counts_are_those_published()
    {
        foreach (string line in File.ReadLines(Path.Combine(Data.Root, "circuits", "published.csv")).Skip(1))
        {
            string[] columns = line.Split(',');
            string file = Path.Combine(Data.Root, "circuits", "nam", columns[0] + ".qasm");
            if (!File.Exists(file)) continue;
            var s = CircuitStatistics.Of(OpenQasm.Read(File.ReadAllText(file)));
            Assert.Equal(columns[2..5],
                new[] { s.Total, s.TwoQubit, s.T }.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
