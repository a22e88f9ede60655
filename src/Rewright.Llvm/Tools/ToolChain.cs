using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Rewright.Llvm.Compile;
using Rewright.Llvm.Processes;

namespace Rewright.Llvm;

/// <summary>The result of a search for the tools: <see cref="ToolChainFound"/> or <see cref="ToolChainMissing"/>.</summary>
public abstract record ToolChainSearchResult
{
    private protected ToolChainSearchResult()
    {
    }
}

/// <summary>All tools were found.</summary>
public sealed record ToolChainFound(ToolChain Tools) : ToolChainSearchResult;

/// <summary>Some tools are missing.</summary>
/// <param name="Missing">The names of the missing tools.</param>
public sealed record ToolChainMissing(ImmutableArray<string> Missing) : ToolChainSearchResult
{
    /// <summary>Each missing tool with the package that contains it.</summary>
    public string Message => "Tools are missing: " + string.Join("; ", Missing.Select(tool => tool is "as"
        ? "as (Debian, Ubuntu: 'apt-get install binutils')"
        : $"{tool} of LLVM 19 to 22 (Debian, Ubuntu: 'apt-get install llvm-19')")) + ".";
}

/// <summary>Compiles IR with separate programs: llvm-as, opt, llc, as. Thread-safe.</summary>
public sealed class ToolChain : IIrCompiler
{
    private static readonly string[] s_llvmTools = ["llvm-as", "opt", "llc"];

    private readonly Dictionary<string, string> _paths;
    private readonly string? _workDirectory;

    private ToolChain(Dictionary<string, string> paths, Version version, string? workDirectory)
        => (_paths, Version, _workDirectory) = (paths, version, workDirectory);

    /// <inheritdoc/>
    public Version Version { get; }

    /// <summary>Finds the tools of one LLVM on <c>PATH</c>, with or without its version in their names.</summary>
    /// <param name="environment">The environment to search.</param>
    /// <param name="workDirectory">The directory for temporary files; null for the system's.</param>
    public static ToolChainSearchResult Find(ToolEnvironment? environment = null, string? workDirectory = null)
    {
        environment ??= ToolEnvironment.Current;
        string? assembler = environment.FindProgram("as");
        ImmutableArray<string> missing = [.. s_llvmTools];
        foreach (string suffix in (
            IEnumerable<string>)[.. LlvmLibrary.SupportedVersions.Select(v => "-" + v.ToString(CultureInfo.InvariantCulture)), ""])
        {
            var paths = new Dictionary<string, string>();
            foreach (string tool in s_llvmTools)
                if (environment.FindProgram(tool + suffix) is { } path) paths.Add(tool, path);
            ImmutableArray<string> lacking = [.. s_llvmTools.Where(tool => !paths.ContainsKey(tool))];
            if (lacking.Length < missing.Length) missing = lacking;
            // Names prove nothing: the 'opt' of one LLVM may lie beside the 'llc' of another, which cannot read its output.
            if (!lacking.IsEmpty || assembler is null || VersionOf(paths["opt"]) is not { } version) continue;
            if (s_llvmTools.Any(tool => tool != "opt" && VersionOf(paths[tool]) != version)) continue;
            paths.Add("as", assembler);
            return new ToolChainFound(new ToolChain(paths, version, workDirectory));
        }

        return new ToolChainMissing(assembler is null ? missing.Add("as") : missing.IsEmpty ? ["opt"] : missing);
    }

    /// <inheritdoc/>
    public CompileResult Compile(string irText, CompileOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= CompileOptions.Default;
        if (options.Output != CompileOutput.Object) return Failed(CompileStage.Prepare, "separate tools make objects only");
        var architecture = TargetArchitecture.OfHost;
        if (architecture is null || options.Triple is not null)
            return Failed(CompileStage.Prepare, "separate tools compile for this machine only");
        if (options.OptimizationLevel is < 0 or > 3) return Failed(CompileStage.Prepare, "optimization levels are 0 to 3");
        string cpu = options.Cpu ?? architecture.BaselineCpu;
        if (cpu != CompileOptions.NativeCpu && Array.IndexOf(architecture.Cpus, cpu) < 0)
            return Failed(CompileStage.Prepare, $"cpu '{cpu}' is not known for {architecture.Name}");
        (int line, int column) = IrSource.FindTooDeep(IrSource.Encode(irText));
        if (line != 0)
            return new CompileFailed(
                CompileStage.Parse, CompileFailureCause.Error, $"brackets nest deeper than {IrSource.MaxNesting}", line, column);
        if (options.ForbidsAssembly && IrSource.FindAssembly(irText) is { } found) return Failed(CompileStage.Verify, found);

        string work = Path.Combine(_workDirectory ?? Path.GetTempPath(), $"rewright-{Guid.NewGuid():N}");
        try
        {
            WorkDirectory.Create(work);
            File.WriteAllText(Path.Combine(work, "module"), irText);
            long deadline = Stopwatch.GetTimestamp() + (long)(options.TimeLimit.TotalSeconds * Stopwatch.Frequency);
            string[] target = [$"-mcpu={cpu}", .. options.Features.Length > 0 ? [$"-mattr={options.Features}"] : Array.Empty<string>()];
            string level = $"-O{options.EffectiveCodegenLevel}";
            TimeSpan parse = default, optimize = default, emit = default, assemble = default;
            CompileFailed? failure =
                Run("llvm-as", CompileStage.Parse, ["-o", "parsed.bc", "module"], ref parse)
                ?? Run("opt", CompileStage.Optimize,
                    [.. options.DebugInfo ? Array.Empty<string>() : ["-strip-debug"], .. target, $"-passes={options.EffectivePipeline}",
                    "-o", "optimized.bc", "parsed.bc"], ref optimize)
                ?? Run("llc", CompileStage.Emit,
                    [level, .. target, "-relocation-model=pic", "-filetype=asm", "-o", "module.s", "optimized.bc"], ref emit)
                ?? Run("as", CompileStage.Emit, ["-o", "module.o", "module.s"], ref assemble);
            if (failure is not null) return failure;
            return new CompileSucceeded(
                File.ReadAllBytes(Path.Combine(work, "module.o")), new CompileTarget(architecture.Name, cpu, options.Features, Version),
                new CompileTimings(parse, default, optimize, emit + assemble), []);

            CompileFailed? Run(string tool, CompileStage stage, string[] arguments, ref TimeSpan time)
            {
                long start = Stopwatch.GetTimestamp();
                var left = Stopwatch.GetElapsedTime(start, deadline);
                if (left < TimeSpan.Zero) left = TimeSpan.Zero;
                var run = ToolProcess.Run(_paths[tool], arguments, work, left, cancellation);
                time = Stopwatch.GetElapsedTime(start);
                return run switch
                {
                    ToolExited { ExitCode: 0 } => null,
                    ToolExited { ExitCode: var code, Output: var output } => Explain(tool, stage, code, output),
                    ToolNotFinished { Reason: var reason } => new CompileFailed(stage, CompileFailureCause.TimeLimit, $"{tool}: {reason}"),
                    _ => throw new UnreachableException(),
                };
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(CompileStage.Prepare, e.Message);
        }
        finally
        {
            WorkDirectory.TryDelete(work);
        }
    }

    // llvm-as writes "/path/llvm-as-19: module:3:12: error: message" and then the faulty line.
    private static CompileFailed Explain(string tool, CompileStage stage, int code, string output)
    {
        string first = output.Split('\n')[0];
        int start = first.IndexOf("module:", StringComparison.Ordinal);
        if (stage == CompileStage.Parse && start >= 0) return IrSource.ParseFailure(first[start..]);
        return Failed(stage, $"{tool} failed with exit code {code}: {output.Trim()}");
    }

    private static CompileFailed Failed(CompileStage stage, string message) => new(stage, CompileFailureCause.Error, message);

    private static Version? VersionOf(string program)
    {
        const string Label = "LLVM version ";
        if (ToolProcess.Run(
            program, ["--version"], null, TimeSpan.FromSeconds(20), CancellationToken.None) is not ToolExited
            {
                ExitCode: 0,
                Output: var output
            })
            return null;
        int start = output.IndexOf(Label, StringComparison.Ordinal);
        if (start < 0) return null;
        string text = new([.. output.Skip(start + Label.Length).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return Version.TryParse(text.TrimEnd('.'), out var version)
            && LlvmLibrary.SupportedVersions.Contains(version.Major) ? version : null;
    }
}
