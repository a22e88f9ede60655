using System.Collections.Generic;
using System.Linq;

namespace Rewright.Cli.Import;

/// <summary>A type of bits that is being found out. Types that must be equal are joined.</summary>
internal sealed class AliveType
{
    private AliveType? _parent;
    private int? _width;
    private bool _isLarger;

    public AliveType(int? width = null) => _width = width;

    /// <summary>Stated width, or null.</summary>
    public int? Width => Root._width;

    /// <summary>True where it must be larger than another type.</summary>
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

    /// <summary>Makes two types one; false where both have a width and these differ.</summary>
    public bool Join(AliveType other)
    {
        AliveType a = Root, b = other.Root;
        if (ReferenceEquals(a, b)) return true;
        if (a._width is { } x && b._width is { } y && x != y) return false;
        (b._parent, a._width, a._isLarger) = (a, a._width ?? b._width, a._isLarger || b._isLarger);
        return true;
    }
}

/// <summary>What a term of Alive is.</summary>
internal enum AliveKind
{
    /// <summary>An input, <c>%x</c>.</summary>
    Input,
    /// <summary>A constant that is not known, <c>C1</c>.</summary>
    Constant,
    /// <summary>A number.</summary>
    Literal,
    /// <summary>An instruction.</summary>
    Instruction,
    /// <summary>A computation on constants, done by the compiler.</summary>
    Computation,
}

/// <summary>A term of Alive with its type. Compared by identity: an instruction is one value wherever it is used.</summary>
/// <param name="kind">What it is.</param>
/// <param name="name">Its name, number, or function.</param>
/// <param name="meaning">What a function computes.</param>
/// <param name="arguments">Operands.</param>
/// <param name="type">The type of its value.</param>
internal sealed class AliveTerm(AliveKind kind, string name, string meaning, AliveTerm[] arguments, AliveType type)
{
    public AliveKind Kind => kind;

    public string Name => name;

    public string Meaning => meaning;

    public AliveTerm[] Arguments => arguments;

    public AliveType Type => type;

    /// <summary>How many symbols it has when it is written out, and how deep they nest.</summary>
    public (long Size, int Depth) Extent { get; } = arguments.Aggregate(
        (Size: 1L, Depth: 1), (e, a) => (e.Size + a.Extent.Size, System.Math.Max(e.Depth, a.Extent.Depth + 1)));

    public IEnumerable<AliveTerm> Descendants() => arguments.SelectMany(a => a.Descendants()).Prepend(this);
}

/// <summary>A precondition: <c>and</c>, <c>or</c>, <c>not</c> of others, or a test of terms; one without anything holds.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Meaning">What a test computes.</param>
/// <param name="Parts">Of <c>and</c>, <c>or</c>, <c>not</c>.</param>
/// <param name="Operands">Of a test.</param>
internal sealed record AliveTest(string Function, string Meaning, AliveTest[] Parts, AliveTerm[] Operands)
{
    public static AliveTest True { get; } = new("true", "true", [], []);

    public IEnumerable<AliveTerm> Terms() => Operands.Concat(Parts.SelectMany(p => p.Terms()));
}
