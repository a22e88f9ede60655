using System.Threading.Tasks;
using Rewright.Generators.Tests.Kit;
using Xunit;

namespace Rewright.Generators.Tests;

public class BindingTests
{
    public const string Peano = """
        namespace Demo;

        /// <summary>Numbers by counting.</summary>
        [PatternModule]
        public static partial class Peano
        {
            [Sort] public readonly partial struct Nat;
            [Constructor] public static partial Nat Zero();
            [Constructor] public static partial Nat Succ(Nat pred);
            /// <summary>The sum of two numbers.</summary>
            [Operation] public static partial Nat Plus(Nat x, Nat y);

            [Pattern] static Rule PlusZero(Nat y) => Rewrite(Plus(Zero(), y), to: y);
            [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
        }
        """;

    [Fact]
    public async Task Bindings_of_Peano()
    {
        var result = await new ModuleTest(Peano).RunAsync();
        foreach (string file in result.FileNames) Snapshot.Matches(result.Generated(file), file);
    }
}
