using System.Collections.Generic;
using System.Linq;

namespace Rewright.Cli.Import;

/// <summary>A bit-vector type under inference. Types that must be equal are joined.</summary>
internal sealed class AliveType
{
    private AliveType? _parent;
    private int? _width;
    private bool _isLarger;

    public AliveType(int? width = null) => _width = width;

    /// <summary>The stated width, or null.</summary>
    public int? Width => Root._width;

    /// <summary>True if the type must be larger than another type.</summary>
    public bool IsLarger
    {
        get => Root._isLarger;
        set => Root._isLarger |= value;
    }

    public AliveType Root
    {
        get
        {
            var root = this;
            while (root._parent is not null) root = root._parent;
            if (_parent is not null) _parent = root;
            return root;
        }
    }

    /// <summary>Makes two types one. Returns false if both have widths and these differ.</summary>
    public bool Join(AliveType other)
    {
        AliveType a = Root, b = other.Root;
        if (ReferenceEquals(a, b)) return true;
        if (a._width is { } x && b._width is { } y && x != y) return false;
        (b._parent, a._width, a._isLarger) = (a, a._width ?? b._width, a._isLarger || b._isLarger);
        return true;
    }
}

/// <summary>The kinds of Alive terms.</summary>
internal enum AliveKind
{
    /// <summary>An input, <c>%x</c>.</summary>
    Input,
    /// <summary>An unknown constant, <c>C1</c>.</summary>
    Constant,
    /// <summary>A number.</summary>
    Literal,
    /// <summary>An instruction.</summary>
    Instruction,
    /// <summary>A computation on constants, which the compiler performs.</summary>
    Computation,
}

/// <summary>A term of Alive with its type. Terms are compared by identity: an instruction is one value in all its uses.</summary>
/// <param name="kind">The kind of term.</param>
/// <param name="name">Its name, number, or function.</param>
/// <param name="meaning">The SMT meaning of a function.</param>
/// <param name="arguments">The operands.</param>
/// <param name="type">The type of its value.</param>
internal sealed class AliveTerm(AliveKind kind, string name, string meaning, AliveTerm[] arguments, AliveType type)
{
    public AliveKind Kind => kind;

    public string Name => name;

    public string Meaning => meaning;

    public AliveTerm[] Arguments => arguments;

    public AliveType Type => type;

    /// <summary>The number of symbols in the written term, and their nesting depth.</summary>
    public (long Size, int Depth) Extent { get; } = arguments.Aggregate(
        (Size: 1L, Depth: 1), (e, a) => (e.Size + a.Extent.Size, System.Math.Max(e.Depth, a.Extent.Depth + 1)));

    public IEnumerable<AliveTerm> Descendants() => arguments.SelectMany(a => a.Descendants()).Prepend(this);
}

/// <summary>A precondition: <c>and</c>, <c>or</c>, <c>not</c> of others, or a test of terms. An empty <c>and</c> always holds.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Meaning">The SMT meaning of a test.</param>
/// <param name="Parts">The operands of <c>and</c>, <c>or</c>, <c>not</c>.</param>
/// <param name="Operands">The operands of a test.</param>
internal sealed record AliveTest(string Function, string Meaning, AliveTest[] Parts, AliveTerm[] Operands)
{
    public static AliveTest True { get; } = new("true", "true", [], []);

    public IEnumerable<AliveTerm> Terms() => Operands.Concat(Parts.SelectMany(p => p.Terms()));
}
