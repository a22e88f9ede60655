using System;
using Rewright.Switch;
using Rewright.Switch.Algebra;
using Rewright.Switch.Words;
using Xunit;

namespace Rewright.Samples.Tests.Switch;

/// <summary>Compares the rule sets of <c>build/bench-switch</c> as modules with the same rules as hand-written C#.</summary>
public sealed class SwitchTests
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 40, 100, 300];

    [Theory]
    [InlineData(Mix.Much)]
    [InlineData(Mix.Little)]
    public void Rules_of_algebra_agree_with_their_switch(Mix mix) => Agree(
        AlgebraRules.Module, mix, AlgebraTrees.Make, AlgebraByHand.Simplify, AlgebraByHand.Walk, AlgebraByHand.Same,
        e => AlgebraRules.E.FromObject(e), t => ((AlgebraRules.E)t).ToObject(), t => AlgebraRules.Simplify((AlgebraRules.E)t),
        AlgebraRules.Simplify);

    [Theory]
    [InlineData(Mix.Much)]
    [InlineData(Mix.Little)]
    public void Rules_of_words_agree_with_their_switch(Mix mix) => Agree(
        WordRules.Module, mix, WordTrees.Make, WordsByHand.Simplify, WordsByHand.Walk, WordsByHand.Same,
        w => WordRules.W.FromObject(w), t => ((WordRules.W)t).ToObject(), t => WordRules.Simplify((WordRules.W)t),
        WordRules.Simplify);

    // Also shows that the hand-written rules keep what is in normal form.
    private static void Agree<T>(
        Module module, Mix mix, Func<Random, int, Mix, T> make, Func<T, T> byHand, Func<T, T> walk, Func<T, T, bool> areSame,
        Func<T, Term> from, Func<Term, T> to, Func<Term, Term> simplify, Func<T, T> onObjects)
        where T : class
    {
        using var jit = new JitCompiler(new JitOptions { Mode = JitMode.Interpreter, UseCache = false, UseBundles = false });
        using var interpreted = jit.Compile(module);
        using var heap = new TermHeap();
        for (int seed = 0; seed < 200; seed++)
        {
            var tree = make(new Random(seed), Sizes[seed % Sizes.Length], mix);
            var right = byHand(tree);
            var term = from(tree);
            AssertSame(right, to(interpreted.Call("Simplify", term)));
            AssertSame(right, to(simplify(term)));
            AssertSame(right, onObjects(tree));
            Assert.Same(right, onObjects(right));
            Assert.Same(right, byHand(right));
            Assert.Same(tree, walk(tree));

            void AssertSame(T expected, T actual)
            {
                if (!areSame(expected, actual)) Assert.Fail($"{tree} becomes {actual} instead of {expected}");
            }
        }
    }
}
