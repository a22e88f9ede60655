using System;
using System.Collections.ObjectModel;
using System.Threading;
using Rewright.Binding;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Llvm;

namespace Rewright.Engines;

/// <summary>Compiles modules in this process and makes them ready to run, without a cache.</summary>
internal static class NativeCompiler
{
    /// <summary>Compiles the IR of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="ir">Its IR.</param>
    /// <param name="hosts">The C# functions of its host operations.</param>
    /// <param name="level">Optimization level, 0 to 3.</param>
    /// <exception cref="NativeCompilationException">LLVM is missing or fails.</exception>
    public static ModuleRuntime Compile(Module module, string ir, HostFunction[] hosts, int level)
    {
        byte[] code = Compile(ir, OptionsFor(level, CompileOptions.NativeCpu));
        string descriptor = Abi.DescriptorSymbol(module.Name);
        var (symbols, owner) = LlvmProcess.Find().Link(code, ReadOnlyDictionary<string, nint>.Empty, [descriptor]);
        var native = NativeModule.Read(symbols[descriptor], module.Identity, owner)!;
        PerfMap.Add(native, code);
        return new ModuleRuntime(module, hosts, native);
    }

    /// <summary>The machine code of IR as assembly text.</summary>
    public static string ToAssembly(string ir, int level)
        => System.Text.Encoding.UTF8.GetString(
            Compile(ir, OptionsFor(level, CompileOptions.NativeCpu) with { Output = CompileOutput.Assembly }));

    /// <summary>The options for compiling the IR of modules.</summary>
    public static CompileOptions OptionsFor(int level, string cpu)
        => new() { OptimizationLevel = level, Pipeline = LlvmEmitter.PipelineFor(level), CodegenLevel = level == 0 ? 0 : 2, Cpu = cpu };

    private static byte[] Compile(string ir, CompileOptions options)
        => new LlvmCompiler(LlvmProcess.Find().Library).Compile(ir, options, CancellationToken.None) switch
        {
            CompileSucceeded succeeded => succeeded.Output.ToArray(),
            CompileFailed failed => throw new NativeCompilationException(
            "LLVM could not compile the module (" + failed.Stage + "): " + failed.Message),
            _ => throw new InvalidOperationException(),
        };
}
