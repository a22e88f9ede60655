using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rewright.Llvm.Processes;

namespace Rewright.Llvm;

/// <summary>Compiles in child processes, because some hostile text makes LLVM end its process. Thread-safe.</summary>
/// <remarks>
/// A child runs this assembly with the same <c>dotnet</c>. It serves one compilation after the other and is replaced if it ends or must be
/// stopped. There are as many children as concurrent compilations.
/// </remarks>
public sealed class IsolatedCompiler : IIrCompiler, IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly string? _llvmPath;
    private readonly string _dotnet;
    private readonly string _assembly;
    private readonly string _configuration;
    private readonly Lock _lock = new();
    private readonly Stack<Child> _idle = [];
    private bool _isDisposed;

    private IsolatedCompiler(string dotnet, string assembly, string configuration, string? llvmPath)
        => (_dotnet, _assembly, _configuration, _llvmPath) = (dotnet, assembly, configuration, llvmPath);

    /// <inheritdoc/>
    public Version Version { get; private set; } = new(0, 0);

    /// <summary>Starts a first child to find out whether it works; null if it does not.</summary>
    /// <param name="llvmPath">The path of a libLLVM or of its directory; null to search for one.</param>
    /// <param name="error">Why it does not work.</param>
    public static IsolatedCompiler? TryStart(string? llvmPath, out string error)
    {
        string assembly = AssemblyPath();
        string dotnet = DotnetPath();
        if (!File.Exists(assembly) || !File.Exists(dotnet))
        {
            error = "compiling in a child process needs the program 'dotnet' and the assembly Rewright.Llvm as files, which this "
                + "application has not";
            return null;
        }

        string configuration = Path.Combine(Path.GetTempPath(), $"rewright-{Guid.NewGuid():N}.runtimeconfig.json");
        var compiler = new IsolatedCompiler(dotnet, assembly, configuration, llvmPath);
        try
        {
            // The file determines what runs in the child, so no other user may write to it, whatever the default rights of new files are.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(configuration, options))
                writer.Write("{\"runtimeOptions\":{\"framework\":{\"name\":\"Microsoft.NETCore.App\",\"version\":\"" + Environment.Version
                    + "\"},\"configProperties\":{\"System.Globalization.Invariant\":true}}}");
            compiler.Return(compiler.Start());
            error = "";
            return compiler;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            compiler.Dispose();
            error = e.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public CompileResult Compile(string irText, CompileOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= CompileOptions.Default;
        cancellation.ThrowIfCancellationRequested();
        Child child;
        try
        {
            child = Rent();
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            return new CompileFailed(CompileStage.Prepare, CompileFailureCause.Refused, e.Message);
        }

        // The child stops itself at the time limit; if even that fails, it is killed.
        using var registration = cancellation.Register(child.Kill);
        var answer = ToolProcess.Aside(() =>
        {
            Isolation.Write(child.Input, irText, options);
            return Isolation.ReadResult(child.Output);
        });
        bool isLate = !((IAsyncResult)answer).AsyncWaitHandle.WaitOne(options.TimeLimit + s_grace);
        if (isLate) child.Kill();
        try
        {
            var result = answer.GetAwaiter().GetResult();
            // A child that has lost threads to LLVM is not reused.
            if (result is CompileFailed { Cause: not CompileFailureCause.Error }) child.Dispose();
            else Return(child);
            return result;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            string ending = child.Ending();
            child.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return isLate
                ? new CompileFailed(
                    CompileStage.Prepare, CompileFailureCause.TimeLimit, $"not finished within {options.TimeLimit.TotalSeconds:0.###} s")
                : new CompileFailed(
                    CompileStage.Prepare, CompileFailureCause.Fatal, "LLVM has ended the process that it ran in, " + ending);
        }
    }

    /// <summary>Ends the idle children.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            while (_idle.TryPop(out var child)) child.Dispose();
        }

        try
        {
            File.Delete(_configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // One small file is left behind.
        }
    }

    private Child Rent()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            while (_idle.TryPop(out var child))
            {
                if (child.IsRunning) return child;
                child.Dispose();
            }
        }

        return Start();
    }

    private void Return(Child child)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _idle.Push(child);
                return;
            }
        }

        child.Dispose();
    }

    private Child Start()
    {
        var start = new ProcessStartInfo(_dotnet, ["exec", "--runtimeconfig", _configuration, _assembly, Isolation.Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // A crash is expected, so no dump is wanted.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (_llvmPath is not null) start.Environment[LlvmDiscovery.Variable] = _llvmPath;
        var child = new Child(Process.Start(start)!);
        try
        {
            string version = child.Output.ReadString();
            if (!Version.TryParse(version, out var parsed)) throw new IOException(version);
            Version = parsed;
            return child;
        }
        catch (EndOfStreamException)
        {
            string ending = child.Ending();
            child.Dispose();
            throw new IOException("The child process for LLVM did not start: " + ending);
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is handled.")]
    private static string AssemblyPath() => typeof(IsolatedCompiler).Assembly.Location;

    private static string DotnetPath()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
    }

    private sealed class Child : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string?> _errors;

        public Child(Process process)
        {
            _process = process;
            Input = new BinaryWriter(process.StandardInput.BaseStream, Encoding.UTF8);
            Output = new BinaryReader(process.StandardOutput.BaseStream, Encoding.UTF8);
            // Read the errors; otherwise the child would block once the pipe is full.
            _errors = ToolProcess.ReadAside(process.StandardError, process);
        }

        public BinaryWriter Input { get; }

        public BinaryReader Output { get; }

        public bool IsRunning => !_process.HasExited;

        public void Kill()
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }
        }

        /// <summary>Describes how it ended, in words.</summary>
        public string Ending()
        {
            if (!_process.WaitForExit(1000)) return "and does not answer";
            string errors = _errors.Wait(1000) ? _errors.Result?.Trim() ?? "" : "";
            const int MaxLength = 500;
            return $"with exit code {_process.ExitCode}" + (errors.Length == 0 ? "" : ": " + errors[..Math.Min(errors.Length, MaxLength)]);
        }

        public void Dispose()
        {
            Kill();
            _process.Dispose();
        }
    }
}
