using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes tests of values and terms as <c>if</c> and <c>match</c>, and names the fields known after them.</summary>
internal sealed class RustMatchWriter(RustFrame frame, RustBlockWriter blocks)
{
    private readonly RustVariables _variables = frame.Variables;
    private readonly RustSorts _sorts = frame.Rules.Sorts;
    private readonly RustWriter _out = frame.Out;

    public void Write(Branch branch, bool isTail)
    {
        using (_out.Open("if " + _variables.Operand(branch.Test)))
        {
            blocks.WriteArm(branch.WhenTrue, isTail);
            var rest = branch.WhenFalse;
            while (IsOnlyTest(rest) && rest.End is Branch next)
            {
                foreach (var instruction in rest.Instructions) Name(instruction, rest);
                _out.Between("} else if " + _variables.Operand(next.Test) + " {");
                blocks.WriteArm(next.WhenTrue, isTail);
                rest = next.WhenFalse;
            }

            _out.Between("} else {");
            blocks.WriteArm(rest, isTail);
        }
    }

    public void Write(Switch s, bool isTail)
    {
        var sort = _sorts.Of((DataSort)s.Subject.Sort);
        var cases = s.Cases.Where(c => sort.Symbols.Any(x => x.Symbol == c.Key)).ToList();
        bool isKnown = cases.Count == 1 && sort.Symbols.Count == 1;
        if (sort.IsCounter) WriteCounter(s, sort, cases, isTail);
        else if (isKnown) blocks.Write(BindKnown(s.Subject, _sorts.Of(cases[0].Key), cases[0].Value), isTail);
        else WriteMatch(s, sort, cases, isTail);
    }

    public void Write(LiteralSwitch s, bool isTail)
    {
        var sort = s.Subject.Sort;
        if (sort.Equals(BuiltInSort.Bool))
        {
            Block Of(bool value) => s.Cases.Where(c => c.Key.Value.Equals(value)).Select(c => c.Value).FirstOrDefault() ?? s.Otherwise!;
            Write(new Branch(s.Subject, Of(true), Of(false)), isTail);
            return;
        }

        if (sort is BuiltInSort { Kind: BuiltInKind.Symbol or BuiltInKind.String or BuiltInKind.BigInteger })
        {
            WriteComparisons(s, isTail);
            return;
        }

        var subject = _variables.Operand(s.Subject);
        var on = sort.Equals(BuiltInSort.Double) ? RustExpression.Call("number::bits", subject)
            : sort is EnumSort ? _variables.On(s.Subject).Field("0") : subject;
        using (_out.Open("match " + on))
        {
            foreach (var c in s.Cases)
                using (_out.Open(PatternOf(c.Key) + " =>")) blocks.WriteArm(c.Value, isTail);
            using (_out.Open("_ =>")) blocks.WriteArm(s.Otherwise!, isTail);
        }
    }

    /// <summary>
    /// Names the fields of a term with a known symbol, for a block. Returns the rest of the block to write.
    /// </summary>
    public Block BindKnown(Local cell, RustSymbol symbol, Block block)
    {
        var variable = _variables[cell];
        bool moves = IsOwned(variable) && RustFields.MayTakeApart(cell, block);
        var (bound, names) = Bind(cell, symbol, block, moves);
        if (symbol.Sort.IsCounter)
        {
            if (names[0] is { } rest) _out.Line("let " + rest + " = " + symbol.Sort.Type + "(" + variable.Value.Field("0") + " - 1);");
            return bound;
        }

        if (names.All(n => n is null)) return bound;
        var on = moves || variable.Form is RustForm.Copy or RustForm.Literal or RustForm.Borrowed ? variable.Value
            : variable.Form == RustForm.CopyBehind ? variable.Value.Dereference() : variable.Value.Reference();
        string otherwise = symbol.Sort.Symbols.Count == 1 ? "" : " else { unreachable!(\"tested before\") }";
        _out.Line("let " + Pattern(symbol, names, byReference: false) + " = " + on + otherwise + ";");
        WriteNodeFields(symbol, names, moves);
        return bound;
    }

    private static bool IsOwned(RustVariable variable) => variable.Form is RustForm.Owned or RustForm.Maker;

    // Names for the fields that a block reads; null for other fields.
    private (Block Block, List<string?> Names) Bind(Local cell, RustSymbol symbol, Block block, bool moves)
    {
        bool isBehind = !moves && _variables[cell].Form is not (RustForm.Copy or RustForm.Literal or RustForm.CopyBehind);
        block = RustFields.Unify(cell, symbol.Symbol, block, out var locals);
        var names = locals.Select(l => l is null ? null : _variables.NewName(l.Name)).ToList();
        for (int i = 0; i < locals.Length; i++)
        {
            if (locals[i] is not { } local) continue;
            var field = _variables.Holding(names[i]!, local.Sort);
            var form = field.Form == RustForm.Copy ? RustForm.CopyBehind : RustForm.Borrowed;
            _variables[local] = isBehind ? field with { Form = form, Owner = cell } : field;
        }

        return (block, names);
    }

    private static string Pattern(RustSymbol symbol, List<string?> names, bool byReference)
    {
        if (symbol.IsUnit) return symbol.Path;
        if (names.All(n => n is null)) return symbol.Path + "(..)";
        var parts = symbol.Node is null ? names : ["node"];
        return symbol.Path + "(" + string.Join(", ", parts.Select(p => p is null ? "_" : byReference ? "ref " + p : p)) + ")";
    }

    // Fields in a node are named after the pattern.
    private void WriteNodeFields(RustSymbol symbol, List<string?> names, bool moves)
    {
        if (symbol.Node is null || names.All(n => n is null)) return;
        string fields = string.Join(", ", names.Select(n => n ?? "_"));
        _out.Line("let " + symbol.Node + "(" + fields + ") = " + (moves ? "node.into_inner();" : "&**node;"));
    }

    // True if a block is only a test, so that it can follow an else.
    private bool IsOnlyTest(Block block) => block.Instructions.Select((x, i) => (x, i)).All(p => p.x switch
    {
        Let { Value: Constant or Construct { Parts.Count: 0, Symbol: Constructor } } => true,
        Let { Value: Compute { Primitive.CanThrow: false } or Same or IsShared } let
            => p.i == block.Instructions.Length - 1 && frame.Uses.IsOnlyUse(let.Target, block.End),
        Let { Value: Field } let => _variables.Knows(let.Target),
        _ => false,
    });

    private void Name(Instruction instruction, Block block)
    {
        var after = frame.Uses.Of(block);
        bool isTest = instruction is Let { Value: Compute or Same or IsShared };
        if (isTest && instruction is Let let) _variables[let.Target] = new(frame.Values.Of(let, after), RustForm.Literal);
        else blocks.Write(instruction, after);
    }

    private void WriteMatch(Switch s, RustSort sort, List<KeyValuePair<FunctionSymbol, Block>> cases, bool isTail)
    {
        var subject = _variables[s.Subject];
        bool anyMoves = IsOwned(subject) && cases.Any(c => _sorts.Of(c.Key) is { IsUnit: false }
            && RustFields.MayTakeApart(s.Subject, c.Value) && RustFields.Wanted(s.Subject, c.Key, c.Value).Count > 0);
        var on = subject.Form switch
        {
            RustForm.Owned or RustForm.Maker => anyMoves ? subject.Value : subject.Value.Reference(),
            RustForm.CopyBehind => subject.Value.Dereference(),
            _ => subject.Value,
        };
        using (_out.Open("match " + on))
        {
            foreach (var c in cases) WriteCase(s.Subject, _sorts.Of(c.Key), c.Value, anyMoves, isTail);
            if (s.Otherwise is not null)
            {
                using (_out.Open("_ =>")) blocks.WriteArm(s.Otherwise, isTail);
            }
            else if (cases.Count < sort.Symbols.Count)
            {
                _out.Line("_ => unreachable!(\"ruled out before\"),");
            }
        }
    }

    private void WriteCase(Local subject, RustSymbol symbol, Block body, bool anyMoves, bool isTail)
    {
        var taken = _variables.Taken;
        bool moves = anyMoves && RustFields.MayTakeApart(subject, body);
        var (block, names) = Bind(subject, symbol, body, moves);
        using (_out.Open(Pattern(symbol, names, byReference: anyMoves && !moves) + " =>"))
        {
            WriteNodeFields(symbol, names, moves);
            blocks.Write(block, isTail);
        }

        _variables.Taken = taken;
    }

    private void WriteCounter(Switch s, RustSort sort, List<KeyValuePair<FunctionSymbol, Block>> cases, bool isTail)
    {
        Block Of(RustSymbol symbol) => cases.Where(c => c.Key == symbol.Symbol).Select(c => c.Value).FirstOrDefault() ?? s.Otherwise
            ?? throw new InvalidOperationException("A counter is tested for one of its symbols only.");
        Block zero = Of(sort.Zero), more = Of(sort.Successor);
        using (_out.Open("match " + _variables.On(s.Subject).Method("below")))
        {
            using (_out.Open("None =>")) blocks.WriteArm(zero, isTail);
            var taken = _variables.Taken;
            string name = "_";
            if (RustFields.Wanted(s.Subject, sort.Successor.Symbol, more).Count > 0)
            {
                more = RustFields.Unify(s.Subject, sort.Successor.Symbol, more, out var locals);
                name = _variables.NewName(locals[0]!.Name);
                _variables[locals[0]!] = new(RustExpression.Of(name), RustForm.Copy);
            }

            using (_out.Open("Some(" + name + ") =>")) blocks.Write(more, isTail);
            _variables.Taken = taken;
        }
    }

    private static string PatternOf(Literal literal) => literal.Value switch
    {
        _ when literal.Sort is EnumSort sort => RustLiterals.Number((long)literal.Value, sort),
        double => RustLiterals.Number(unchecked((ulong)literal.Bits)),
        _ => RustLiterals.Number((IFormattable)literal.Value),
    };

    private void WriteComparisons(LiteralSwitch s, bool isTail)
    {
        using (_out.Open("if " + Comparison(s.Subject, s.Cases[0].Key)))
        {
            blocks.WriteArm(s.Cases[0].Value, isTail);
            foreach (var c in s.Cases.Skip(1))
            {
                _out.Between("} else if " + Comparison(s.Subject, c.Key) + " {");
                blocks.WriteArm(c.Value, isTail);
            }

            _out.Between("} else {");
            blocks.WriteArm(s.Otherwise!, isTail);
        }
    }

    private RustExpression Comparison(Local subject, Literal literal)
    {
        if (literal.Value is not string text || RustNames.HasLoneSurrogate(text))
            return _variables.Operand(subject).Infix("==", RustLiterals.Of(literal, _sorts.TypeOf));
        var on = _variables.On(subject);
        return (literal.Sort.Equals(BuiltInSort.Symbol) ? on.Field("0") : on).Method("is", RustExpression.Of(RustNames.Quote(text)));
    }
}
