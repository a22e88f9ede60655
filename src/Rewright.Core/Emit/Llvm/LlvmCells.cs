using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>Writes the operations on cells: building, reading, taking apart, and reference counting.</summary>
internal sealed class LlvmCells(LlvmCode code)
{
    private IrBuilder Ir => code.Ir;

    public void Dup(IrValue value, Sort sort)
    {
        if (code.Layouts.IsCounted(sort)) Ir.Call(RuntimeCalls.Dup, [value]);
    }

    public void Drop(IrValue value, Sort sort)
    {
        if (code.Layouts.IsCounted(sort)) Ir.Call(RuntimeCalls.Drop, [code.Context, value]);
    }

    /// <summary>Builds a term.</summary>
    /// <param name="symbol">The symbol of the term.</param>
    /// <param name="hole">The index of the field that is left out; -1 for none.</param>
    /// <param name="memory">Memory to use if it is not null at run time; null for none.</param>
    /// <param name="parts">The other fields, with their sorts.</param>
    /// <param name="name">A hint for the name of the term.</param>
    public IrValue Construct(FunctionSymbol symbol, int hole, IrValue? memory, IReadOnlyList<(IrValue Value, Sort Sort)> parts, string name)
    {
        if (symbol is Constructor { Arity: 0 } constant) return IrValue.Pointer(Layouts.ConstantOf(constant));
        var layout = code.Layouts.CellOf(symbol);
        var cell = memory is { } token ? Reuse(token, layout.Words, name) : Allocate(layout.Words, name);
        StoreContents(cell, layout, hole, parts);
        if (symbol is Operation operation) StoreWord(OperationWord(operation), cell, layout.Words - 1);
        code.Module.UseSize(layout.Words);
        return cell;
    }

    /// <summary>Reads a field.</summary>
    public IrValue LoadField(IrValue cell, CellField field, Sort sort, string name)
    {
        var kind = Layouts.KindOf(sort);
        var type = LlvmTypes.TypeOf(kind);
        var address = Ir.Address(IrType.I8, cell, IrValue.I64(field.Offset), name + ".address");
        int alignment = field.Offset < 8 ? 1 : field.Size;
        if (kind is WordKind.Term or WordKind.Double || field.Size * 8 == Bits(kind)) return Ir.Load(type, address, name, alignment);
        var narrow = Ir.Load(IrType.Int(field.Size * 8), address, name + ".narrow", alignment);
        return kind == WordKind.Bool ? Ir.Compare("ne", narrow, IrValue.Int(narrow.Type, 0), name) : Ir.Cast("zext", narrow, type, name);

        static int Bits(WordKind kind) => kind switch { WordKind.Int32 => 32, WordKind.Int64 => 64, _ => 0 };
    }

    /// <summary>The address of a field that must still be filled.</summary>
    public IrValue AddressOfHole(IrValue cell, FunctionSymbol symbol, int index, string name)
        => Ir.Address(IrType.I8, cell, IrValue.I64(code.Layouts.CellOf(symbol).Fields[index].Offset), name);

    /// <summary>Reads a whole word.</summary>
    public IrValue LoadWord(IrValue cell, int index, string name)
        => Ir.Load(IrType.I64, Ir.Address(IrType.I64, cell, IrValue.I64(index), name + ".address"), name, 8);

    /// <summary>Writes a whole word.</summary>
    public void StoreWord(IrValue word, IrValue cell, int index)
        => Ir.Store(word, index == 0 ? cell : Ir.Address(IrType.I64, cell, IrValue.I64(index), "field"), 8);

    /// <summary>The word that identifies the stuck terms of an operation.</summary>
    public IrValue OperationWord(Operation operation)
    {
        var term = Ir.Call(RuntimeCalls.Static, [code.Context, IrValue.I64(code.Module.Statics.IndexOf(operation))], "operation");
        return Ir.Cast("ptrtoint", term, IrType.I64, "operation");
    }

    /// <summary>Frees the memory of a token in which nothing was built, if it has any.</summary>
    public void Free(IrValue token, int words)
    {
        code.Module.UseSize(words);
        IrBlock free = Ir.NewBlock("free"), done = Ir.NewBlock("freed");
        Ir.Branch(Ir.Compare("ne", token, IrValue.Null, "has"), free, done);
        Ir.Start(free);
        Ir.Call(RuntimeCalls.Free(words), [code.Context, token]);
        Ir.Jump(done);
        Ir.Start(done);
    }

    /// <summary>
    /// Ends a reference to a cell; the wanted fields become owned. Returns the cell's memory, which is null at run time if other references
    /// remain.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="symbol">The symbol of the cell.</param>
    /// <param name="wanted">The values of the fields that become owned, with their sorts; null for fields that are dropped.</param>
    /// <param name="keepsMemory">False to free the memory; then the result is null.</param>
    public IrValue Open(IrValue cell, FunctionSymbol symbol, IReadOnlyList<(IrValue Value, Sort Sort)?> wanted, bool keepsMemory)
    {
        IrBlock take = Ir.NewBlock("take"), share = Ir.NewBlock("share"), opened = Ir.NewBlock("opened");
        bool keepsNothing = !keepsMemory && wanted.All(w => w is null);
        Ir.Branch(Ir.Call(RuntimeCalls.Claim, [cell], "last"), take, keepsNothing ? opened : share);
        if (keepsNothing)
        {
            Ir.Start(take);
            Ir.Call(code.Module.FreeFunction(symbol), [code.Context, cell]);
            Ir.Jump(opened);
            Ir.Start(opened);
            return IrValue.Null;
        }

        Ir.Start(share);
        foreach (var field in wanted)
            if (field is { } kept) Dup(kept.Value, kept.Sort);
        Ir.Jump(opened);
        Ir.Start(take);
        TakeApart(symbol, cell, i => wanted[i] is null, keepsMemory);
        Ir.Jump(opened);
        Ir.Start(opened);
        if (!keepsMemory) return IrValue.Null;
        var memory = Ir.Phi(IrType.Ptr, "memory");
        memory.Add(cell, take);
        memory.Add(IrValue.Null, share);
        return memory.Value;
    }

    /// <summary>Drops the fields of a cell without references, and frees its memory unless it is kept.</summary>
    public void TakeApart(FunctionSymbol symbol, IrValue cell, Func<int, bool> isDropped, bool keepsMemory)
    {
        var layout = code.Layouts.CellOf(symbol);
        for (int i = 0; i < symbol.Arity; i++)
        {
            var sort = code.Layouts.MachineSort(symbol.Parameters[i].Sort);
            if (isDropped(i) && code.Layouts.IsCounted(sort)) Drop(LoadField(cell, layout.Fields[i], sort, "unused"), sort);
        }

        if (keepsMemory) return;
        code.Module.UseSize(layout.Words);
        Ir.Call(RuntimeCalls.Free(layout.Words), [code.Context, cell]);
    }

    private IrValue Allocate(int words, string name) => Ir.Call(RuntimeCalls.Allocate(words), [code.Context], name);

    // The memory of the token, or newly allocated memory if the token is null.
    private IrValue Reuse(IrValue token, int words, string name)
    {
        IrBlock reuse = Ir.NewBlock("reuse"), allocate = Ir.NewBlock("allocate"), build = Ir.NewBlock("build");
        Ir.Branch(Ir.Compare("ne", token, IrValue.Null, "has"), reuse, allocate);
        Ir.Start(allocate);
        var fresh = Allocate(words, "fresh");
        Ir.Jump(build);
        Ir.Start(reuse);
        Ir.Jump(build);
        Ir.Start(build);
        var cell = Ir.Phi(IrType.Ptr, name);
        cell.Add(token, reuse);
        cell.Add(fresh, allocate);
        return cell.Value;
    }

    // Writes whole words, so that narrow fields cost no more than wide ones and the padding is zero.
    private void StoreContents(IrValue cell, CellLayout layout, int hole, IReadOnlyList<(IrValue Value, Sort Sort)> parts)
    {
        var fields = layout.Fields.Where((_, i) => i != hole).ToList();
        ulong head = 1UL | (ulong)layout.Tag << Abi.TagShift | (ulong)layout.TermCount << Abi.TermCountShift;
        var header = IrValue.I64(unchecked((long)head));
        foreach (var word in Enumerable.Range(0, parts.Count).GroupBy(i => fields[i].Offset / 8))
        {
            IrValue? sum = null;
            foreach (int i in word)
            {
                var value = FieldBits(fields[i], parts[i].Value, parts[i].Sort);
                sum = sum is { } others ? Ir.Binary("or", others, value, "word") : value;
            }

            if (word.Key == 0) sum = Ir.Binary("or", sum!, header, "header");
            StoreWord(sum!, cell, word.Key);
        }

        if (fields.All(f => f.Offset >= 8)) StoreWord(header, cell, 0);
    }

    // The value of a field, shifted to its place in the word.
    private IrValue FieldBits(CellField field, IrValue part, Sort sort)
    {
        var value = Ir.ToWord(part, sort, "word");
        if (field.Size == 4 && Layouts.IsSigned(sort)) value = Ir.Binary("and", value, IrValue.I64(uint.MaxValue), "low");
        return field.Offset % 8 > 0 ? Ir.Binary("shl", value, IrValue.I64(field.Offset % 8 * 8), "shifted") : value;
    }
}
