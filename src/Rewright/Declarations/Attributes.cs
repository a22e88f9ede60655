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
    /// <summary>How to choose between rules that could both apply.</summary>
    public RuleOrder Order { get; set; }

    /// <summary>The modules whose sorts and symbols this module uses.</summary>
    public Type[] Uses { get; set; } = [];

    /// <summary>The passes that may optimise circuits besides the module's rules.</summary>
    public CircuitPass[] Passes { get; set; } = [];
}

/// <summary>Declares a sort: a readonly partial struct inside a module, whose values are handles of terms.</summary>
/// <remarks>
/// With a type, terms of the sort stand for objects of that type. Each class that derives from it and is not abstract is a constructor,
/// with the parameters of the class's constructor. <c>FromObject</c> and <c>ToObject</c> convert. A list of a type that has a sort can be a
/// sort too: its constructors are the empty list <c>NameNil()</c> and <c>NameCons(head, tail)</c>.
/// </remarks>
/// <example><code>
/// [Sort(typeof(Expr))]                public readonly partial struct ExprTerm;
/// [Sort(typeof(IReadOnlyList&lt;Expr&gt;))] public readonly partial struct ExprList;
/// </code></example>
[AttributeUsage(AttributeTargets.Struct, Inherited = false)]
public sealed class SortAttribute : Attribute
{
    /// <summary>Declares a sort whose constructors are in the module.</summary>
    public SortAttribute()
    {
    }

    /// <summary>Declares a sort whose terms stand for objects.</summary>
    public SortAttribute(Type objects) => Objects = objects;

    /// <summary>The type of the objects; null if the terms stand for none.</summary>
    public Type? Objects { get; }
}

/// <summary>Declares a constructor: a static partial method that returns a sort of the same module.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ConstructorAttribute : Attribute
{
    /// <summary>The weight of a node with this constructor when terms are compared by size; 1 by default.</summary>
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
    /// <summary>
    /// True if a term to which no rule applies is a result; otherwise such a term throws <see cref="StuckTermException"/>.
    /// </summary>
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
/// The method must be pure: the engine decides how often it calls it with the same arguments, and whether it calls it when the value is not
/// needed. An exception that it throws ends the evaluation and reaches the caller.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class HostOperationAttribute : Attribute;

/// <summary>States the meaning of a sort's terms or of a symbol, so that rules about them can be proved.</summary>
/// <remarks>
/// On a sort: <c>"bool"</c>, <c>"bits"</c> (proved at 8, 16, 32 and 64 bits) or <c>"bits 32"</c>, <c>"int"</c>, <c>"nat"</c>,
/// <c>"real"</c>, <c>"double"</c>. On a symbol: a function by its SMT-LIB or LLVM name, as in <c>"bvadd"</c> or <c>"add_nsw"</c>, or an
/// expression over its parameters, as in <c>"(bvadd x (bvneg y))"</c>.
/// </remarks>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Method, Inherited = false)]
public sealed class MeansAttribute(string meaning) : Attribute
{
    /// <summary>The meaning.</summary>
    public string Meaning { get; } = meaning;
}

/// <summary>
/// States that an operation with one parameter computes the meaning of its argument: rules that change terms are proved to keep this value.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class DenotesAttribute : Attribute;

/// <summary>Declares a pattern: a static method that returns <see cref="Rule"/>, whose parameters are the pattern's variables.</summary>
/// <remarks>The body is quoted by the compiler and never run.</remarks>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class PatternAttribute : Attribute
{
    /// <summary>If two patterns apply, the one with the higher priority is tried first; 0 by default.</summary>
    public int Priority { get; set; }

    /// <summary>The direction in which the pattern is read.</summary>
    public Polarity Polarity { get; set; }

    /// <summary>The group by which normalizers refer to the pattern; null for none.</summary>
    public string? Group { get; set; }

    /// <summary>Why the pattern is taken to be right without a proof; null to prove it.</summary>
    public string? Assumed { get; set; }

    /// <summary>True if the proof treats doubles as real numbers, which are never rounded.</summary>
    public bool Reals { get; set; }
    /// <summary>True if the two circuits of the pattern may differ by a global phase. Such a rule is not applied under control.</summary>
    public bool UpToPhase { get; set; }
}

/// <summary>Declares a normalizer: a static partial method from a sort to itself that applies simplifications.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class NormalizerAttribute(Strategy strategy = Strategy.Innermost) : Attribute
{
    /// <summary>The order in which the normalizer visits the term.</summary>
    public Strategy Strategy { get; } = strategy;

    /// <summary>The groups whose simplifications the normalizer applies; if empty, it applies those without a group.</summary>
    public string[] Groups { get; set; } = [];
}

/// <summary>
/// Declares a circuit that the build writes in OpenQASM 3: a static method from qubits and angles to a <see cref="Circuit"/>.
/// </summary>
/// <remarks>
/// The program can still call the method as an ordinary one. In a module, the build also optimises the circuit by the module's circuit
/// rules and passes. Both files go beside the assembly, below <c>qasm/</c>.
/// </remarks>
/// <example><code>
/// using static Rewright.Quantum.Gates;
///
/// [Circuit] static Circuit Bell(Qubit a, Qubit b) => [H(a), CX(a, b)];
/// </code></example>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class CircuitAttribute : Attribute;
