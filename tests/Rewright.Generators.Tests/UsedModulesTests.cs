using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

/// <summary>Modules that use others, in the same project and in referenced ones.</summary>
public class UsedModulesTests
{
    private const string Arith = """
        namespace Lib
        {
            public enum Color { Red, Green }
            [PatternModule]
            public static partial class Base
            {
                [Sort] public readonly partial struct Bit;
                [Constructor] public static partial Bit Off();
                [Constructor] public static partial Bit On(Color color);
            }

            [PatternModule(Uses = [typeof(Base)])]
            public static partial class Arith
            {
                [Sort] public readonly partial struct Nat;
                [Constructor] public static partial Nat Zero();
                [Constructor] public static partial Nat Succ(Nat pred);
                [Operation] public static partial Nat Plus(Nat x, Nat y);
                [Operation] public static partial Nat FromBit(Base.Bit b);
                [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
                [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
                [Pattern] static Rule FromOff() => Rewrite(FromBit(Base.Off()), to: Zero());
                [Pattern] static Rule FromOn(Color c) => Rewrite(FromBit(Base.On(c)), to: Succ(Zero()));
            }
        }
        """;

    private const string User = """
        using static Lib.Arith;
        using Renamed = Lib.Arith;
        namespace App
        {
            [PatternModule(Uses = [typeof(Lib.Arith), typeof(Lib.Base)])]
            static partial class User
            {
                [Operation] public static partial Nat Double(Renamed.Nat x);
                [Operation] public static partial Lib.Base.Bit Light(Lib.Color c);
                [Operation] public static partial long Plus(long x);
                [Normalizer] public static partial Nat Simplify(Nat n);
                [Pattern] static Rule R(Nat x) => Rewrite(Double(x), to: Renamed.Plus(x, global::Lib.Arith.Plus(x, Zero())));
                [Pattern] static Rule G(Lib.Color c) => Rewrite(Light(c), to: Lib.Base.On(Lib.Color.Green));
                [Pattern] static Rule P(long x) => Rewrite(Plus(x), to: x + 1);
                [Pattern(Group = {|RW0036:"x"|})] static Rule S(Nat x) => Rewrite(Succ(Succ(x)), to: x);
            }
        }
        """;

    private const string UserModel = """
        module App.User
        use Lib.Arith
        use Lib.Base
        enum Lib.Color : int = Red 0 | Green 1
        op Double(x: Lib.Arith.Nat): Lib.Arith.Nat
        op Light(c: Lib.Color): Lib.Base.Bit
        op Plus(x: long): long
        rule R: Double(x) -> Lib.Arith.Plus(x, Lib.Arith.Plus(x, Lib.Arith.Zero))
        rule G: Light(c) -> Lib.Base.On(Lib.Color.Green)
        rule P: Plus(x) -> x + 1L
        rule S [group x]: Lib.Arith.Succ(Lib.Arith.Succ(x)) -> x
        normalizer Simplify: Lib.Arith.Nat [innermost]

        """;

    [Fact]
    public async Task A_module_of_the_same_project_is_used()
    {
        var result = await new ModuleTest(User, Arith).RunForResultAsync();
        Assert.Equal(UserModel, result.Model("App.User"));
        Snapshot.Matches(result.Generated("App.User-rules.g.cs"), "App.User-rules.g.cs");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_module_of_a_referenced_project_is_used(bool asImage)
    {
        var library = (await new ModuleTest(Arith).RunForResultAsync()).Compilation.WithAssemblyName("Library");
        var test = new ModuleTest(User);
        test.TestState.AdditionalReferences.Add(asImage ? Image(library) : library.ToMetadataReference());
        Assert.Equal(UserModel, (await test.RunForResultAsync()).Model("App.User"));
    }

    [Fact]
    public async Task A_model_is_in_the_assembly_once_and_is_canonical()
    {
        var library = (await new ModuleTest(Arith).RunForResultAsync()).Compilation;
        using var image = new MemoryStream();
        Assert.True(library.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        byte[] bytes = image.ToArray();
        Assert.Equal(1, Count(bytes, "rule PlusSucc: Plus(Succ(x), y)"u8.ToArray()));
        Assert.Equal(0, Count(bytes, System.Text.Encoding.Unicode.GetBytes("rule PlusSucc")));

        var module = library.GetTypeByMetadataName("Lib.Base")!;
        var model = Assert.Single(module.GetAttributes(), a => a.AttributeClass!.Name == "ModuleModelAttribute");
        var parsed = Rewright.Module.Parse((string)model.ConstructorArguments[0].Value!);
        Assert.Equal(parsed.Identity.Low, model.ConstructorArguments[1].Value);
        Assert.Equal(parsed.Identity.High, model.ConstructorArguments[2].Value);
    }

    [Theory]
    // RW0105: sorts, symbols, and both at once.
    [InlineData("[PatternModule] static partial class U { [Operation(Open = true)] public static partial {|RW0105:Lib.Arith.Nat|} F(); }")]
    [InlineData("[PatternModule] static partial class U { [Operation] public static partial int F(int x); [Pattern] static Rule R({|RW0105:Lib.Arith.Nat|} n, int x) => Rewrite(F(x), to: x).When({|RW0105:Lib.Arith.Plus|}(n, n) == n); }")]
    // RW0115
    [InlineData("[PatternModule(Uses = [typeof(Lib.Arith), typeof({|RW0115-:string|})])] static partial class U { }")]
    [InlineData("[PatternModule(Uses = new Type[] { {|RW0115:typeof(int[])|} })] static partial class U { }")]
    // A cycle, to be seen at each module of it.
    [InlineData("[PatternModule(Uses = [{|RW0006:typeof(V)|}])] static partial class U { } [PatternModule(Uses = [{|RW0006:typeof(U)|}])] static partial class V { }")]
    [InlineData("[PatternModule(Uses = [{|RW0006:typeof(U)|}])] static partial class U { }")]
    [InlineData("[PatternModule(Uses = [typeof({|CS0246:Missing|})])] static partial class U { }")]
    // Rules for another module's operation; a mistake in a used module is said once.
    [InlineData("[PatternModule(Uses = [typeof(Lib.Arith)])] static partial class U { [Pattern] static Rule R(Lib.Arith.Nat x) => Rewrite({|RW0024:Lib.Arith.Plus|}(x, x), to: x); }")]
    [InlineData("[PatternModule] static partial class V { [Operation(Open = true)] public static partial long {|RW0017:F|}(); } [PatternModule(Uses = [typeof(V)])] static partial class U { [Operation] public static partial long G(); [Pattern] static Rule R() => Rewrite(G(), to: V.F()); }")]
    public async Task Mistakes_in_uses(string source)
    {
        source = source.Replace("typeof({|RW0115-:string|})", "{|RW0115:typeof(string)|}");
        await new ModuleTest(Arith, source).RunAsync();
    }

    [Fact]
    public async Task A_name_of_two_used_modules_has_to_be_qualified()
        => await new ModuleTest("using static A; using static B;\n" + """
            [PatternModule] static partial class A { [Operation(Open = true)] public static partial S F(int x); [Sort] public readonly partial struct S; [Constructor] public static partial S C(); }
            [PatternModule] static partial class B { [Operation] public static partial int F(string x); [Pattern] static Rule R(string x) => Rewrite(F(x), to: 1); }
            [PatternModule(Uses = [typeof(A), typeof(B)])] static partial class U { [Operation] public static partial int G(string x); [Pattern] static Rule R(string x) => Rewrite(G(x), to: {|RW0007:F|}(x)); }
            """).RunAsync();

    [Fact]
    public async Task A_module_without_model_is_reported_where_it_is_used()
    {
        var library = new ModuleTest(Arith.Replace("to: y)", "to: Missing)")).CreateCompilation().WithAssemblyName("Library");
        var test = new ModuleTest("[PatternModule(Uses = [{|RW0116:typeof(Lib.Base)|}])] static partial class U { }");
        test.TestState.AdditionalReferences.Add(library.ToMetadataReference());
        await test.RunAsync();
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_is_reported_where_it_is_used()
    {
        var library = new ModuleTest(
            "namespace Lib; [PatternModule, Rewright.Binding.ModuleModel(\"sort from the future\", 1, 2)] public static class Base;")
            .CreateCompilation().WithAssemblyName("Library");
        var test = new ModuleTest(
            "[PatternModule(Uses = [{|RW0116:typeof(Lib.Base)|}])] static partial class U { [Operation(Open = true)] public static "
                + "partial int {|RW0017:F|}(); }");
        test.TestState.AdditionalReferences.Add(library.ToMetadataReference());
        await test.RunAsync();
    }

    private static MetadataReference Image(Compilation compilation)
    {
        using var stream = new MemoryStream();
        Assert.True(compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken).Success);
        return MetadataReference.CreateFromImage(stream.ToArray());
    }

    private static int Count(byte[] bytes, byte[] wanted)
    {
        int count = 0;
        for (int i = 0; i + wanted.Length <= bytes.Length; i++)
            if (bytes.AsSpan(i, wanted.Length).SequenceEqual(wanted)) count++;
        return count;
    }
}
