using System;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Rewright.Testing;

/// <summary>Runs properties with FsCheck, always for the same cases.</summary>
public static class Properties
{
    /// <summary>Checks a property of random modules. A failing module is shrunk and shown as text.</summary>
    /// <param name="count">The number of modules.</param>
    /// <param name="property">Throws if the property does not hold.</param>
    /// <param name="shape">The features of the modules.</param>
    public static void ForAllModules(int count, Action<RandomModule> property, ModuleShape? shape = null)
        => ForAll(count, Modules(shape), property);

    /// <summary>Checks a property of the values of <paramref name="arbitrary"/>.</summary>
    public static void ForAll<T>(int count, Arbitrary<T> arbitrary, Action<T> property)
        => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(
            FSharpOption<Replay>.Some(new Replay(new Rnd(2026), FSharpOption<int>.None))),
            Prop.ForAll(arbitrary, property));

    /// <summary>Random modules, which are shrunk by leaving out declarations.</summary>
    public static Arbitrary<RandomModule> Modules(ModuleShape? shape = null)
        => Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => RandomModule.Make(seed, shape)), m => m.Shrink());
}
