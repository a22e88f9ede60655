using System;
using Rewright.Switch;
using Rewright.Switch.Algebra;
using Rewright.Switch.Words;

namespace Rewright.Benchmarks.Switch;

/// <summary>A set of rules over objects, and what it takes to apply it in each way.</summary>
/// <param name="Count">The number of rules.</param>
/// <param name="Make">Makes a random object with so many nodes.</param>
/// <param name="Walk">Visits every node and changes none.</param>
/// <param name="ByHand">The rules as hand-written C#.</param>
/// <param name="AreSame">Compares the structure of two objects.</param>
/// <param name="FromObject">Makes a term.</param>
/// <param name="ToObject">Makes an object of a term.</param>
/// <param name="Simplify">The module's normalizer, which is called <c>Simplify</c>.</param>
/// <param name="OnObjects">The same on objects.</param>
/// <param name="Module">The rules as a module.</param>
internal sealed record SwitchRules<T>(
    int Count, Func<Random, int, Mix, T> Make, Func<T, T> Walk, Func<T, T> ByHand, Func<T, T, bool> AreSame,
    Func<T, TermHeap, Term> FromObject, Func<Term, T> ToObject, Func<Term, Term> Simplify,
    Func<T, T> OnObjects, Module Module)
    where T : class;

internal static class SwitchRules
{
    public static SwitchRules<Expr> Algebra { get; } = new(
        60, AlgebraTrees.Make, AlgebraByHand.Walk, AlgebraByHand.Simplify, AlgebraByHand.Same,
        static (e, heap) => AlgebraRules.E.FromObject(e, heap), static t => ((AlgebraRules.E)t).ToObject(),
        static t => AlgebraRules.Simplify((AlgebraRules.E)t), AlgebraRules.Simplify, AlgebraRules.Module);

    public static SwitchRules<Word> Words { get; } = new(
        400, WordTrees.Make, WordsByHand.Walk, WordsByHand.Simplify, WordsByHand.Same,
        static (w, heap) => WordRules.W.FromObject(w, heap), static t => ((WordRules.W)t).ToObject(),
        static t => WordRules.Simplify((WordRules.W)t), WordRules.Simplify, WordRules.Module);
}
