using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Emit.RustSyntax;

/// <summary>A Rust expression as a tree, whose structure decides where parentheses are needed.</summary>
/// <remarks>Two expressions are equal if their texts are.</remarks>
internal abstract record RustExpression
{
    private protected RustExpression() { }

    // True if a method call or field access can follow it without parentheses.
    private protected virtual bool IsPostfix => true;

    private protected abstract string Text { get; }

    private protected virtual IEnumerable<RustExpression> Parts => [];

    /// <summary>A variable, a path, or other text that needs no parentheses.</summary>
    public static RustExpression Of(string text) => new Atom(text);

    /// <summary>A number, with its suffix.</summary>
    public static RustExpression Number(string text, bool isNegative) => new NumberLiteral(text, isNegative);

    /// <summary>A call of a function or of a tuple's constructor.</summary>
    public static RustExpression Call(string function, params IEnumerable<RustExpression> arguments)
        => new CallOf(function, arguments.ToEquatableArray());

    /// <summary>A tuple; a single item stands for itself.</summary>
    public static RustExpression Tuple(IReadOnlyList<RustExpression> items) => items.Count == 1 ? items[0] : Call("", items);

    /// <summary>A slice with these items.</summary>
    public static RustExpression Slice(IEnumerable<RustExpression> items) => new SliceOf(items.ToEquatableArray());

    /// <summary>True if the expression can leave the function, because it contains a question mark.</summary>
    public bool CanLeave => this is Tried || Parts.Any(p => p.CanLeave);

    /// <summary>The expression before the question mark; null if there is none.</summary>
    public RustExpression? WithoutTry => (this as Tried)?.Operand;

    public RustExpression Method(string name, params IEnumerable<RustExpression> arguments)
        => new MethodCall(this, name, arguments.ToEquatableArray());

    public RustExpression Field(string name) => new FieldOf(this, name);

    /// <summary>The expression with a question mark.</summary>
    public RustExpression Try() => new Tried(this);

    /// <summary>The expression with a question mark if it can fail.</summary>
    public RustExpression TryIf(bool canFail) => canFail ? Try() : this;

    public RustExpression Cloned() => Method("clone");

    public RustExpression As(string type) => new Cast(this, type);

    public RustExpression Infix(string operation, RustExpression right) => new InfixOf(this, operation, right);

    public RustExpression Not() => new Prefixed("!", this);

    public RustExpression Minus() => new Prefixed("-", this);

    public RustExpression Dereference() => new Prefixed("*", this);

    /// <summary>A reference to the expression; the reference of a dereference is the original reference.</summary>
    public RustExpression Reference() => this is Prefixed { Operator: "*" } dereferenced ? dereferenced.Operand : new Prefixed("&", this);

    /// <summary>The expression in parentheses.</summary>
    public RustExpression Grouped() => new Group(this);

    /// <inheritdoc/>
    public sealed override string ToString() => Text;

    private string Postfix => IsPostfix ? Text : "(" + Text + ")";

    private static string List(IEnumerable<RustExpression> items) => string.Join(", ", items);

    private sealed record Atom(string Code) : RustExpression
    {
        private protected override string Text => Code;
    }

    private sealed record NumberLiteral(string Code, bool IsNegative) : RustExpression
    {
        private protected override bool IsPostfix => !IsNegative;

        private protected override string Text => Code;
    }

    private sealed record Group(RustExpression Operand) : RustExpression
    {
        private protected override IEnumerable<RustExpression> Parts => [Operand];

        private protected override string Text => "(" + Operand + ")";
    }

    private sealed record Prefixed(string Operator, RustExpression Operand) : RustExpression
    {
        private protected override bool IsPostfix => false;

        private protected override IEnumerable<RustExpression> Parts => [Operand];

        // Two minus signs in a row are hard to read.
        private protected override string Text => Operator + (Operator == "-" ? Operand.Postfix : Operand.Text);
    }

    private sealed record InfixOf(RustExpression Left, string Operator, RustExpression Right) : RustExpression
    {
        private protected override bool IsPostfix => false;

        private protected override IEnumerable<RustExpression> Parts => [Left, Right];

        private protected override string Text => Left.Text + " " + Operator + " " + Right.Text;
    }

    private sealed record Cast(RustExpression Operand, string Type) : RustExpression
    {
        private protected override bool IsPostfix => false;

        private protected override IEnumerable<RustExpression> Parts => [Operand];

        private protected override string Text => Operand.Text + " as " + Type;
    }

    private sealed record CallOf(string Function, EquatableArray<RustExpression> Arguments) : RustExpression
    {
        private protected override IEnumerable<RustExpression> Parts => Arguments;

        private protected override string Text => Function + "(" + List(Arguments) + ")";
    }

    private sealed record SliceOf(EquatableArray<RustExpression> Items) : RustExpression
    {
        private protected override IEnumerable<RustExpression> Parts => Items;

        private protected override string Text => "&[" + List(Items) + "]";
    }

    private sealed record MethodCall(RustExpression Receiver, string Name, EquatableArray<RustExpression> Arguments) : RustExpression
    {
        private protected override IEnumerable<RustExpression> Parts => Arguments.Prepend(Receiver);

        private protected override string Text => Receiver.Postfix + "." + Name + "(" + List(Arguments) + ")";
    }

    private sealed record FieldOf(RustExpression Receiver, string Name) : RustExpression
    {
        private protected override IEnumerable<RustExpression> Parts => [Receiver];

        private protected override string Text => Receiver.Postfix + "." + Name;
    }

    private sealed record Tried(RustExpression Operand) : RustExpression
    {
        private protected override IEnumerable<RustExpression> Parts => [Operand];

        private protected override string Text => Operand.Postfix + "?";
    }
}
