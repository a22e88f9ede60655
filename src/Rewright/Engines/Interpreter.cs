using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rewright.Emit;
using Rewright.Heap;

namespace Rewright.Engines;

/// <summary>
/// Runs one call of an interpreted program. The program's calls do not use the thread's stack, so depth costs only memory.
/// </summary>
internal sealed unsafe class Interpreter(InterpreterProgram program, Evaluator evaluator, HotnessCounter? hotness)
{
    private readonly CellMemory _memory = evaluator.Memory;
    private ulong* _registers;
    private long _capacity;
    private Frame[] _frames = new Frame[64];
    // The rewrites that the limit still allows after the module has become hot, which must be reported first.
    private long _reserve;

    private struct Frame
    {
        public InterpreterFunction Function;
        public long Base;
        public int Position;
        public int Target;
    }

    /// <summary>Runs a function on the arguments in the context and leaves the result there. Returns a status.</summary>
    public int Run(int number)
    {
        long steps = _memory.Field<long>(Abi.Steps);
        if (hotness is not null && steps > hotness.Remaining) (_reserve, steps) = (steps - hotness.Remaining, hotness.Remaining);
        try
        {
            return Run(program.FunctionAt(number), ref steps);
        }
        catch (Exception e)
        {
            return evaluator.Fail(e);
        }
        finally
        {
            NativeMemory.Free(_registers);
            _registers = null;
            _memory.Field<long>(Abi.Steps) = steps + _reserve;
        }
    }

    private int Run(InterpreterFunction function, ref long steps)
    {
        ulong* statics = (ulong*)_memory.Field<nint>(Abi.Statics);
        long maxWords = evaluator.MaxStackBytes / 8;
        long[]? fired = hotness is { CountsRules: true } ? program.Fired : null;
        int depth = 0;
        long start = 0;
        if (!Reserve(function.Registers, maxWords)) return Abi.StackExhausted;
        ulong* r = _registers;
        // The registers of every function are followed by room for the operands of one instruction.
        ulong* parts = r + function.Parts;
        for (int i = 0; i < function.Parameters; i++) r[i] = _memory.Arguments[i];
        int[] code = function.Code;
        int p = 0;
        while (true)
        {
            switch ((Opcode)code[p])
            {
                case Opcode.Constant:
                    r[code[p + 1]] = (uint)code[p + 2] | ((ulong)(uint)code[p + 3] << 32);
                    p += 4;
                    break;
                case Opcode.Static:
                    ulong value = statics[code[p + 2]];
                    if (code[p + 3] != 0) CellMemory.Dup(value);
                    r[code[p + 1]] = value;
                    p += 4;
                    break;
                case Opcode.Field:
                    r[code[p + 1]] = CellMemory.Cell(r[code[p + 2]])[code[p + 3]];
                    p += 4;
                    break;
                case Opcode.NarrowField:
                    byte* place = (byte*)r[code[p + 2]] + code[p + 3];
                    r[code[p + 1]] = code[p + 4] switch
                    {
                        1 => *place,
                        2 => Unsafe.ReadUnaligned<ushort>(place),
                        _ => code[p + 5] != 0 ? (ulong)*(int*)place : *(uint*)place,
                    };
                    p += 6;
                    break;
                case Opcode.Build:
                    ulong* cell = code[p + 2] >= 0 ? (ulong*)r[code[p + 2]] : null;
                    if (cell == null) cell = _memory.Allocate(code[p + 3]);
                    // Clear the words first: the padding between narrow fields counts when cells are compared.
                    new Span<ulong>(cell, code[p + 3]).Clear();
                    cell[0] = (uint)code[p + 4] | ((ulong)(uint)code[p + 5] << 32);
                    int count = code[p + 7];
                    for (int i = 0; i < count; i++)
                    {
                        byte* field = (byte*)cell + code[p + 8 + (3 * i)];
                        ulong part = r[code[p + 10 + (3 * i)]];
                        switch (code[p + 9 + (3 * i)])
                        {
                            case 1: *field = (byte)part; break;
                            case 2: Unsafe.WriteUnaligned(field, (ushort)part); break;
                            case 4: *(uint*)field = (uint)part; break;
                            default: *(ulong*)field = part; break;
                        }
                    }

                    if (code[p + 6] >= 0) cell[code[p + 3] - 1] = statics[code[p + 6]];
                    r[code[p + 1]] = (ulong)cell;
                    p += 8 + (3 * count);
                    break;
                case Opcode.Hole:
                    r[code[p + 1]] = r[code[p + 2]] + (ulong)code[p + 3];
                    p += 4;
                    break;
                case Opcode.Memoise:
                    value = r[code[p + 2]];
                    if (code[p + 3] != 0) CellMemory.Dup(value);
                    statics[code[p + 1]] = value;
                    statics[code[p + 1] + 1] = 1;
                    p += 4;
                    break;
                case Opcode.SetChanged:
                    _memory.Field<long>(Abi.Changed) = code[p + 1];
                    p += 2;
                    break;
                case Opcode.HasChanged:
                    r[code[p + 1]] = _memory.Field<long>(Abi.Changed) >= code[p + 2] ? 1UL : 0;
                    p += 3;
                    break;
                case Opcode.Fill:
                    *(ulong*)r[code[p + 1]] = r[code[p + 2]];
                    p += 3;
                    break;
                case Opcode.Call:
                    if (evaluator.IsSafepointRequested && evaluator.Acknowledge() is not Abi.Ok and var asked) return asked;
                    count = code[p + 3];
                    var callee = program.FunctionAt(code[p + 2]);
                    long next = start + function.Registers;
                    if (!Reserve(next + callee.Registers, maxWords)) return Abi.StackExhausted;
                    r = _registers + start;
                    for (int i = 0; i < count; i++) _registers[next + i] = r[code[p + 4 + i]];
                    if (depth == _frames.Length)
                    {
                        if ((long)depth * sizeof(long) * 4 > evaluator.MaxStackBytes) return Abi.StackExhausted;
                        Array.Resize(ref _frames, depth * 2);
                    }

                    _frames[depth++] = new Frame { Function = function, Base = start, Position = p + 4 + count, Target = code[p + 1] };
                    (function, code, start, p) = (callee, callee.Code, next, 0);
                    r = _registers + start;
                    parts = r + function.Parts;
                    break;
                case Opcode.TailCall:
                    if (evaluator.IsSafepointRequested && evaluator.Acknowledge() is not Abi.Ok and var pending) return pending;
                    count = code[p + 2];
                    for (int i = 0; i < count; i++) parts[i] = r[code[p + 3 + i]];
                    int room = function.Parts;
                    function = program.FunctionAt(code[p + 1]);
                    if (!Reserve(start + Math.Max(function.Registers, room + count), maxWords)) return Abi.StackExhausted;
                    r = _registers + start;
                    // Upwards, so that a register is read before it is overwritten.
                    for (int i = 0; i < count; i++) r[i] = r[room + i];
                    parts = r + function.Parts;
                    code = function.Code;
                    p = 0;
                    break;
                case Opcode.Host:
                    count = code[p + 3];
                    for (int i = 0; i < count; i++) parts[i] = r[code[p + 4 + i]];
                    // Calls that the operation makes continue the count.
                    _memory.Field<long>(Abi.Steps) = steps + _reserve;
                    value = evaluator.CallHost(code[p + 2], parts);
                    steps = _memory.Field<long>(Abi.Steps) - _reserve;
                    r[code[p + 1]] = value;
                    p += 4 + count;
                    break;
                case Opcode.Compute:
                    count = code[p + 3];
                    for (int i = 0; i < count; i++) parts[i] = r[code[p + 4 + i]];
                    r[code[p + 1]] = PrimitiveEvaluator.Evaluate(code[p + 2], parts, _memory);
                    p += 4 + count;
                    break;
                case Opcode.SameTerm:
                    r[code[p + 1]] = TermEquality.Equal(r[code[p + 2]], _memory, r[code[p + 3]], _memory) ? 1UL : 0;
                    p += 4;
                    break;
                case Opcode.SameWord:
                    r[code[p + 1]] = r[code[p + 2]] == r[code[p + 3]] ? 1UL : 0;
                    p += 4;
                    break;
                case Opcode.IsShared:
                    value = r[code[p + 2]];
                    r[code[p + 1]] = CellMemory.IsCell(value) && CellMemory.CountOf(CellMemory.Cell(value)) > 1 ? 1UL : 0;
                    p += 3;
                    break;
                case Opcode.IsRemembered:
                    value = evaluator.Recall(r[code[p + 2]]);
                    r[code[p + 1]] = value != 0 ? 1UL : 0;
                    r[code[p + 3]] = value;
                    p += 4;
                    break;
                case Opcode.Recalled:
                    value = r[code[p + 2]];
                    CellMemory.Dup(value);
                    r[code[p + 1]] = value;
                    p += 3;
                    break;
                case Opcode.Remember:
                    evaluator.Remember(r[code[p + 1]], r[code[p + 2]]);
                    p += 3;
                    break;
                case Opcode.Fire:
                    long times = code[p + 1] < 0 ? 1 : (long)r[code[p + 1]];
                    if (fired is not null) fired[code[p + 2]] += times;
                    steps -= times;
                    if (steps < 0)
                    {
                        if (_reserve + steps < 0) return Abi.StepsExhausted;
                        hotness?.Trigger();
                        (steps, _reserve) = (steps + _reserve, 0);
                    }

                    p += 3;
                    break;
                case Opcode.Dup:
                    CellMemory.Dup(r[code[p + 1]]);
                    p += 2;
                    break;
                case Opcode.Drop:
                    _memory.Drop(r[code[p + 1]]);
                    p += 2;
                    break;
                case Opcode.Open:
                    cell = (ulong*)r[code[p + 1]];
                    count = code[p + 4];
                    bool isLast = CellMemory.Claim(cell);
                    for (int i = 0; i < count; i++)
                    {
                        ulong term = cell[code[p + 5 + (2 * i)]];
                        bool isWanted = code[p + 6 + (2 * i)] != 0;
                        if (isLast && !isWanted) _memory.Drop(term);
                        else if (!isLast && isWanted) CellMemory.Dup(term);
                    }

                    if (code[p + 2] >= 0) r[code[p + 2]] = isLast ? (ulong)cell : 0;
                    else if (isLast) _memory.Free(cell, code[p + 3]);
                    p += 5 + (2 * count);
                    break;
                case Opcode.Free:
                    if (r[code[p + 1]] != 0) _memory.Free((ulong*)r[code[p + 1]], code[p + 2]);
                    p += 3;
                    break;
                case Opcode.Return:
                    value = r[code[p + 1]];
                    if (depth == 0)
                    {
                        _memory.Result[0] = value;
                        return Abi.Ok;
                    }

                    ref var frame = ref _frames[--depth];
                    (function, start, p) = (frame.Function, frame.Base, frame.Position);
                    code = function.Code;
                    r = _registers + start;
                    parts = r + function.Parts;
                    r[frame.Target] = value;
                    break;
                case Opcode.Jump:
                    count = code[p + 2];
                    for (int i = 0; i < count; i++) parts[i] = r[code[p + 3 + i]];
                    for (int i = 0; i < count; i++) r[code[p + 3 + count + i]] = parts[i];
                    p = code[p + 1];
                    break;
                case Opcode.Stuck:
                    _memory.Field<int>(Abi.Operation) = code[p + 1];
                    count = code[p + 2];
                    for (int i = 0; i < count; i++) _memory.Arguments[i] = r[code[p + 3 + i]];
                    return Abi.Stuck;
                case Opcode.Enter:
                    evaluator.Trace!.Enter(program.Sites[code[p + 1]]);
                    p += 2;
                    break;
                case Opcode.Exit:
                    evaluator.Trace!.Exit();
                    p++;
                    break;
                case Opcode.Replace:
                    evaluator.Trace!.Replace(program.Sites[code[p + 1]]);
                    p += 2;
                    break;
                case Opcode.Rule:
                    count = code[p + 2];
                    var (rule, variables) = program.Rules[code[p + 1]];
                    evaluator.Trace!.Fire(rule, variables, r, new ReadOnlySpan<int>(code, p + 3, count));
                    p += 3 + count;
                    break;
                case Opcode.Bailout:
                    return Abi.Bailout;
                case Opcode.Branch:
                    p = r[code[p + 1]] != 0 ? p + 3 : code[p + 2];
                    break;
                case Opcode.Switch:
                    p = Choose(program.SymbolTables[code[p + 2]], r[code[p + 1]], statics);
                    break;
                default:
                    p = Choose(program.LiteralTables[code[p + 2]], r[code[p + 1]], statics);
                    break;
            }
        }
    }

    private static int Choose(SymbolTable table, ulong word, ulong* statics)
    {
        if (!CellMemory.IsCell(word)) return table.Constants[word >> 1] is >= 0 and var constant ? constant : table.Otherwise;
        ulong* cell = CellMemory.Cell(word);
        int tag = (int)(*cell >> Abi.TagShift) & table.TagMask;
        if (tag != (Lower.Layouts.StuckTag & table.TagMask)) return table.Cells[tag] is >= 0 and var position ? position : table.Otherwise;
        ulong operation = cell[CellMemory.WordsOf(cell) - 1];
        foreach (var (index, position) in table.Stuck)
            if (statics[index] == operation) return position;
        return table.Otherwise;
    }

    // Symbols are numbers, not cells. They are compared as words, because an even number must not be taken for the address of a cell.
    private int Choose(LiteralTable table, ulong word, ulong* statics)
    {
        if (table.Terms.Length == 0) return table.Words.TryGetValue(word, out int position) ? position : table.Otherwise;
        foreach (var (index, constant, target) in table.Terms)
        {
            ulong other = index >= 0 ? statics[index] : constant;
            if (other == word || table.AreCells && TermEquality.Equal(word, _memory, other, _memory)) return target;
        }

        return table.Otherwise;
    }

    private bool Reserve(long words, long maxWords)
    {
        if (words <= _capacity) return true;
        if (words > maxWords) return false;
        long capacity = Math.Min(Math.Max(words, _capacity * 2), Math.Max(maxWords, words));
        capacity = Math.Max(capacity, 1024);
        _registers = (ulong*)NativeMemory.Realloc(_registers, (nuint)capacity * 8);
        _capacity = capacity;
        return true;
    }
}
