using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Rewright.Lower;

/// <summary>Runs passes over a program, one after the other, and checks what they make of it.</summary>
/// <remarks>What comes out in the end is always checked: code that is wrong could write into memory that is not its own.</remarks>
internal sealed class PassRunner
{
    /// <summary>
    /// Switch of <see cref="AppContext"/>: what each pass makes is checked, and faults are thrown on instead of being worked around.
    /// </summary>
    public const string StrictSwitch = "Rewright.StrictCompiler";

    private static readonly AsyncLocal<Func<string, Program, Program>?> ReplaceEach = new();

    private readonly Action<string, Program>? _afterEach;
    private readonly bool _verifies;
    private string _last = "";
    private Program _program;

    /// <param name="program">The program as it was lowered.</param>
    /// <param name="afterEach">Gets the program, and after each pass what it has made.</param>
    /// <param name="verifies">True to check what each pass has made, as it is in the programs of tests.</param>
    public PassRunner(Program program, Action<string, Program>? afterEach, bool verifies)
    {
        (_program, _afterEach, _verifies) = (program, afterEach, verifies || IsStrict);
        Take(Pipeline.Start, program);
    }

    /// <summary>True in the programs of tests.</summary>
    public static bool IsStrict => AppContext.TryGetSwitch(StrictSwitch, out bool isOn) && isOn;

    /// <summary>
    /// A fault for tests, in this flow of control: gets the name of each pass, and the program that it has made, and gives another in its
    /// place. An exception of it is a fault of the pass.
    /// </summary>
    public static Func<string, Program, Program>? Fault
    {
        get => ReplaceEach.Value;
        set => ReplaceEach.Value = value;
    }

    /// <summary>Runs a pass.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // Reports of faults show this frame.
    public void Run(Pass pass) => Take(pass.Name, pass.Apply(_program));

    /// <summary>The program, checked.</summary>
    /// <exception cref="LoweredFormException">A pass has a fault.</exception>
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
