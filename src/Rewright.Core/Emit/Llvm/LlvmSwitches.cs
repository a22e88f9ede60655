using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>A nested block of the lowered form, and the IR block where its code begins.</summary>
internal sealed record LlvmArm(Block Body, IrBlock Start);

/// <summary>Writes tests of terms and literals. The caller then writes the arms, in order.</summary>
/// <param name="code">The shared state of the function.</param>
/// <param name="cells">Writes reads of terms.</param>
/// <param name="statics">Writes reads of literals.</param>
/// <param name="weights">The frequency of the arms; null if unknown.</param>
internal sealed class LlvmSwitches(LlvmCode code, LlvmCells cells, LlvmStatics statics, BranchWeights? weights)
{
    private IrBuilder Ir => code.Ir;

    private sealed record Target(FunctionSymbol Symbol, IrBlock Block);

    public IReadOnlyList<LlvmArm> Write(Branch branch, IrValue test)
    {
        var (whenTrue, whenFalse) = (NewArm(branch.WhenTrue, "then"), NewArm(branch.WhenFalse, "else"));
        BranchTo(test, whenTrue.Start, whenFalse.Start);
        return [whenTrue, whenFalse];
    }

    public IReadOnlyList<LlvmArm> Write(Switch s, IrValue term)
    {
        var arms = s.Cases.Select(c => NewArm(c.Value, c.Key.Name)).ToList();
        var otherwise = AddOtherwise(s.Otherwise, arms);
        var targets = s.Cases.Select((c, i) => new Target(c.Key, arms[i].Start)).ToList();
        var test = new TermTest(
            (DataSort)s.Subject.Sort, code.Layouts, [.. targets.Where(t => !Layouts.IsCell(t.Symbol))],
            [.. targets.Where(t => t.Symbol is Constructor && Layouts.IsCell(t.Symbol))],
            [.. targets.Where(t => t.Symbol is Operation)], otherwise);
        Write(test, term);
        return arms;
    }

    public IReadOnlyList<LlvmArm> Write(LiteralSwitch s, IrValue value)
    {
        var arms = s.Cases.Select(c => NewArm(c.Value, "case")).ToList();
        var otherwise = AddOtherwise(s.Otherwise, arms);
        var cases = s.Cases.Select((c, i) => (c.Key, arms[i].Start)).ToList();
        var kind = Layouts.KindOf(s.Subject.Sort);
        if (kind == WordKind.Term || s.Cases.Any(c => code.Module.Statics.IndexOf(c.Key) >= 0))
        {
            WriteComparisons(value, s.Subject.Sort, cases, otherwise!);
            return arms;
        }

        bool isDouble = kind == WordKind.Double;
        SwitchOn(
            isDouble ? Ir.ToWord(value, s.Subject.Sort, "word") : value,
            cases.ConvertAll(c => (isDouble ? IrValue.I64(c.Key.Bits) : LlvmWords.Constant(c.Key), c.Start)),
            otherwise, isComplete: otherwise is null);
        return arms;
    }

    private LlvmArm NewArm(Block body, string name)
    {
        var start = Ir.NewBlock(name);
        weights?.Set(start, body);
        return new(body, start);
    }

    private IrBlock? AddOtherwise(Block? body, List<LlvmArm> arms)
    {
        if (body is null) return null;
        arms.Add(NewArm(body, "otherwise"));
        return arms[arms.Count - 1].Start;
    }

    // The symbols that a test distinguishes, grouped by the way it recognises them.
    private sealed record TermTest(
        DataSort Sort, Layouts Layouts, List<Target> Constants, List<Target> Cells, List<Target> Stuck, IrBlock? Otherwise)
    {
        public bool MayBeStuck { get; } = Layouts.MayBeStuck(Sort);

        public int AllConstants { get; } = Sort.Constructors.Count(c => !Layouts.IsCell(c));

        public int AllCells => Sort.Constructors.Length - AllConstants;

        // A test is made only if it can decide something.
        public bool MeetsConstants => AllConstants > 0 && (Constants.Count > 0 || Otherwise is not null);

        public bool MeetsCells => (AllCells > 0 || MayBeStuck) && (Cells.Count > 0 || Stuck.Count > 0 || Otherwise is not null);
    }

    // Tests the kind of word first, then the constant, tag or operation.
    private void Write(TermTest test, IrValue term)
    {
        if (test.MeetsConstants && test.MeetsCells) WriteKindTest(test, term);
        else if (test.MeetsConstants) WriteConstantTest(test, term);
        else WriteTagTest(test, term);
    }

    private void WriteKindTest(TermTest test, IrValue term)
    {
        // A kind with a single symbol, or without one that matters, needs no further test.
        var onlyConstant = test.Constants.Count == 1 && test.AllConstants == 1 ? test.Constants[0].Block
            : test.Constants.Count == 0 ? test.Otherwise : null;
        var constant = onlyConstant ?? Ir.NewBlock("constant");
        var onlyCell = test.Cells.Count == 1 && test.AllCells == 1 && !test.MayBeStuck ? test.Cells[0].Block
            : test.Cells.Count == 0 && test.Stuck.Count == 0 ? test.Otherwise : null;
        var cell = onlyCell ?? Ir.NewBlock("cell");
        weights?.SetSum(cell, [.. test.Cells.Select(t => t.Block), .. test.Stuck.Select(t => t.Block)]);
        weights?.SetSum(constant, [.. test.Constants.Select(t => t.Block)]);
        BranchTo(Ir.Call(RuntimeCalls.IsCell, [term], "is.cell"), cell, constant);
        if (onlyConstant is null)
        {
            Ir.Start(constant);
            WriteConstantTest(test, term);
        }

        if (onlyCell is null)
        {
            Ir.Start(cell);
            WriteTagTest(test, term);
        }
    }

    private void WriteConstantTest(TermTest test, IrValue term)
    {
        var word = Ir.Cast("ptrtoint", term, IrType.I64, "constant");
        var cases = test.Constants.ConvertAll(t => (IrValue.I64(Layouts.ConstantOf((Constructor)t.Symbol)), t.Block));
        SwitchOn(word, cases, test.Otherwise, test.Constants.Count == test.AllConstants);
    }

    private void WriteTagTest(TermTest test, IrValue term)
    {
        var operationTest = test.Stuck.Count > 0 ? Ir.NewBlock("operation") : null;
        var address = Ir.Address(IrType.I8, term, IrValue.I64(Abi.TagShift / 8), "tag.address");
        int size = code.Layouts.CellOf(test.Cells.Concat(test.Stuck).First().Symbol).TagSize;
        var tag = Ir.Load(size == 1 ? IrType.I8 : IrType.I16, address, "tag", size);
        IrValue Key(int value) => IrValue.Int(tag.Type, size == 1 ? unchecked((sbyte)value) : unchecked((short)value));
        var cases = test.Cells.ConvertAll(t => (Key(((Constructor)t.Symbol).Tag), t.Block));
        if (operationTest is not null) cases.Add((Key(Layouts.StuckTag), operationTest));
        SwitchOn(tag, cases, test.Otherwise, test.Cells.Count == test.AllCells && (!test.MayBeStuck || operationTest is not null));
        if (operationTest is not null) WriteOperationTests(test, term, operationTest);
    }

    // The number of an operation is known only at run time, so this is a chain of comparisons.
    private void WriteOperationTests(TermTest test, IrValue term, IrBlock start)
    {
        Ir.Start(start);
        foreach (var (symbol, target) in test.Stuck)
        {
            var number = cells.LoadWord(term, code.Layouts.CellOf(symbol).Words - 1, "number");
            var next = Ir.NewBlock("operation");
            Ir.Branch(Ir.Compare("eq", number, cells.OperationWord((Operation)symbol), "is"), target, next);
            Ir.Start(next);
        }

        if (test.Otherwise is not null) Ir.Jump(test.Otherwise);
        else Ir.Unreachable();
    }

    // Values that exist only at run time are compared one by one.
    private void WriteComparisons(IrValue value, Sort sort, List<(Literal Key, IrBlock Target)> cases, IrBlock otherwise)
    {
        foreach (var (literal, target) in cases)
        {
            var next = Ir.NewBlock("differs");
            Ir.Branch(WriteComparison(value, sort, literal), target, next);
            Ir.Start(next);
        }

        Ir.Jump(otherwise);
    }

    private IrValue WriteComparison(IrValue value, Sort sort, Literal literal)
    {
        if (sort.Equals(BuiltInSort.Symbol)) return Ir.Compare("eq", value, statics.WriteConstant(literal, "symbol"), "same");
        int index = code.Module.Statics.IndexOf(literal);
        var constant = index >= 0 ? statics.WriteStatic(index, "literal") : LlvmWords.Constant(literal);
        return Ir.Call(RuntimeCalls.Same, [code.Context, value, constant], "same");
    }

    private void BranchTo(IrValue test, IrBlock whenTrue, IrBlock whenFalse)
        => Ir.Branch(test, whenTrue, whenFalse, WeightsOf([whenTrue, whenFalse]));

    private void SwitchOn(IrValue value, List<(IrValue Key, IrBlock Target)> cases, IrBlock? otherwise, bool isComplete)
    {
        // In a complete switch the last case becomes the default: it saves a comparison and leaves no undefined behaviour.
        bool lastIsDefault = isComplete || otherwise is null;
        var fallback = lastIsDefault ? cases[cases.Count - 1].Target : otherwise!;
        if (lastIsDefault) cases.RemoveAt(cases.Count - 1);
        Ir.Switch(value, fallback, cases, WeightsOf([fallback, .. cases.Select(c => c.Target)]));
    }

    private string WeightsOf(IReadOnlyList<IrBlock> targets) => weights?.Of(targets) ?? "";
}
