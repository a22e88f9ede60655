using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Rewright.Lower;

/// <summary>Runs passes over the functions of a program, one after the other, and checks what they make of them.</summary>
/// <remarks>What comes out in the end is always checked: code that is wrong could write into memory that is not its own.</remarks>
internal sealed class PassRunner
{
    /// <summary>
    /// Switch of <see cref="AppContext"/>: what each pass makes is checked, and faults are thrown on instead of being worked around.
    /// </summary>
    public const string StrictSwitch = "Rewright.StrictCompiler";

    private static readonly AsyncLocal<Action<string, ImmutableArray<Function>>?> Observer = new();

    private readonly Layouts _layouts;
    private ImmutableArray<Function> _functions;
    private string _last = "lowering";
    private bool _isCounted;

    /// <param name="functions">The functions as they were lowered.</param>
    /// <param name="layouts">How terms lie in memory.</param>
    public PassRunner(IEnumerable<Function> functions, Layouts layouts)
    {
        (_functions, _layouts) = (functions.ToImmutableArray(), layouts);
        Look();
    }

    /// <summary>True in the programs of tests.</summary>
    public static bool IsStrict => AppContext.TryGetSwitch(StrictSwitch, out bool isOn) && isOn;

    /// <summary>
    /// Gets the name of each pass, and the functions that it has made, in this flow of control. An exception of it is a fault of the pass.
    /// </summary>
    public static Action<string, ImmutableArray<Function>>? AfterEach
    {
        get => Observer.Value;
        set => Observer.Value = value;
    }

    /// <summary>Runs a pass.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="pass">May change the functions that it gets, and gives those that there are then.</param>
    /// <param name="isCounted">True where memory operations are in from now on.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // Reports of faults show this frame.
    public void Run(string name, Func<ImmutableArray<Function>, Layouts, ImmutableArray<Function>> pass, bool isCounted = false)
    {
        _functions = pass(_functions, _layouts);
        (_last, _isCounted) = (name, _isCounted || isCounted);
        Look();
    }

    /// <summary>The functions, checked.</summary>
    /// <exception cref="LoweredFormException">A pass has a fault.</exception>
    public ImmutableArray<Function> Finish()
    {
        if (!IsStrict) ProgramVerifier.Verify(_last, _functions, _layouts, _isCounted);
        return _functions;
    }

    private void Look()
    {
        if (IsStrict) ProgramVerifier.Verify(_last, _functions, _layouts, _isCounted);
        AfterEach?.Invoke(_last, _functions);
    }
}
