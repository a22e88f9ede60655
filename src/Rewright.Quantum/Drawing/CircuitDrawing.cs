using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;

namespace Rewright.Quantum.Drawing;

/// <summary>Draws circuits with time from left to right.</summary>
/// <example><code>
/// Console.Write(CircuitDrawing.ToText(circuit));
/// File.WriteAllText("circuit.svg", CircuitDrawing.ToSvg(circuit));
/// </code></example>
public static class CircuitDrawing
{
    private const long MaxCells = 20_000_000;

    /// <summary>Draws a circuit as text.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="width">The number of characters after which the drawing continues below; 0 for no limit.</param>
    /// <exception cref="NotSupportedException">The circuit is too large to draw.</exception>
    public static string ToText(Circuit circuit, int width = 0)
    {
        var columns = Layout(circuit);
        string[] labels = CircuitLayout.Labels(circuit.QubitRegisters);
        int labelWidth = labels.Select(l => l.Length).DefaultIfEmpty(0).Max() + 2;
        int[] widths = [.. columns.Select(c => c.SelectMany(s => s.Marks).Select(Text).Max(t => t.Length))];
        if ((widths.Sum(w => (long)w + 2) + labelWidth) * labels.Length * 2 > MaxCells) throw TooLarge(circuit);
        var output = new StringBuilder();
        for (int first = 0; first < columns.Count || first == 0;)
        {
            int last = first, used = labelWidth;
            while (last < columns.Count && (width <= 0 || last == first || used + widths[last] + 2 <= width)) used += widths[last++] + 2;
            // Each qubit has a line, followed by one for the connections to the next qubit.
            var lines = Enumerable.Range(0, 2 * labels.Length).Select(
                i => new StringBuilder(i % 2 == 0 ? labels[i / 2].PadRight(labelWidth - 2) + ": " : new string(' ', labelWidth))).ToList();
            for (int c = first; c < last; c++) Column(columns[c], widths[c], lines);
            foreach (var line in lines.Take(Math.Max(0, lines.Count - 1)))
            {
                string text = line.ToString().TrimEnd();
                if (text.Length > 0) output.Append(text).Append('\n');
                else output.Append('\n');
            }

            first = last;
            if (first >= columns.Count) break;
            output.Append('\n');
        }

        return output.ToString();
    }

    /// <summary>Draws a circuit as SVG.</summary>
    /// <exception cref="NotSupportedException">The circuit is too large to draw.</exception>
    public static string ToSvg(Circuit circuit)
    {
        const int Row = 40, Pad = 10, Character = 8, Half = 14;
        var columns = Layout(circuit);
        string[] labels = CircuitLayout.Labels(circuit.QubitRegisters);
        int left = Pad + labels.Select(l => l.Length).DefaultIfEmpty(0).Max() * Character + Pad;
        int[] widths = [.. columns.Select(
            c => Math.Max(2 * Half, c.SelectMany(s => s.Marks).Max(m => m.Label.Length * Character + Pad)) + Pad)];
        int right = left + widths.Sum() + Pad, bottom = labels.Length * Row + Pad;
        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{right + Pad}\" height=\"{bottom}\""));
        svg.Append(Invariant($" viewBox=\"0 0 {right + Pad} {bottom}\" font-family=\"monospace\" font-size=\"13\">\n"));
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<g stroke=\"black\" fill=\"none\">\n");
        for (int q = 0; q < labels.Length; q++)
            svg.Append(Invariant($"<line x1=\"{left}\" y1=\"{Y(q)}\" x2=\"{right}\" y2=\"{Y(q)}\"/>\n"));
        svg.Append("</g>\n<g text-anchor=\"end\" dominant-baseline=\"central\">\n");
        for (int q = 0; q < labels.Length; q++)
            svg.Append(Invariant($"<text x=\"{left - Pad}\" y=\"{Y(q)}\">{SecurityElement.Escape(labels[q])}</text>\n"));
        svg.Append("</g>\n<g stroke=\"black\" text-anchor=\"middle\" dominant-baseline=\"central\">\n");
        int at = left;
        for (int c = 0; c < columns.Count; at += widths[c++])
        {
            int x = at + widths[c] / 2;
            foreach (var symbol in columns[c])
            {
                if (symbol.IsJoined)
                    svg.Append(Invariant($"<line x1=\"{x}\" y1=\"{Y(symbol.Top)}\" x2=\"{x}\" y2=\"{Y(symbol.Bottom)}\"/>\n"));
                foreach (var mark in symbol.Marks) svg.Append(Shape(mark, x, Y(mark.Qubit)));
            }
        }

        return svg.Append("</g>\n</svg>\n").ToString();

        static int Y(int qubit) => qubit * Row + Row / 2 + Pad / 2;

        static string Shape(Mark mark, int x, int y) => mark.Kind switch
        {
            MarkKind.Control => Invariant($"<circle cx=\"{x}\" cy=\"{y}\" r=\"4\"/>\n"),
            MarkKind.Target => Invariant(
            $"<circle cx=\"{x}\" cy=\"{y}\" r=\"10\" fill=\"white\"/><path d=\"M{x - 10} {y}h20M{x} {y - 10}v20\" fill=\"none\"/>\n"),
            MarkKind.Cross => Invariant($"<path d=\"M{x - 6} {y - 6}l12 12M{x - 6} {y + 6}l12 -12\" fill=\"none\"/>\n"),
            MarkKind.Barrier => Invariant(
            $"<line x1=\"{x}\" y1=\"{y - Row / 2}\" x2=\"{x}\" y2=\"{y + Row / 2}\" stroke-dasharray=\"3 3\"/>\n"),
            _ => Box(mark, x, y),
        };

        static string Box(Mark mark, int x, int y)
        {
            int half = Math.Max(Half, (mark.Label.Length * Character + Pad) / 2);
            string frame = Invariant(
                $"<rect x=\"{x - half}\" y=\"{y - Half}\" width=\"{2 * half}\" height=\"{2 * Half}\" fill=\"white\"/>");
            return frame + Invariant($"<text x=\"{x}\" y=\"{y}\" stroke=\"none\">{SecurityElement.Escape(mark.Label)}</text>\n");
        }
    }

    private static List<List<GateSymbol>> Layout(Circuit circuit)
    {
        if ((long)circuit.QubitCount > MaxCells / 4 || circuit.Count > MaxCells / 40) throw TooLarge(circuit);
        return CircuitLayout.Columns(circuit);
    }

    private static NotSupportedException TooLarge(Circuit circuit)
        => new(Invariant($"A circuit of {circuit.QubitCount} qubits and {circuit.Count} operations is too large for a drawing."));

    private static void Column(List<GateSymbol> symbols, int width, List<StringBuilder> lines)
    {
        var cells = new string?[lines.Count];
        foreach (var symbol in symbols)
        {
            if (symbol.IsJoined)
            {
                for (int i = 2 * symbol.Top + 1; i < 2 * symbol.Bottom; i++) cells[i] = i % 2 == 0 ? "┼" : "│";
            }

            foreach (var mark in symbol.Marks)
            {
                cells[2 * mark.Qubit] = Text(mark);
                if (mark.Kind == MarkKind.Barrier && 2 * mark.Qubit > 0 && cells[2 * mark.Qubit - 2] is not null)
                    cells[2 * mark.Qubit - 1] = "░";
            }
        }

        for (int i = 0; i < lines.Count; i++)
        {
            char wire = i % 2 == 0 ? '─' : ' ';
            string cell = cells[i] ?? wire.ToString();
            int before = (width - cell.Length) / 2;
            lines[i].Append(wire, before + 1).Append(cell).Append(wire, width - cell.Length - before + 1);
        }
    }

    private static string Text(Mark mark) => mark.Kind switch
    {
        MarkKind.Control => "●",
        MarkKind.Target => "⊕",
        MarkKind.Cross => "×",
        MarkKind.Barrier => "░",
        MarkKind.Text => mark.Label,
        _ => "[" + mark.Label + "]",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
