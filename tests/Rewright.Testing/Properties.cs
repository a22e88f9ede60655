using System;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Rewright.Testing;

/// <summary>Runs properties with FsCheck, always on the same cases.</summary>
public static class Properties
{
    /// <summary>Checks a property of random modules. A failure is shrunk and shows the module as text.</summary>
    /// <param name="count">How many modules.</param>
    /// <param name="property">Throws where it does not hold.</param>
    /// <param name="shape">What the modules are made of.</param>
    public static void ForAllModules(int count, Action<RandomModule> property, ModuleShape? shape = null)
        => ForAll(count, Modules(shape), property);

    /// <summary>Checks a property of what <paramref name="arbitrary"/> makes.</summary>
    public static void ForAll<T>(int count, Arbitrary<T> arbitrary, Action<T> property)
        => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(
            FSharpOption<Replay>.Some(new Replay(new Rnd(2026), FSharpOption<int>.None))),
            Prop.ForAll(arbitrary, property));

    /// <summary>Random modules, shrunk by leaving out declarations.</summary>
    public static Arbitrary<RandomModule> Modules(ModuleShape? shape = null)
        => Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => RandomModule.Make(seed, shape)), m => m.Shrink());
}
