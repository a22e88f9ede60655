using System.Collections.Generic;
using System.Linq;

namespace Rewright.Emit.Ir;

/// <summary>
/// Adds instructions to a function, block by block. Each method adds one LLVM instruction, and has its name if that is short.
/// </summary>
/// <param name="function">The function.</param>
public sealed class IrBuilder(IrFunction function)
{
    private IrBlock? _block;

    /// <summary>The function that is written.</summary>
    public IrFunction Function => function;

    /// <summary>The block to which instructions are added.</summary>
    public IrBlock Block => _block!;

    /// <summary>The metadata that follows every instruction, which gives debuggers its source position. Empty for none.</summary>
    public string Location { get; set; } = "";

    /// <summary>Places a block after the others and continues there.</summary>
    public void Start(IrBlock block)
    {
        function.Place(block);
        _block = block;
    }

    /// <summary>Starts the function with a block without a label, to which nothing can jump.</summary>
    public void StartUnnamed() => Start(new(name: null));

    /// <summary>Continues in a block that has already been placed.</summary>
    public void Continue(IrBlock block) => _block = block;

    /// <summary>Makes a new block with a hint for its name.</summary>
    public IrBlock NewBlock(string hint) => function.NewBlock(hint);

    /// <summary>Adds a comment on a line of its own.</summary>
    public void Comment(string text) => Block.Add("; " + IrText.Comment(text));

    /// <summary>Adds an instruction with two operands of the same type, which is also the type of its value.</summary>
    public IrValue Binary(string operation, IrValue left, IrValue right, IrName name)
        => Define(left.Type, name, $"{operation} {left}, {right.Text}");

    /// <summary>Compares integers, pointers or doubles.</summary>
    public IrValue Compare(string predicate, IrValue left, IrValue right, IrName name)
        => Define(IrType.I1, name, $"{(left.Type == IrType.Double ? "fcmp" : "icmp")} {predicate} {left}, {right.Text}");

    /// <summary>An instruction with one operand.</summary>
    public IrValue Unary(string operation, IrValue value, IrName name) => Define(value.Type, name, $"{operation} {value}");

    /// <summary>Any conversion: <c>zext</c>, <c>ptrtoint</c>, ...</summary>
    public IrValue Cast(string operation, IrValue value, IrType type, IrName name) => Define(type, name, $"{operation} {value} to {type}");

    /// <summary>Adds a <c>select</c>.</summary>
    public IrValue Select(IrValue condition, IrValue whenTrue, IrValue whenFalse, IrName name)
        => Define(whenTrue.Type, name, $"select {condition}, {whenTrue}, {whenFalse}");

    /// <summary>An element of the result of arithmetic <c>with.overflow</c>: the value at 0, the overflow flag at 1.</summary>
    public IrValue Extract(IrType type, IrValue pair, int index, IrName name)
        => Define(type, name, $"extractvalue {pair}, {IrText.Number(index)}");

    /// <summary>Memory on the stack. Use it only in the first block, because in a loop it would grow with each turn.</summary>
    public IrValue Alloca(IrType type, IrName name, int alignment = 0) => Define(IrType.Ptr, name, $"alloca {type}{Align(alignment)}");

    /// <summary>Adds a <c>load</c>; without an alignment, the type decides.</summary>
    public IrValue Load(IrType type, IrValue pointer, IrName name, int alignment = 0)
        => Define(type, name, $"load {type}, {pointer}{Align(alignment)}");

    /// <summary>Adds a <c>store</c>; without an alignment, the type decides.</summary>
    public void Store(IrValue value, IrValue pointer, int alignment = 0) => Add($"store {value}, {pointer}{Align(alignment)}");

    /// <summary>
    /// The address of the element at an index; further indices lead into the element. All addresses must lie in the same allocation.
    /// </summary>
    public IrValue Address(IrType element, IrValue pointer, IrValue index, IrName name)
        => Define(IrType.Ptr, name, $"getelementptr inbounds {element}, {pointer}, {index}");

    /// <summary>The same, but LLVM must not assume that both addresses lie in the same allocation.</summary>
    public IrValue AnyAddress(IrType element, IrValue pointer, IReadOnlyList<IrValue> indices, IrName name)
        => Define(IrType.Ptr, name, $"getelementptr {element}, {pointer}, {string.Join(", ", indices)}");

    /// <summary>A call. Without a name, its result, if any, is unused.</summary>
    public IrValue Call(IrCallee callee, IReadOnlyList<IrValue> arguments, IrName? name = null) => Call("", callee, arguments, name);

    /// <summary>Ends the function with a call that replaces it on the stack.</summary>
    public void ReturnCall(IrCallee callee, IReadOnlyList<IrValue> arguments, IrName name)
    {
        bool isVoid = callee.Result == IrType.Void;
        var result = Call("musttail ", callee, arguments, isVoid ? null : name);
        if (isVoid) Return();
        else Return(result);
    }

    /// <summary>A value that depends on the preceding block. Add it before the block's other instructions.</summary>
    public IrPhi Phi(IrType type, IrName name)
    {
        var phi = new IrPhi(function.Take(name).As(type), Location);
        Block.Add(phi);
        return phi;
    }

    /// <summary>Ends the block: the function returns nothing.</summary>
    public void Return() => Add("ret void");

    /// <summary>Ends the block: the function returns a value.</summary>
    public void Return(IrValue value) => Add("ret " + value);

    /// <summary>Ends the block, which nothing reaches the end of.</summary>
    public void Unreachable() => Add("unreachable");

    /// <summary>Ends the block with a jump.</summary>
    public void Jump(IrBlock target) => Add("br label %" + target.Name);

    /// <param name="condition">A value of type <c>i1</c>.</param>
    /// <param name="whenTrue">The target if it holds.</param>
    /// <param name="whenFalse">The target otherwise.</param>
    /// <param name="metadata">The metadata of the instruction; empty for none.</param>
    public void Branch(IrValue condition, IrBlock whenTrue, IrBlock whenFalse, string metadata = "")
        => Add($"br {condition}, label %{whenTrue.Name}, label %{whenFalse.Name}{metadata}");

    /// <param name="value">An integer.</param>
    /// <param name="otherwise">The target if the value is none of the keys.</param>
    /// <param name="cases">Constants and their targets.</param>
    /// <param name="metadata">The metadata of the instruction; empty for none.</param>
    public void Switch(IrValue value, IrBlock otherwise, IEnumerable<(IrValue Key, IrBlock Target)> cases, string metadata = "")
    {
        string targets = string.Join(" ", cases.Select(c => $"{c.Key}, label %{c.Target.Name}"));
        Add($"switch {value}, label %{otherwise.Name} [ {targets} ]{metadata}");
    }

    private IrValue Call(string kind, IrCallee callee, IReadOnlyList<IrValue> arguments, IrName? name)
    {
        function.Global(callee.Name);
        string convention = callee.Convention.Length > 0 ? callee.Convention + " " : "";
        string attributes = callee.Attributes.Length > 0 ? " " + callee.Attributes : "";
        string call = $"{kind}call {convention}{callee.Result} {callee.Name}({string.Join(", ", arguments)}){attributes}";
        if (name is not null) return Define(callee.Result, name, call);
        Add(call);
        return IrValue.Nothing;
    }

    private IrValue Define(IrType type, IrName name, string instruction)
    {
        var value = function.Take(name).As(type);
        Add(value.Text + " = " + instruction);
        return value;
    }

    private void Add(string instruction) => Block.Add(instruction + Location);

    private static string Align(int alignment) => alignment > 0 ? ", align " + IrText.Number(alignment) : "";
}
