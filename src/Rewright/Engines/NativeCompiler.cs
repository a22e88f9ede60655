using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using Rewright.Binding;
using Rewright.Emit;
using Rewright.Emit.Llvm;
using Rewright.Llvm;

namespace Rewright.Engines;

/// <summary>Native code could not be made: LLVM is missing, or refuses the module.</summary>
public sealed class NativeCompilationException : Exception
{
    internal NativeCompilationException(string message) : base(message) { }
}

/// <summary>Compiles modules in this process and makes them ready to run.</summary>
internal static class NativeCompiler
{
    private static readonly Lazy<LlvmLibrary> Llvm = new(() => LlvmDiscovery.Find() switch
    {
        LlvmFound found => found.Library,
        LlvmMissing missing => throw new NativeCompilationException(missing.Message),
        _ => throw new InvalidOperationException(),
    });

    private static readonly Lazy<OrcSession> Orc = new(() => OrcSession.Open(Llvm.Value));

    // The only functions that compiled code may call.
    private static readonly Lazy<Dictionary<string, nint>> Imports = new(() =>
    {
        nint library = NativeLibrary.Load(OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6");
        return LlvmEmitter.Imports.ToDictionary(name => name, name => NativeLibrary.GetExport(library, name));
    });

    /// <summary>Compiles the IR of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="ir">Its IR.</param>
    /// <param name="hosts">The C# functions of its host operations.</param>
    /// <param name="level">Optimization level, 0 to 3.</param>
    /// <exception cref="NativeCompilationException">LLVM is missing or fails.</exception>
    public static ModuleRuntime Compile(Module module, string ir, HostFunction[] hosts, int level)
    {
        byte[] code = Compile(ir, OptionsFor(level));
        string descriptor = Abi.DescriptorSymbol(module.Name);
        var answer = Orc.Value.Load([code], Imports.Value, [descriptor]);
        if (answer is not OrcLoaded { Module: var loaded }) throw new NativeCompilationException(answer.ToString()!);
        var native = NativeModule.Read(loaded.Symbols[descriptor], module.Identity, loaded)!;
        PerfMap.Add(native, code);
        return new ModuleRuntime(module, hosts, native);
    }

    /// <summary>The machine code of IR as assembly text.</summary>
    public static string ToAssembly(string ir, int level)
        => System.Text.Encoding.UTF8.GetString(Compile(ir, OptionsFor(level) with { Output = CompileOutput.Assembly }));

    private static CompileOptions OptionsFor(int level)
        => new() { OptimizationLevel = level, Pipeline = LlvmEmitter.PipelineFor(level), CodegenLevel = level == 0 ? 0 : 2, Cpu = "native" };

    private static byte[] Compile(string ir, CompileOptions options) => new LlvmCompiler(Llvm.Value).Compile(ir, options, CancellationToken.None) switch
    {
        CompileSucceeded succeeded => succeeded.Output.ToArray(),
        CompileFailed failed => throw new NativeCompilationException("LLVM could not compile the module (" + failed.Stage + "): " + failed.Message),
        _ => throw new InvalidOperationException(),
    };
}
