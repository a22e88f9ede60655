using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Simplify.Expressions;

/// <summary>The operations of straight-line real arithmetic, by their meaning over the real numbers: nothing rounds,
/// nothing overflows, zero has no sign, and outside its domain an operation is undefined.</summary>
public enum Operation
{
    Neg, Add, Sub, Mul, Div, Fabs, Fma,
    Sqrt, Cbrt, Hypot,

    /// <summary>Defined for a positive base, for zero and an exponent of at least zero (0^0 = 1), and for a negative
    /// base and an integer exponent.</summary>
    Pow,
    Exp, Exp2, Expm1, Log, Log2, Log10, Log1p,
    Sin, Cos, Tan, Asin, Acos, Atan,

    /// <summary>The angle of the point (second argument, first argument), in (-pi, pi]; undefined at the origin.</summary>
    Atan2,
    Sinh, Cosh, Tanh, Asinh, Acosh, Atanh,
    Erf, Erfc,
    Fmin, Fmax, Fdim,
    Floor, Ceil, Trunc,

    /// <summary>To the nearest integer, halves away from zero.</summary>
    Round,

    /// <summary>To the nearest integer, halves to the even one.</summary>
    NearbyInt,

    /// <summary><c>x - y * trunc(x / y)</c></summary>
    Fmod,

    /// <summary><c>x - y * nearbyint(x / y)</c></summary>
    Remainder,

    /// <summary>The magnitude of the first argument, negative where the second is.</summary>
    Copysign,

    Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual,
    And, Or, Not,

    /// <summary>Only the branch that the condition selects has to be defined.</summary>
    If,
}

/// <summary>What sort of argument an operation takes and what it gives.</summary>
public enum OperationKind
{
    /// <summary>Reals to a real.</summary>
    Arithmetic,

    /// <summary>Reals to a truth value.</summary>
    Comparison,

    /// <summary>Truth values to a truth value.</summary>
    Logic,

    /// <summary>A truth value and two branches of the same sort.</summary>
    Choice,
}

public static class Operations
{
    private sealed record Signature(Operation Operation, string Name, int Arity, OperationKind Kind);

    private static readonly ImmutableArray<Signature> Signatures = List();

    private static readonly Dictionary<(string, int), Operation> ByName =
        Signatures.ToDictionary(s => (s.Name, s.Arity), s => s.Operation);

    private static readonly HashSet<string> Names = [.. Signatures.Select(s => s.Name)];

    /// <summary>The name that FPCore gives it. Negation and subtraction share one.</summary>
    public static string Name(this Operation operation) => Signatures[(int)operation].Name;

    public static int Arity(this Operation operation) => Signatures[(int)operation].Arity;

    public static OperationKind Kind(this Operation operation) => Signatures[(int)operation].Kind;

    public static bool IsName(string name) => Names.Contains(name);

    public static bool TryFind(string name, int arity, out Operation operation) => ByName.TryGetValue((name, arity), out operation);

    private static ImmutableArray<Signature> List()
    {
        return [.. Enum.GetValues<Operation>().Select(Describe)];

        static Signature Describe(Operation operation) => operation switch
        {
            Operation.Neg => new(operation, "-", 1, OperationKind.Arithmetic),
            Operation.Add => new(operation, "+", 2, OperationKind.Arithmetic),
            Operation.Sub => new(operation, "-", 2, OperationKind.Arithmetic),
            Operation.Mul => new(operation, "*", 2, OperationKind.Arithmetic),
            Operation.Div => new(operation, "/", 2, OperationKind.Arithmetic),
            Operation.Fma => new(operation, "fma", 3, OperationKind.Arithmetic),
            Operation.Hypot or Operation.Pow or Operation.Atan2 or Operation.Fmin or Operation.Fmax or Operation.Fdim
                or Operation.Fmod or Operation.Remainder or Operation.Copysign
                => new(operation, LowerName(operation), 2, OperationKind.Arithmetic),
            Operation.Less => new(operation, "<", 2, OperationKind.Comparison),
            Operation.LessEqual => new(operation, "<=", 2, OperationKind.Comparison),
            Operation.Greater => new(operation, ">", 2, OperationKind.Comparison),
            Operation.GreaterEqual => new(operation, ">=", 2, OperationKind.Comparison),
            Operation.Equal => new(operation, "==", 2, OperationKind.Comparison),
            Operation.NotEqual => new(operation, "!=", 2, OperationKind.Comparison),
            Operation.And or Operation.Or => new(operation, LowerName(operation), 2, OperationKind.Logic),
            Operation.Not => new(operation, "not", 1, OperationKind.Logic),
            Operation.If => new(operation, "if", 3, OperationKind.Choice),
            _ => new(operation, LowerName(operation), 1, OperationKind.Arithmetic),
        };

        static string LowerName(Operation operation) => operation.ToString().ToLowerInvariant();
    }
}
