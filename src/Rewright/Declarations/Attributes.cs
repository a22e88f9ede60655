using System;
using Rewright.Quantum;

namespace Rewright;

/// <summary>Declares a module: a static partial class whose members declare sorts, symbols, patterns and normalizers.</summary>
/// <example><code>
/// using static Rewright.Dsl;
///
/// [PatternModule]
/// public static partial class Peano
/// {
///     [Sort]        public readonly partial struct Nat;
///     [Constructor] public static partial Nat Zero();
///     [Constructor] public static partial Nat Succ(Nat pred);
///     [Operation]   public static partial Nat Plus(Nat x, Nat y);
///
///     [Pattern] static Rule PlusZero(Nat y)        => Rewrite(Plus(Zero(), y), to: y);
///     [Pattern] static Rule PlusSucc(Nat x, Nat y) => Rewrite(Plus(Succ(x), y), to: Succ(Plus(x, y)));
/// }
/// </code></example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PatternModuleAttribute : Attribute
{
    /// <summary>What decides between rules that could both apply.</summary>
    public RuleOrder Order { get; set; }

    /// <summary>Modules whose sorts and symbols this one names.</summary>
    public Type[] Uses { get; set; } = [];

    /// <summary>What circuits may be optimised by beyond the module's rules.</summary>
    public CircuitPass[] Passes { get; set; } = [];
}

/// <summary>Declares a sort: a readonly partial struct inside a module, whose values are handles of terms.</summary>
/// <remarks>
/// With a type, the sort's terms stand for its objects: each class that is not abstract and derives from it is a constructor,
/// whose parameters are those of the class's constructor. <c>FromObject</c> and <c>ToObject</c> convert. A list of a type
/// that has a sort is one as well: the empty list <c>NameNil()</c>, and <c>NameCons(head, tail)</c>.
/// </remarks>
/// <example><code>
/// [Sort(typeof(Expr))]                public readonly partial struct ExprTerm;
/// [Sort(typeof(IReadOnlyList&lt;Expr&gt;))] public readonly partial struct ExprList;
/// </code></example>
[AttributeUsage(AttributeTargets.Struct, Inherited = false)]
public sealed class SortAttribute : Attribute
{
    /// <summary>A sort whose constructors the module declares.</summary>
    public SortAttribute()
    {
    }

    /// <summary>A sort whose terms stand for objects.</summary>
    public SortAttribute(Type objects) => Objects = objects;

    /// <summary>The type of the objects, null for none.</summary>
    public Type? Objects { get; }
}

/// <summary>Declares a constructor: a static partial method that returns a sort of the same module.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ConstructorAttribute : Attribute
{
    /// <summary>What a node of it counts for when terms are compared by size; 1 unless set.</summary>
    public int Cost { get; set; } = 1;

    /// <summary>
    /// States <c>f(f(x, y), z) = f(x, f(y, z))</c>. It has no effect yet (RW0037): rules match arguments as they are written.
    /// </summary>
    public bool Associative { get; set; }

    /// <summary>States <c>f(x, y) = f(y, x)</c>. It has no effect yet (RW0037): rules match arguments as they are written.</summary>
    public bool Commutative { get; set; }

    /// <summary>
    /// The neutral argument, as in the text of a module: a constructor without parameters, or a term such as <c>Num(0)</c>. It has no
    /// effect yet (RW0037): rules match arguments as they are written.
    /// </summary>
    public string? Identity { get; set; }
}

/// <summary>Declares an operation: a static partial method that the module's rules evaluate.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OperationAttribute : Attribute
{
    /// <summary>True where a term to which no rule applies is a result; otherwise it throws <see cref="StuckTermException"/>.</summary>
    public bool Open { get; set; }

    /// <summary>
    /// States <c>f(f(x, y), z) = f(x, f(y, z))</c>. It has no effect yet (RW0037): rules match arguments as they are written.
    /// </summary>
    public bool Associative { get; set; }

    /// <summary>States <c>f(x, y) = f(y, x)</c>. It has no effect yet (RW0037): rules match arguments as they are written.</summary>
    public bool Commutative { get; set; }

    /// <summary>
    /// The neutral argument, as in the text of a module: a constructor without parameters, or a term such as <c>Num(0)</c>. It has no
    /// effect yet (RW0037): rules match arguments as they are written.
    /// </summary>
    public string? Identity { get; set; }
}

/// <summary>Declares an operation that is implemented in C#: a static method with a body, which rules may call.</summary>
/// <remarks>
/// It must be pure: how often it is called for the same arguments, and whether it is called where its value is not
/// needed, is up to the engine. An exception that it throws ends the evaluation and reaches the caller.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class HostOperationAttribute : Attribute;

/// <summary>States what the terms of a sort stand for, or what a symbol computes, so that rules about them can be proved.</summary>
/// <remarks>
/// Of a sort: <c>"bool"</c>, <c>"bits"</c> (proved at 8, 16, 32 and 64 bits) or <c>"bits 32"</c>, <c>"int"</c>, <c>"nat"</c>,
/// <c>"real"</c>, <c>"double"</c>. Of a symbol: a function by its SMT-LIB or LLVM name, as in <c>"bvadd"</c> or <c>"add_nsw"</c>, or an
/// expression over its parameters, as in <c>"(bvadd x (bvneg y))"</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Method, Inherited = false)]
public sealed class MeansAttribute(string meaning) : Attribute
{
    /// <summary>The meaning.</summary>
    public string Meaning { get; } = meaning;
}

/// <summary>
/// Says of an operation with one parameter that its value is what a term means: rules that change terms are proved to keep it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class DenotesAttribute : Attribute;

/// <summary>Declares a pattern: a static method that returns <see cref="Rule"/>, whose parameters are the pattern's variables.</summary>
/// <remarks>The body is quoted by the compiler and never run.</remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class PatternAttribute : Attribute
{
    /// <summary>Of two patterns that apply, the one of higher priority is tried first; 0 unless set.</summary>
    public int Priority { get; set; }

    /// <summary>Which way the pattern is read.</summary>
    public Polarity Polarity { get; set; }

    /// <summary>The group that normalizers name to apply the pattern; null for none.</summary>
    public string? Group { get; set; }

    /// <summary>Why the pattern is taken to be right without a proof; null where it is to be proved.</summary>
    public string? Assumed { get; set; }

    /// <summary>True where the proof reads doubles as real numbers, which are never rounded.</summary>
    public bool Reals { get; set; }
    /// <summary>True where the circuits of the pattern may differ by a global phase. Such a rule is not applied under control.</summary>
    public bool UpToPhase { get; set; }
}

/// <summary>Declares a normalizer: a static partial method from a sort to itself that applies simplifications.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class NormalizerAttribute(Strategy strategy = Strategy.Innermost) : Attribute
{
    /// <summary>How it visits the term.</summary>
    public Strategy Strategy { get; } = strategy;

    /// <summary>The groups whose simplifications it applies; empty means those that are in no group.</summary>
    public string[] Groups { get; set; } = [];
}

/// <summary>
/// Declares a circuit that the build writes in OpenQASM 3: a static method from qubits and angles to a <see cref="Circuit"/>.
/// </summary>
/// <remarks>
/// The method stays an ordinary one, which a program can call. In a module, the build optimises the circuit by the module's circuit rules
/// and passes too. Both files go beside the assembly, below <c>qasm/</c>.
/// </remarks>
/// <example><code>
/// using static Rewright.Quantum.Gates;
///
/// [Circuit] static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, b)];
/// </code></example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CircuitAttribute : Attribute;
