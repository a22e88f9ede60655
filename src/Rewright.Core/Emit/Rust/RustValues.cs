using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Primitives;

namespace Rewright.Emit.Rust;

/// <summary>Makes the Rust expressions for values.</summary>
internal sealed class RustValues(RustRules rules, RustVariables variables)
{
    /// <summary>The expression for a value.</summary>
    /// <param name="let">The value and its local.</param>
    /// <param name="after">The locals that are used later.</param>
    public RustExpression Of(Let let, HashSet<Local> after)
    {
        switch (let.Value)
        {
            case Construct construct: return Build(construct, after);
            case Call call: return CallOf(call.Callee, call.Parts, after);
            case ForeignCall host:
                var lent = host.Parts.Select((p, i) => variables.Lend(p, host.Operation.Parameters[i].Sort));
                return RustExpression.Call("run.state.host." + rules.Host.NameOf(host.Operation), lent).Try();
            case Compute compute: return ComputeOf(compute, let.Target.Sort);
            case Same same when same.Left.Sort.Equals(BuiltInSort.Double):
                return RustExpression.Call("number::same", variables.Operand(same.Left), variables.Operand(same.Right));
            case Same same: return variables.Operand(same.Left).Infix("==", variables.Operand(same.Right));
            case IsSameCell same: return Address(same.Left).Infix("==", Address(same.Right));
            case IsShared shared:
                bool isCounter = rules.Sorts.Of((DataSort)shared.Term.Sort).IsCounter;
                return isCounter ? RustExpression.Of("false") : variables.On(shared.Term).Method("is_shared");
            case IsRemembered remembered: return Memory(remembered.Term.Sort).Method("contains_key", Address(remembered.Term).Reference());
            case Recalled recalled: return Recall(Memory(recalled.Term.Sort), Address(recalled.Term));
            case HasChanged changed: return Changed.Infix(">=", RustExpression.Of(RustLiterals.Number(changed.Least)));
            default: throw new InvalidOperationException(let.Value.GetType().Name + " is not for Rust.");
        }
    }

    /// <summary>A call, with a question mark if it can fail.</summary>
    public RustExpression CallOf(Function callee, EquatableArray<Local> parts, HashSet<Local> after)
        => rules.Call(callee, variables.Take(parts, callee.Parameters.Select(p => p.Sort), after)).TryIf(rules.IsFallible(callee));

    /// <summary>A term built from its fields.</summary>
    public static RustExpression Build(RustSymbol symbol, IEnumerable<RustExpression> fields)
        => RustExpression.Call(symbol.Node is null ? symbol.Path : symbol.Sort.Type + "::" + symbol.Builder, fields);

    /// <summary>The memory for terms of a sort.</summary>
    public RustExpression Memory(Sort sort)
    {
        string type = rules.Sorts.TypeOf(sort);
        return rules.UseState("remembered_" + RustNames.Snake(type).Trim('_'), "BTreeMap<usize, (" + type + ", " + type + ")>");
    }

    /// <summary>The changed flag.</summary>
    public RustExpression Changed => rules.UseState("marked", "u8");

    /// <summary>The address of a term.</summary>
    public RustExpression Address(Local term) => variables.On(term).Method("address");

    private RustExpression Build(Construct construct, HashSet<Local> after)
    {
        var symbol = rules.Sorts.Of(construct.Symbol);
        if (symbol.IsUnit && !symbol.Sort.IsCounter) return RustExpression.Of(symbol.Path);
        var fields = variables.Take(construct.Parts, construct.Symbol.Parameters.Select(p => p.Sort), after);
        if (!symbol.Sort.IsCounter) return Build(symbol, fields);
        var counter = RustExpression.Call(symbol.Sort.Type + "::" + symbol.Builder, symbol.IsUnit ? [] : fields.Take(1));
        return counter.TryIf(!symbol.IsUnit);
    }

    private RustExpression ComputeOf(Compute compute, Sort target)
    {
        bool isWord = compute.Primitive.Operand.Equals(BuiltInSort.ULong);
        RustExpression Part(int index) => isWord ? variables.Word(compute.Parts[index]) : variables.Operand(compute.Parts[index]);
        int last = compute.Parts.Count - 1;
        var code = PrimitiveCode.Of(compute.Primitive);
        var value = code.Rust!(new(compute.Primitive, rules.Sorts.TypeOf, Part(last)), Part(0), Part(Math.Min(1, last)));
        bool isCounter = compute.Primitive.Result.Equals(BuiltInSort.ULong) && target is DataSort;
        return isCounter ? RustExpression.Call(rules.Sorts.TypeOf(target), value) : value;
    }

    // The remembered result of a term may itself have a remembered result.
    private static RustExpression Recall(RustExpression memory, RustExpression address)
    {
        var first = memory.Method("get", address.Reference());
        var next = RustExpression.Of("|(_, last)| " + memory.Method("get", RustExpression.Of("last.address()").Reference())
            .Method("filter", RustExpression.Of("|(_, later)| later.address() != last.address()")));
        return RustExpression.Call("core::iter::successors", first, next).Method("last")
            .Method("expect", RustExpression.Of("\"it is remembered\"")).Field("1").Cloned();
    }
}
