using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Rewright.Emit;
using Rewright.Emit.Ir;
using Rewright.Emit.Llvm;
using Rewright.Llvm;
using Xunit;

namespace Rewright.Tests;

/// <summary>The IR that is written by hand: LLVM accepts each file by itself, and it says the same as <see cref="Abi"/>.</summary>
public partial class RuntimeIrTests
{
    private static string Read(string file)
    {
        using var reader = new StreamReader(typeof(LlvmRuntime).Assembly.GetManifestResourceStream("Rewright.Llvm." + file + ".ll")!);
        return reader.ReadToEnd();
    }

    [Theory]
    [InlineData("runtime")]
    [InlineData("primitives")]
    public void Llvm_accepts_a_file_by_itself(string file)
    {
        var compiler = new LlvmCompiler(((LlvmFound)LlvmDiscovery.Find()).Library);
        var result = compiler.Compile(Read(file), cancellation: TestContext.Current.CancellationToken);
        Assert.True(result is CompileSucceeded, (result as CompileFailed)?.ToString());
    }

    [Theory]
    [InlineData("runtime")]
    [InlineData("primitives")]
    public void Numbers_are_those_of_the_abi(string file)
    {
        var names = typeof(Abi).GetFields().Where(f => f.IsLiteral)
            .ToDictionary(f => f.Name, f => Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture));
        foreach (string line in Read(file).Split('\n').Where(l => !l.StartsWith(';')))
        {
            var named = NamedNumber().Match(line);
            if (named.Success)
            {
                long value = names[named.Groups["name"].Value] * (named.Groups["minus"].Length > 0 ? -1 : 1);
                Assert.True(value.ToString(CultureInfo.InvariantCulture) == named.Groups["number"].Value, line);
            }

            // Places in the context, services and errors have names.
            Assert.True(named.Success || !MustHaveName().IsMatch(line), line);
        }
    }

    [Fact]
    public void What_programs_call_is_there()
    {
        var callees = typeof(RuntimeCalls).GetFields(BindingFlags.Static | BindingFlags.Public).Select(f
            => (IrCallee)f.GetValue(null)!).ToList();
        Assert.True(callees.Count > 10);
        foreach (var callee in callees)
        {
            var definition = LlvmRuntime.Functions.NeededBy([callee.Name]).Single(d => d.Name == callee.Name);
            Assert.Contains($"define internal {callee.Result} {callee.Name}(", definition.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(Abi.MaxListedWords + 1, false)]
    public void Llvm_accepts_functions_of_a_size(int words, bool served)
    {
        var library = LlvmRuntime.Functions.With(LlvmRuntime.ForSize(words, served));
        string[] names = [RuntimeCalls.Allocate(words).Name, RuntimeCalls.Free(words).Name];
        string text = string.Concat(library.NeededBy(names).Select(d => d.Text)) + LlvmRuntime.Metadata;
        var compiler = new LlvmCompiler(((LlvmFound)LlvmDiscovery.Find()).Library);
        var result = compiler.Compile(text, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result is CompileSucceeded, (result as CompileFailed)?.ToString());
        Assert.All(names, n => Assert.Contains(" " + n + "(", text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(?<number>-?\d+)\)? ; (?<minus>-?)Abi\.(?<name>\w+)$")]
    private static partial Regex NamedNumber();

    [GeneratedRegex(@"ptr %(context|table), i64 -?\d|@rw\.raise\(ptr %context, i32 \d|Abi\.")]
    private static partial Regex MustHaveName();
}
