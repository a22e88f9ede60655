using System.Collections.Generic;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Llvm.LlvmNames;
using static Rewright.Model.PrimitiveOp;

namespace Rewright.Emit.Llvm;

/// <summary>How the functions of built-in sorts are written in LLVM. What has no exact counterpart goes to the runtime.</summary>
internal static class LlvmPrimitives
{
    /// <summary>The number by which the runtime knows a function: operation, operand and result sort.</summary>
    public static int NumberOf(Primitive primitive)
        => (int)primitive.Op | (KindOf(primitive.Operand) << 8) | (KindOf(primitive.Result) << 12);

    /// <summary>The expression that computes a primitive inline; null where the runtime does.</summary>
    /// <param name="primitive">The function.</param>
    /// <param name="a">Operands, as LLVM values.</param>
    /// <param name="emit">Adds an instruction and gives its result's name.</param>
    public static string? Inline(Primitive primitive, IReadOnlyList<string> a, System.Func<string, string> emit)
    {
        var kind = Layouts.KindOf(primitive.Operand);
        bool signed = Layouts.IsSigned(primitive.Operand);
        string type = TypeOf(kind), name = TypeOf(kind) == "i64" ? "i64" : "i32";
        if (kind == WordKind.Term) return null;
        if (primitive.Op is PrimitiveOp.Convert or ConvertChecked) return Convert(primitive, a[0], emit);
        if (kind == WordKind.Double) return InlineDouble(primitive.Op, a, emit);
        if (kind == WordKind.Bool)
        {
            return primitive.Op switch
            {
                BitAnd => emit($"and i1 {a[0]}, {a[1]}"),
                BitOr => emit($"or i1 {a[0]}, {a[1]}"),
                BitXor or NotEqual => emit($"xor i1 {a[0]}, {a[1]}"),
                Not => emit($"xor i1 {a[0]}, true"),
                Equal => emit($"icmp eq i1 {a[0]}, {a[1]}"),
                _ => null,
            };
        }

        // The context is in reach of every function: what can raise takes it.
        string Checked(string function, params string[] arguments)
            => emit($"call {type} @rw.{function}.{(signed ? "s" : "u")}{name.Substring(1)}(ptr %context, {type} {string.Join($", {type} ", arguments)})");
        string Shift(string op)
        {
            string count = kind == WordKind.Int64 ? emit($"zext i32 {a[1]} to i64") : a[1];
            return emit($"{op} {type} {a[0]}, {emit($"and {type} {count}, {(kind == WordKind.Int64 ? "63" : "31")}")}");
        }

        string Compare(string predicate) => emit($"icmp {(predicate is "eq" or "ne" ? "" : signed ? "s" : "u")}{predicate} {type} {a[0]}, {a[1]}");
        return primitive.Op switch
        {
            Add => emit($"add {type} {a[0]}, {a[1]}"),
            Subtract => emit($"sub {type} {a[0]}, {a[1]}"),
            Multiply => emit($"mul {type} {a[0]}, {a[1]}"),
            Divide => Checked("div", a[0], a[1]),
            Remainder => Checked("rem", a[0], a[1]),
            AddChecked => Checked("add", a[0], a[1]),
            SubtractChecked => Checked("sub", a[0], a[1]),
            MultiplyChecked => Checked("mul", a[0], a[1]),
            Negate => emit($"sub {type} 0, {a[0]}"),
            NegateChecked => Checked("sub", "0", a[0]),
            Abs => Checked("abs", a[0]),
            Log2 => Checked("log2", a[0]),
            BitAnd => emit($"and {type} {a[0]}, {a[1]}"),
            BitOr => emit($"or {type} {a[0]}, {a[1]}"),
            BitXor => emit($"xor {type} {a[0]}, {a[1]}"),
            Complement => emit($"xor {type} {a[0]}, -1"),
            ShiftLeft => Shift("shl"),
            ShiftRight => Shift(signed ? "ashr" : "lshr"),
            ShiftRightUnsigned => Shift("lshr"),
            Equal => Compare("eq"),
            NotEqual => Compare("ne"),
            Less => Compare("lt"),
            LessOrEqual => Compare("le"),
            Greater => Compare("gt"),
            GreaterOrEqual => Compare("ge"),
            Min => emit($"call {type} @llvm.{(signed ? "s" : "u")}min.{type}({type} {a[0]}, {type} {a[1]})"),
            Max => emit($"call {type} @llvm.{(signed ? "s" : "u")}max.{type}({type} {a[0]}, {type} {a[1]})"),
            PrimitiveOp.Sign => SignOf(type, a[0], emit),
            PopCount => emit($"call {type} @llvm.ctpop.{type}({type} {a[0]})"),
            LeadingZeroCount => emit($"call {type} @llvm.ctlz.{type}({type} {a[0]}, i1 false)"),
            TrailingZeroCount => emit($"call {type} @llvm.cttz.{type}({type} {a[0]}, i1 false)"),
            CountUp => Define63(a, emit),
            IsPow2 => IsPowerOfTwo(type, signed, a[0], emit),
            _ => null,
        };
    }

    /// <summary>The functions with checks that inline code calls, for both widths.</summary>
    public static string Functions { get; } = MakeFunctions();

    private static string? InlineDouble(PrimitiveOp op, IReadOnlyList<string> a, System.Func<string, string> emit) => op switch
    {
        Add => emit($"fadd double {a[0]}, {a[1]}"),
        Subtract => emit($"fsub double {a[0]}, {a[1]}"),
        Multiply => emit($"fmul double {a[0]}, {a[1]}"),
        Divide => emit($"fdiv double {a[0]}, {a[1]}"),
        Negate => emit($"fneg double {a[0]}"),
        Abs => emit($"call double @llvm.fabs.f64(double {a[0]})"),
        Sqrt => emit($"call double @llvm.sqrt.f64(double {a[0]})"),
        Equal => emit($"fcmp oeq double {a[0]}, {a[1]}"),
        NotEqual => emit($"fcmp une double {a[0]}, {a[1]}"),
        Less => emit($"fcmp olt double {a[0]}, {a[1]}"),
        LessOrEqual => emit($"fcmp ole double {a[0]}, {a[1]}"),
        Greater => emit($"fcmp ogt double {a[0]}, {a[1]}"),
        GreaterOrEqual => emit($"fcmp oge double {a[0]}, {a[1]}"),
        IsNaN => emit($"fcmp uno double {a[0]}, 0.0"),
        // The other functions come from the C library; calling them as C# does is the way to get the same bits.
        _ => null,
    };

    private static string? Convert(Primitive primitive, string value, System.Func<string, string> emit)
    {
        var (from, to) = (Layouts.KindOf(primitive.Operand), Layouts.KindOf(primitive.Result));
        bool fromSigned = Layouts.IsSigned(primitive.Operand), toSigned = Layouts.IsSigned(primitive.Result);
        if (to == WordKind.Term) return null;
        if (primitive.Op == ConvertChecked && !(from != WordKind.Double && to == WordKind.Double)) return null;
        return (from, to) switch
        {
            (WordKind.Bool, _) => emit($"zext i1 {value} to {TypeOf(to)}"),
            (WordKind.Double, WordKind.Double) => value,
            (WordKind.Double, _) => emit($"call {TypeOf(to)} @llvm.fpto{(toSigned ? "s" : "u")}i.sat.{TypeOf(to)}.f64(double {value})"),
            (_, WordKind.Double) => emit($"{(fromSigned ? "s" : "u")}itofp {TypeOf(from)} {value} to double"),
            (WordKind.Int32, WordKind.Int64) => emit($"{(fromSigned ? "s" : "z")}ext i32 {value} to i64"),
            (WordKind.Int64, WordKind.Int32) => emit($"trunc i64 {value} to i32"),
            _ => value,
        };
    }

    private static string Define63(IReadOnlyList<string> a, System.Func<string, string> emit)
        => emit($"call i64 @rw.count.up(ptr %context, i64 {a[0]}, i64 {a[1]})");

    private static string SignOf(string type, string value, System.Func<string, string> emit)
    {
        string positive = emit($"zext i1 {emit($"icmp sgt {type} {value}, 0")} to i32");
        string negative = emit($"zext i1 {emit($"icmp slt {type} {value}, 0")} to i32");
        return emit($"sub i32 {positive}, {negative}");
    }

    private static string IsPowerOfTwo(string type, bool signed, string value, System.Func<string, string> emit)
    {
        string one = emit($"icmp eq {type} {emit($"call {type} @llvm.ctpop.{type}({type} {value})")}, 1");
        return signed ? emit($"and i1 {one}, {emit($"icmp sgt {type} {value}, 0")}") : one;
    }

    private static int KindOf(Sort sort) => sort switch
    {
        BuiltInSort b => (int)b.Kind,
        EnumSort e => (int)e.Underlying,
        _ => 15,
    };

    private static string MakeFunctions()
    {
        var text = new System.Text.StringBuilder($$"""
            define internal i64 @rw.count.up(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
              %sum = add i64 %x, %y
              %large = icmp slt i64 %sum, 0
              br i1 %large, label %overflow, label %fine, !prof !0
            overflow:
              call void @rw.raise(ptr %context, i32 {{Number(Abi.CounterOverflow)}})
              unreachable
            fine:
              ret i64 %sum
            }

            declare double @llvm.fabs.f64(double)
            declare double @llvm.sqrt.f64(double)
            declare i32 @llvm.fptosi.sat.i32.f64(double)
            declare i64 @llvm.fptosi.sat.i64.f64(double)
            declare i32 @llvm.fptoui.sat.i32.f64(double)
            declare i64 @llvm.fptoui.sat.i64.f64(double)


            """);
        foreach (string type in new[] { "i32", "i64" })
        {
            text.Append($"""
                declare {type} @llvm.smin.{type}({type}, {type})
                declare {type} @llvm.smax.{type}({type}, {type})
                declare {type} @llvm.umin.{type}({type}, {type})
                declare {type} @llvm.umax.{type}({type}, {type})
                declare {type} @llvm.ctpop.{type}({type})
                declare {type} @llvm.ctlz.{type}({type}, i1)
                declare {type} @llvm.cttz.{type}({type}, i1)


                """);
            foreach (bool signed in new[] { true, false })
            {
                string suffix = (signed ? "s" : "u") + type.Substring(1);
                text.Append(Division("div", signed, type, suffix)).Append(Division("rem", signed, type, suffix));
                foreach (string op in new[] { "add", "sub", "mul" }) text.Append(WithOverflow(op, signed, type, suffix));
                text.Append(Logarithm(signed, type, suffix));
            }

            text.Append(AbsoluteValue(type));
        }

        return text.ToString();
    }

    private static string Division(string op, bool signed, string type, string suffix)
    {
        string smallest = type == "i32" ? "-2147483648" : "-9223372036854775808";
        string overflow = !signed ? "" : $"""
              %smallest = icmp eq {type} %x, {smallest}
              %minus = icmp eq {type} %y, -1
              %overflow = and i1 %smallest, %minus
              br i1 %overflow, label %large, label %fine, !prof !0
            large:
              call void @rw.raise(ptr %context, i32 {Number(Abi.Overflow)})
              unreachable
            fine:
            """ + "\n";
        return $$"""
            define internal {{type}} @rw.{{op}}.{{suffix}}(ptr %context, {{type}} %x, {{type}} %y) alwaysinline nounwind {
              %zero = icmp eq {{type}} %y, 0
              br i1 %zero, label %undefined, label %defined, !prof !0
            undefined:
              call void @rw.raise(ptr %context, i32 {{Number(Abi.DivideByZero)}})
              unreachable
            defined:
            {{overflow}}  %result = {{(signed ? "s" : "u")}}{{op}} {{type}} %x, %y
              ret {{type}} %result
            }


            """;
    }

    private static string WithOverflow(string op, bool signed, string type, string suffix)
    {
        string intrinsic = $"@llvm.{(signed ? "s" : "u")}{op}.with.overflow.{type}";
        return $$"""
            declare { {{type}}, i1 } {{intrinsic}}({{type}}, {{type}})
            define internal {{type}} @rw.{{op}}.{{suffix}}(ptr %context, {{type}} %x, {{type}} %y) alwaysinline nounwind {
              %pair = call { {{type}}, i1 } {{intrinsic}}({{type}} %x, {{type}} %y)
              %overflow = extractvalue { {{type}}, i1 } %pair, 1
              br i1 %overflow, label %large, label %fine, !prof !0
            large:
              call void @rw.raise(ptr %context, i32 {{Number(Abi.Overflow)}})
              unreachable
            fine:
              %result = extractvalue { {{type}}, i1 } %pair, 0
              ret {{type}} %result
            }


            """;
    }

    private static string Logarithm(bool signed, string type, string suffix)
    {
        string check = !signed ? "" : $"""
              %negative = icmp slt {type} %x, 0
              br i1 %negative, label %outside, label %inside, !prof !0
            outside:
              call void @rw.raise(ptr %context, i32 {Number(Abi.OutOfRange)})
              unreachable
            inside:
            """ + "\n";
        return $$"""
            define internal {{type}} @rw.log2.{{suffix}}(ptr %context, {{type}} %x) alwaysinline nounwind {
            {{check}}  %positive = or {{type}} %x, 1
              %zeros = call {{type}} @llvm.ctlz.{{type}}({{type}} %positive, i1 true)
              %result = sub {{type}} {{(type == "i32" ? "31" : "63")}}, %zeros
              ret {{type}} %result
            }


            """;
    }

    private static string AbsoluteValue(string type)
    {
        string smallest = type == "i32" ? "-2147483648" : "-9223372036854775808";
        return $$"""
            define internal {{type}} @rw.abs.s{{type.Substring(1)}}(ptr %context, {{type}} %x) alwaysinline nounwind {
              %smallest = icmp eq {{type}} %x, {{smallest}}
              br i1 %smallest, label %large, label %fine, !prof !0
            large:
              call void @rw.raise(ptr %context, i32 {{Number(Abi.Overflow)}})
              unreachable
            fine:
              %negative = icmp slt {{type}} %x, 0
              %opposite = sub {{type}} 0, %x
              %result = select i1 %negative, {{type}} %opposite, {{type}} %x
              ret {{type}} %result
            }


            """;
    }
}
