using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Rewright.Llvm.Binding;
using Rewright.Llvm.Compile;

namespace Rewright.Llvm;

/// <summary>Compiles textual LLVM IR: parse, verify, optimise, emit. Thread-safe; every compilation has its own LLVM context.</summary>
/// <param name="library">The LLVM to use.</param>
/// <remarks>
/// Wrong text is reported as <see cref="CompileFailed"/>, even for most errors with which LLVM would end the process. Some hostile text
/// gives no chance to do so (a crash inside a pass, for example), so compile text of unknown origin in a separate process.
/// </remarks>
public sealed unsafe class LlvmCompiler(LlvmLibrary library) : IIrCompiler
{
    // LLVMVerifierFailureAction, LLVMRelocMode, LLVMCodeModel, LLVMCodeGenFileType
    private const int ReturnStatus = 2;
    private const int PositionIndependent = 2;
    private const int DefaultCodeModel = 0;
    private const int AssemblyFile = 0;
    private const int ObjectFile = 1;

    private readonly LlvmApi _api = library.Api;

    /// <summary>The LLVM in use.</summary>
    public LlvmLibrary Library => library;

    /// <inheritdoc/>
    public Version Version => library.Version;

    /// <summary>Compiles a module.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled. LLVM finishes its stage in the
    /// background.</exception>
    public CompileResult Compile(string irText, CompileOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= CompileOptions.Default;
        if (library.LostThreads >= LlvmLibrary.MaxLostThreads)
        {
            return new CompileFailed(CompileStage.Prepare, CompileFailureCause.Refused,
                $"LLVM {library.Version} compiles no more in this process: {library.LostThreads} compilations never came back");
        }

        return TargetChoice.Of(library, options) switch
        {
            ChosenTarget target => CompileFor(target, irText, options, cancellation),
            InvalidTarget { Reason: var reason } => Failed(CompileStage.Prepare, reason),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Everything besides the text that determines the output, in one line, for cache keys.</summary>
    public string Identity(CompileOptions? options = null)
    {
        options ??= CompileOptions.Default;
        return TargetChoice.Of(library, options) switch
        {
            ChosenTarget { Target: var t } =>
                $"llvm {t.LlvmVersion}; {t.Triple}; {t.Cpu}; {t.Features}; {options.EffectivePipeline}; "
                + $"codegen {options.EffectiveCodegenLevel}; {options.Output}; {(options.DebugInfo ? "debug" : "no debug")}",
            InvalidTarget invalid => $"invalid: {invalid.Reason}",
            _ => throw new UnreachableException(),
        };
    }

    private CompileResult CompileFor(ChosenTarget target, string irText, CompileOptions options, CancellationToken cancellation)
    {
        byte[] text = IrSource.Encode(irText);
        (int line, int column) = IrSource.FindTooDeep(text);
        if (line != 0)
        {
            return new CompileFailed(CompileStage.Parse, CompileFailureCause.Error,
                $"brackets nest deeper than {IrSource.MaxNesting}, which LLVM's parser may not survive", line, column);
        }

        var run = new Run(_api, library, options, target);
        return LlvmThread.Run(library, thread => run.Execute(thread, text), options.TimeLimit, cancellation) switch
        {
            LlvmReturned<CompileResult> returned => returned.Value,
            LlvmFatal<CompileResult> fatal => new CompileFailed(run.Stage, CompileFailureCause.Fatal, fatal.Message),
            LlvmTimedOut<CompileResult> => new CompileFailed(run.Stage, CompileFailureCause.TimeLimit,
                $"not finished within {options.TimeLimit.TotalSeconds:0.###} s"),
            _ => throw new UnreachableException(),
        };
    }

    private static CompileFailed Failed(CompileStage stage, string message)
        => new(stage, CompileFailureCause.Error, message.TrimEnd());

    /// <summary>One compilation. The thread that runs it frees everything it allocates, because the caller may leave early.</summary>
    private sealed class Run(LlvmApi api, LlvmLibrary library, CompileOptions options, ChosenTarget target)
    {
        private readonly TimeSpan[] _times = new TimeSpan[Enum.GetValues<CompileStage>().Length];
        private readonly List<string> _errors = [];
        private readonly ImmutableArray<string>.Builder _warnings = ImmutableArray.CreateBuilder<string>();
        private volatile CompileStage _stage;

        /// <summary>The current stage, for a caller that stops waiting.</summary>
        public CompileStage Stage => _stage;

        public CompileResult Execute(LlvmThread thread, byte[] text)
        {
            if (!library.EnsureTarget(target.Architecture.Backend))
                return Failed(CompileStage.Prepare, $"this LLVM was built without the target {target.Architecture.Backend}");

            nint context = api.ContextCreate();
            nint module = 0, machine = 0, passOptions = 0;
            var self = GCHandle.Alloc(this);
            try
            {
                api.ContextSetDiagnosticHandler(context, &OnDiagnostic, GCHandle.ToIntPtr(self));

                if (CreateMachine(out machine) is { } noMachine)
                    return noMachine;

                long start = Begin(CompileStage.Parse);
                if (Parse(context, text, out module) is { } notParsed)
                    return notParsed;
                SetTarget(module, machine);
                if (!options.DebugInfo)
                    _ = api.StripModuleDebugInfo(module);
                End(start);

                // Without the verifier, later stages would crash on invalid IR that the parser accepts, or silently miscompile it.
                start = Begin(CompileStage.Verify);
                byte* message = null;
                bool broken = api.VerifyModule(module, ReturnStatus, &message) != 0;
                string verifierMessage = api.TakeMessage(message);
                if (broken)
                    return Failed(CompileStage.Verify, verifierMessage);
                if (options.ForbidsAssembly && AssemblySearch.Find(api, module) is { } found)
                    return Failed(CompileStage.Verify, found);
                End(start);

                ReadOnlyMemory<byte> output = default;
                if (options.Output != CompileOutput.None)
                {
                    if (thread.IsAbandoned)
                        return Failed(_stage, "cancelled");
                    start = Begin(CompileStage.Optimize);
                    passOptions = api.CreatePassBuilderOptions();
                    if (Optimize(module, machine, passOptions) is { } notOptimized)
                        return notOptimized;
                    End(start);

                    if (thread.IsAbandoned)
                        return Failed(_stage, "cancelled");
                    start = Begin(CompileStage.Emit);
                    if (Emit(module, machine, out output) is { } notEmitted)
                        return notEmitted;
                    End(start);
                }

                return new CompileSucceeded(output, target.Target,
                    new CompileTimings(
                        _times[(int)CompileStage.Parse], _times[(int)CompileStage.Verify],
                        _times[(int)CompileStage.Optimize], _times[(int)CompileStage.Emit]),
                    _warnings.ToImmutable());
            }
            finally
            {
                if (passOptions != 0)
                    api.DisposePassBuilderOptions(passOptions);
                if (module != 0)
                    api.DisposeModule(module);
                if (machine != 0)
                    api.DisposeTargetMachine(machine);
                api.ContextDispose(context);
                self.Free();
            }
        }

        private CompileFailed? CreateMachine(out nint machine)
        {
            machine = 0;
            fixed (byte* triple = Utf8(target.Target.Triple), cpu = Utf8(target.Target.Cpu), features = Utf8(target.Target.Features))
            {
                nint handle = 0;
                byte* message = null;
                if (api.GetTargetFromTriple(triple, &handle, &message) != 0)
                    return Failed(CompileStage.Prepare, api.TakeMessage(message));
                machine = api.CreateTargetMachine(
                    handle, triple, cpu, features, options.EffectiveCodegenLevel, PositionIndependent, DefaultCodeModel);
                return machine != 0
                    ? null
                    : Failed(CompileStage.Prepare, $"LLVM made no target machine for {target.Target.Triple}");
            }
        }

        private CompileFailed? Parse(nint context, byte[] text, out nint module)
        {
            module = 0;
            // Pinned as long as the parser may read it, which is forever if this thread is parked.
            fixed (byte* start = text, name = Utf8(IrSource.BufferName))
            {
                nint buffer = api.CreateMemoryBufferWithMemoryRange(start, (nuint)text.Length - 1, name, 1);
                nint parsed = 0;
                byte* message = null;
                // Consumes the buffer even if it fails.
                bool failed = api.ParseIRInContext(context, buffer, &parsed, &message) != 0;
                string parserMessage = api.TakeMessage(message);
                if (failed)
                    return IrSource.ParseFailure(parserMessage);
                module = parsed;
                return FailedByDiagnostic();
            }
        }

        private void SetTarget(nint module, nint machine)
        {
            fixed (byte* triple = Utf8(target.Target.Triple))
                api.SetTarget(module, triple);
            nint layout = api.CreateTargetDataLayout(machine);
            api.SetModuleDataLayout(module, layout);
            api.DisposeTargetData(layout);
        }

        private CompileFailed? Optimize(nint module, nint machine, nint passOptions)
        {
            fixed (byte* pipeline = Utf8(options.EffectivePipeline))
            {
                nint error = api.RunPasses(module, pipeline, machine, passOptions);
                return error != 0 ? Failed(CompileStage.Optimize, api.TakeError(error)) : FailedByDiagnostic();
            }
        }

        private CompileFailed? Emit(nint module, nint machine, out ReadOnlyMemory<byte> output)
        {
            output = default;
            if (options.Output == CompileOutput.OptimizedIr)
            {
                output = Encoding.UTF8.GetBytes(api.TakeMessage(api.PrintModuleToString(module)));
                return null;
            }

            byte* message = null;
            nint buffer = 0;
            int fileType = options.Output == CompileOutput.Assembly ? AssemblyFile : ObjectFile;
            if (api.TargetMachineEmitToMemoryBuffer(machine, module, fileType, &message, &buffer) != 0)
                return Failed(CompileStage.Emit, api.TakeMessage(message));

            output = new ReadOnlySpan<byte>(api.GetBufferStart(buffer), checked((int)api.GetBufferSize(buffer))).ToArray();
            api.DisposeMemoryBuffer(buffer);
            // Bad inline assembly returns "success" and a useless object; only the diagnostics show the error.
            return FailedByDiagnostic();
        }

        private CompileFailed? FailedByDiagnostic() => _errors.Count == 0 ? null : Failed(_stage, string.Join("\n", _errors));

        private long Begin(CompileStage stage)
        {
            _stage = stage;
            return Stopwatch.GetTimestamp();
        }

        private void End(long start) => _times[(int)_stage] = Stopwatch.GetElapsedTime(start);

        /// <summary>Collects LLVM's diagnostics. Without a handler, LLVM prints errors and calls <c>exit</c>.</summary>
        [UnmanagedCallersOnly]
        private static void OnDiagnostic(nint diagnostic, nint context)
        {
            var run = (Run)GCHandle.FromIntPtr(context).Target!;
            // LLVMDiagnosticSeverity: error, warning, remark, note.
            int severity = run.Api.GetDiagInfoSeverity(diagnostic);
            string text = run.Api.TakeMessage(run.Api.GetDiagInfoDescription(diagnostic));
            if (severity == 0)
                run._errors.Add(text);
            else if (severity == 1)
                run._warnings.Add(text);
        }

        private LlvmApi Api => api;

        private static byte[] Utf8(string text) => IrSource.Encode(text);
    }
}
