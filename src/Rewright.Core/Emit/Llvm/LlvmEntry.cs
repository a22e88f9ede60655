using System.Collections.Immutable;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;

namespace Rewright.Emit.Llvm;

/// <summary>Writes the beginning of a function: it takes the arguments and checks the limits (a safepoint).</summary>
/// <remarks>
/// These blocks come first in the function but are written last, because only then are the needs of the other blocks known.
/// </remarks>
internal sealed class LlvmEntry
{
    private readonly LlvmCode _code;
    private readonly Function _function;
    private readonly ImmutableArray<int> _spilled;
    private readonly bool _isChecked, _isLoop;
    private readonly IrBlock _start, _attention, _moved, _ready;
    private readonly IrName _quiet, _elsewhere;
    private ImmutableArray<IrName> _names;

    public LlvmEntry(LlvmCode code, Function function)
    {
        (_code, _function, _spilled) = (code, function, LlvmCalls.Spilled(function));
        (_isChecked, _isLoop) = (code.Module.NeedsStackCheck(function), CallGraph.HasSelfTailCall(code.Module.CodeOf(function)));
        var ir = code.Ir;
        // Reserve these names in every function, so that they mean the same in all.
        IrBlock loop = ir.NewBlock("loop"), body = ir.NewBlock("body");
        Body = _isLoop ? loop : body;
        (_start, _attention, _moved, _ready) = (ir.NewBlock("entry"), ir.NewBlock("attention"), ir.NewBlock("moved"), ir.NewBlock("ready"));
        (_quiet, _elsewhere) = (ir.Function.Take("quiet"), ir.Function.Take("elsewhere"));
    }

    /// <summary>The block after the entry.</summary>
    public IrBlock Body { get; }

    /// <summary>The only block, besides the turns of the loop, that jumps to its body.</summary>
    public IrBlock BeforeLoop => _isChecked ? _ready : _start;

    /// <summary>Adds the parameters and returns their values.</summary>
    public ImmutableArray<IrValue> AddParameters()
    {
        var function = _code.Ir.Function;
        _names = _function.Parameters.Select(p => function.Take(p.Name)).ToImmutableArray();
        for (int i = 0; i < _names.Length; i++)
            if (!_spilled.Contains(i)) function.AddParameter(LlvmTypes.TypeOf(_function.Parameters[i].Sort), _names[i]);
        return _names.Select((_, i) => Parameter(i)).ToImmutableArray();
    }

    /// <summary>Places the blocks, and starts the body.</summary>
    public void Place()
    {
        IrBlock[] blocks = !_isChecked ? [_start] : _isLoop ? [_start, _attention, _moved, _ready] : [_start, _attention, _moved];
        foreach (var block in blocks) _code.Ir.Function.Place(block);
        _code.Ir.Start(Body);
    }

    /// <summary>Writes the blocks.</summary>
    /// <param name="services">The services that the function may have called.</param>
    public void Write(LlvmServices services)
    {
        var ir = _code.Ir;
        ir.Continue(_start);
        services.WriteWords();
        for (int i = 0; i < _spilled.Length; i++)
        {
            var name = _names[_spilled[i]];
            var word = ir.Load(IrType.I64, _code.ArgumentSlot(i, name.Part("slot")), name.Part("word"), 8);
            ir.FromWord(word, Layouts.KindOf(_function.Parameters[_spilled[i]].Sort), name);
        }

        if (_isChecked) WriteCheck();
        else ir.Jump(Body);
    }

    private IrValue Parameter(int index) => _names[index].As(LlvmTypes.TypeOf(_function.Parameters[index].Sort));

    // Little stack is left, or another thread has a request: the runtime may run the call elsewhere.
    private void WriteCheck()
    {
        var ir = _code.Ir;
        var next = _isLoop ? _ready : Body;
        ir.Branch(ir.Call(RuntimeCalls.Quiet, [_code.Context], _quiet), next, _attention, LlvmRuntime.Likely);
        ir.Continue(_attention);
        for (int i = 0; i < _names.Length; i++)
        {
            var word = ir.ToWord(Parameter(i), _function.Parameters[i].Sort, _names[i].Part("saved"));
            ir.Store(word, _code.ArgumentSlot(i, _names[i].Part("place")), 8);
        }

        var thunk = ir.Function.Global(_code.Module.ThunkOf(_function));
        ir.Branch(ir.Call(RuntimeCalls.Attend, [_code.Context, thunk], _elsewhere), _moved, next);
        ir.Continue(_moved);
        if (_function.Result is { } result)
        {
            var word = ir.Load(IrType.I64, _code.ContextField(Abi.Result, "moved.slot"), "moved.word", 8);
            ir.Return(ir.FromWord(word, Layouts.KindOf(result), "moved.result"));
        }
        else
        {
            ir.Return();
        }

        if (!_isLoop) return;
        ir.Continue(_ready);
        ir.Jump(Body);
    }
}
