using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Rewright.Lower;

/// <summary>Runs passes over a program, one after the other, and verifies their results.</summary>
/// <remarks>The final result is always verified, because wrong code could write into foreign memory.</remarks>
internal sealed class PassRunner
{
    /// <summary>
    /// A switch of <see cref="AppContext"/> that makes every pass be verified, and faults be thrown instead of worked around.
    /// </summary>
    public const string StrictSwitch = "Rewright.StrictCompiler";

    private static readonly AsyncLocal<Func<string, Program, Program>?> ReplaceEach = new();

    private readonly Action<string, Program>? _afterEach;
    private readonly bool _verifies;
    private string _last = "";
    private Program _program;

    /// <param name="program">The program after lowering.</param>
    /// <param name="afterEach">Receives the program before the first pass, and after each pass.</param>
    /// <param name="verifies">True to verify the result of each pass, as tests do.</param>
    public PassRunner(Program program, Action<string, Program>? afterEach, bool verifies)
    {
        (_program, _afterEach, _verifies) = (program, afterEach, verifies || IsStrict);
        Take(Pipeline.Start, program);
    }

    /// <summary>True in tests.</summary>
    public static bool IsStrict => AppContext.TryGetSwitch(StrictSwitch, out bool isOn) && isOn;

    /// <summary>
    /// Injects a fault in tests, for the current flow of control. It receives the name of each pass and its result, and returns another
    /// program in its place. An exception that it throws counts as a fault of the pass.
    /// </summary>
    public static Func<string, Program, Program>? Fault
    {
        get => ReplaceEach.Value;
        set => ReplaceEach.Value = value;
    }

    /// <summary>Runs a pass.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // Reports of faults show this frame.
    public void Run(Pass pass) => Take(pass.Name, pass.Apply(_program));

    /// <summary>Verifies and returns the program.</summary>
    /// <exception cref="LoweredFormException">A pass produced a malformed program.</exception>
    public Program Finish()
    {
        if (!_verifies) ProgramVerifier.Verify(_last, _program);
        return _program;
    }

    private void Take(string pass, Program program)
    {
        (_last, _program) = (pass, program);
        if (_verifies) ProgramVerifier.Verify(pass, program);
        if (Fault is { } fault) _program = fault(pass, program);
        _afterEach?.Invoke(pass, _program);
    }
}
