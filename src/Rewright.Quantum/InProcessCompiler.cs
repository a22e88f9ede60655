using System;
using System.Collections.Generic;
using Rewright.Llvm;

namespace Rewright.Quantum;

/// <summary>Compiles LLVM IR that this library has written, and links it into this process.</summary>
internal static class InProcessCompiler
{
    private static readonly Lazy<LlvmSearchResult> Llvm = new(() => LlvmDiscovery.Find());
    private static readonly Lazy<OrcSession> Session = new(() => OrcSession.Open(((LlvmFound)Llvm.Value).Library));

    /// <summary>The reason why programs cannot be compiled and linked; null if they can.</summary>
    public static string? Missing
        => Llvm.Value is LlvmMissing missing
        ? missing.Message : OrcSession.IsSupported ? null : "Linking in memory is not supported on this platform.";

    /// <summary>Compiles a program; null, with a reason, if that fails.</summary>
    public static OrcModule? Load(
        string ir, CompileOptions options, IReadOnlyDictionary<string, nint> imports, string export, out string? error)
    {
        error = Missing;
        if (error is not null) return null;
        switch (new LlvmCompiler(((LlvmFound)Llvm.Value).Library).Compile(ir, options))
        {
            case CompileSucceeded compiled:
                switch (Session.Value.Load([compiled.Output], imports, [export]))
                {
                    case OrcLoaded loaded:
                        return loaded.Module;
                    case var failed:
                        error = failed.ToString();
                        return null;
                }

            case var failed:
                error = failed.ToString();
                return null;
        }
    }
}
