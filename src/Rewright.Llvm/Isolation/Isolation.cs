using System;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using System.Threading;

namespace Rewright.Llvm;

/// <summary>The protocol between <see cref="IsolatedCompiler"/> and its children, and the work of a child.</summary>
internal static class Isolation
{
    /// <summary>The argument that makes this assembly run as a child.</summary>
    public const string Argument = "compile-for-parent";

    public static void Write(BinaryWriter output, string irText, CompileOptions options)
    {
        output.Write((int)options.Output);
        output.Write(options.OptimizationLevel);
        WriteOptional(output, options.Pipeline);
        output.Write(options.CodegenLevel ?? -1);
        WriteOptional(output, options.Triple);
        WriteOptional(output, options.Cpu);
        output.Write(options.Features);
        output.Write(options.DebugInfo);
        output.Write(options.ForbidsAssembly);
        output.Write(options.TimeLimit.Ticks);
        output.Write(irText);
        output.Flush();
    }

    public static CompileResult ReadResult(BinaryReader input)
    {
        if (!input.ReadBoolean())
            return new CompileFailed(
                (CompileStage)input.ReadInt32(), (CompileFailureCause)input.ReadInt32(), input.ReadString(), input.ReadInt32(),
                input.ReadInt32());
        byte[] output = ReadBytes(input);
        var target = new CompileTarget(input.ReadString(), input.ReadString(), input.ReadString(), Version.Parse(input.ReadString()));
        var timings = new CompileTimings(ReadTime(input), ReadTime(input), ReadTime(input), ReadTime(input));
        var warnings = ImmutableArray.CreateBuilder<string>();
        for (int count = input.ReadInt32(); count > 0; count--) warnings.Add(input.ReadString());
        return new CompileSucceeded(output, target, timings, warnings.ToImmutable());
    }

    /// <summary>Serves requests until the input ends.</summary>
    public static int Serve(Stream inputStream, Stream outputStream)
    {
        using var input = new BinaryReader(inputStream, Encoding.UTF8);
        using var output = new BinaryWriter(outputStream, Encoding.UTF8);
        if (LlvmDiscovery.Find() is not LlvmFound { Library: var library } found)
        {
            output.Write("No usable LLVM 19 to 22 was found. " + LlvmMissing.Advice);
            return 1;
        }

        output.Write(library.Version.ToString());
        output.Flush();
        var compiler = new LlvmCompiler(library);
        try
        {
            while (true)
            {
                var (text, options) = ReadRequest(input);
                Write(output, compiler.Compile(text, options, CancellationToken.None));
                output.Flush();
            }
        }
        catch (EndOfStreamException)
        {
            return 0;
        }
    }

    private static (string Text, CompileOptions Options) ReadRequest(BinaryReader input)
    {
        var options = new CompileOptions
        {
            Output = (CompileOutput)input.ReadInt32(),
            OptimizationLevel = input.ReadInt32(),
            Pipeline = ReadOptional(input),
            CodegenLevel = input.ReadInt32() is >= 0 and var level ? level : null,
            Triple = ReadOptional(input),
            Cpu = ReadOptional(input),
            Features = input.ReadString(),
            DebugInfo = input.ReadBoolean(),
            ForbidsAssembly = input.ReadBoolean(),
            TimeLimit = ReadTime(input),
        };
        return (input.ReadString(), options);
    }

    private static void Write(BinaryWriter output, CompileResult result)
    {
        output.Write(result is CompileSucceeded);
        switch (result)
        {
            case CompileFailed failed:
                output.Write((int)failed.Stage);
                output.Write((int)failed.Cause);
                output.Write(failed.Message);
                output.Write(failed.Line);
                output.Write(failed.Column);
                break;
            case CompileSucceeded succeeded:
                output.Write(succeeded.Output.Length);
                output.Write(succeeded.Output.Span);
                output.Write(succeeded.Target.Triple);
                output.Write(succeeded.Target.Cpu);
                output.Write(succeeded.Target.Features);
                output.Write(succeeded.Target.LlvmVersion.ToString());
                output.Write(succeeded.Timings.Parse.Ticks);
                output.Write(succeeded.Timings.Verify.Ticks);
                output.Write(succeeded.Timings.Optimize.Ticks);
                output.Write(succeeded.Timings.Emit.Ticks);
                output.Write(succeeded.Warnings.Length);
                foreach (string warning in succeeded.Warnings) output.Write(warning);
                break;
        }
    }

    private static byte[] ReadBytes(BinaryReader input)
    {
        int length = input.ReadInt32();
        byte[] bytes = input.ReadBytes(length);
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }

    private static TimeSpan ReadTime(BinaryReader input) => TimeSpan.FromTicks(input.ReadInt64());

    private static void WriteOptional(BinaryWriter output, string? text)
    {
        output.Write(text is not null);
        if (text is not null) output.Write(text);
    }

    private static string? ReadOptional(BinaryReader input) => input.ReadBoolean() ? input.ReadString() : null;
}
