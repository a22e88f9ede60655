using System;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Rewright.Tests.Jit;

public sealed class IrFuzzTests : IDisposable
{
    private const string Seed = """
        %pair = type { i64, ptr }
        @table = internal constant [4 x i64] [i64 1, i64 2, i64 3, i64 4]
        declare ptr @malloc(i64)
        declare double @sqrt(double)

        define tailcc i64 @loop(i64 %n, i64 %sum) {
        entry:
          %done = icmp eq i64 %n, 0
          br i1 %done, label %end, label %more
        more:
          %m = sub i64 %n, 1
          %s = add i64 %sum, %n
          %r = musttail call tailcc i64 @loop(i64 %m, i64 %s)
          ret i64 %r
        end:
          ret i64 %sum
        }

        define i64 @pick(i64 %x, double %d) #0 {
          %i = and i64 %x, 3
          %p = getelementptr [4 x i64], ptr @table, i64 0, i64 %i
          %v = load i64, ptr %p, !range !0
          switch i64 %v, label %other [ i64 1, label %one i64 2, label %two ]
        one:
          %q = call double @sqrt(double %d)
          %w = fptosi double %q to i64
          ret i64 %w
        two:
          %vec = insertelement <4 x i32> zeroinitializer, i32 7, i32 1
          %e = extractelement <4 x i32> %vec, i32 1
          %z = zext i32 %e to i64
          ret i64 %z
        other:
          %u = phi i64 [ %v, %0 ]
          ret i64 %u
        }

        attributes #0 = { nounwind }
        !0 = !{i64 0, i64 10}
        """;

    private static readonly string[] s_words =
    [
        "i64", "i1", "i128", "i9999999", "ptr", "double", "<4 x i32>", "[4 x i64]", "undef", "poison", "null", "zeroinitializer", "%r",
        "%pair", "@loop", "@table", "label %end",
        "musttail", "tail", "tailcc", "ghccc", "call", "invoke", "ret", "br", "switch", "phi", "unreachable", "-1", "0",
        "99999999999999999999", "!0", "!{}", "#0", "#99",
        "asm \"nop\", \"\"()", "gc \"x\"", "alloca", "load", "store", "atomicrmw add", "fence seq_cst", "blockaddress(@loop, %end)", "(",
        ")", "{", "}", "[", "]", "<", ">", ",", "=", "\"", "\n", "}\n", "section \"x\"",
        "thread_local", "weak", "extern_weak", "comdat", "alwaysinline", "noinline optnone", "naked", "@llvm.trap", "@llvm.returnaddress",
        "c\"\\FF\"", "x86_amx", "token", "metadata", "...",
    ];

    private static readonly string[] s_numbers = ["0", "1", "2", "-1", "3", "63", "64", "255", "4294967296", "-9223372036854775808",
        "18446744073709551616", "7.0", "undef", "poison"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Garbage_and_adversarial_text_is_compiled_or_refused_and_the_process_lives()
    {
        var random = new Random(20260504);
        using var jit = new JitCompiler(
            _directory.With() with { UseCache = false, OptimizationLevel = 1, TimeLimit = TimeSpan.FromSeconds(20) });
        int compiled = 0, refused = 0;
        for (int round = 0; round < 400; round++)
        {
            string text = round % 10 == 0 ? Noise(random) : Mutate(random);
            try
            {
                jit.CompileLlvmIr(text, "fuzz").Dispose();
                compiled++;
            }
            catch (NativeCompilationException)
            {
                refused++;
            }
        }

        Assert.True(compiled > 5 && refused > 50, $"{compiled} compiled, {refused} refused");
        using var seed = jit.CompileLlvmIr(Seed, "seed");
        Assert.Contains("pick", seed.Functions.Select(f => f.Name));
    }

    [Theory]
    [InlineData(200_000, "(")]
    [InlineData(200_000, "{")]
    [InlineData(50_000, "sub (i64 0, i64 ")]
    [InlineData(100_000, "!{")]
    public void Text_that_nests_deeply_is_refused(int depth, string bracket)
    {
        using var jit = new JitCompiler(_directory.With() with { UseCache = false });
        string text = "@x = constant i64 " + string.Concat(Enumerable.Repeat(bracket, depth));
        Assert.Contains("nest", Assert.Throws<NativeCompilationException>(() => jit.CompileLlvmIr(text, "deep")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_takes_for_ever_is_given_up()
    {
        using var jit = new JitCompiler(_directory.With() with { UseCache = false, TimeLimit = TimeSpan.FromSeconds(2) });
        var e = Assert.Throws<NativeCompilationException>(
            () => jit.CompileLlvmIr(
            "define i64 @f(ptr %p) {\n  %a = load i90000, ptr %p\n  %b = mul i90000 %a, %a\n  store i90000 %b, ptr %p\n  ret i64 0\n}",
            "slow"));
        Assert.Contains("not finished within 2 s", e.Message, StringComparison.Ordinal);
        jit.CompileLlvmIr(Samples.AddIr, "next").Dispose();
    }

    private static string Noise(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(200); i > 0; i--)
            text.Append(random.Next(3) == 0 ? ((char)random.Next(1, 0x250)).ToString() : s_words[random.Next(s_words.Length)]).Append(' ');
        return text.ToString();
    }

    // Words of the text by others, so that some of what comes out is right and gets as far as the code generator.
    private static string Mutate(Random random)
    {
        string[] parts = Regex.Split(Seed, @"(\s+|[,()\[\]{}=])");
        string Pick() => parts[random.Next(parts.Length)];
        for (int i = random.Next(1, 3); i > 0; i--)
        {
            int at;
            do at = random.Next(parts.Length);
            while (string.IsNullOrWhiteSpace(parts[at]));
            parts[at] = char.IsAsciiDigit(parts[at][0]) ? s_numbers[random.Next(s_numbers.Length)]
                : random.Next(3) == 0 ? s_words[random.Next(s_words.Length)] : Pick();
        }

        return string.Concat(parts);
    }
}
