using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>Writes functions over the fields of all classes: equality, and the parts that an error may be found in.</summary>
/// <remarks>
/// Equal means equal as terms: numbers by bits with all NaNs equal, strings ordinally, other objects by reference. The equality of the
/// user's own types may differ, and may need a stack as deep as the term.
/// </remarks>
internal static class ObjectEquality
{
    // Deeper terms are compared with a list of what is left.
    private const string MostDepth = "256";

    /// <summary>Writes the functions.</summary>
    public static void Write(ObjectTypes types, IndentedWriter output, IReadOnlyList<Constructor> constructors)
    {
        string run = ObjectFunctions.Run;
        output.Separate();
        output.Line(ObjectFunctions.Method("AggressiveInlining"));
        output.Line("private static bool Same(object left, object right, " + run + " run)");
        output.Line("    => left == right || left.GetType() == right.GetType() && SameParts(left, right, 0, run);");
        output.Separate();
        using (output.Open("private static bool SameParts(object left, object right, int depth, " + run + " run)"))
        {
            output.Line("start:");
            output.Line("if (--run.Fuel < 0) run.Refill();");
            output.Line("if (depth > " + MostDepth + ") return SameDeep(left, right, run);");
            foreach (var constructor in constructors)
            {
                using var arm = OpenArm(types, output, constructor, "left");
                var fields = WriteValues(types, output, constructor);
                foreach (int list in fields.Where(i => types.IsList(constructor.Parameters[i].Sort)))
                    output.Line("if (!SameItems(" + types.Read(constructor, list, "a") + ", " + types.Read(constructor, list, "b")
                        + ", depth, run)) return false;");
                int[] children = [.. fields.Where(i => !types.IsList(constructor.Parameters[i].Sort))];
                for (int i = 0; i < children.Length - 1; i++)
                    WriteChild(types, output, constructor, children[i]);
                if (children.Length == 0)
                {
                    output.Line("return true;");
                    continue;
                }

                int last = children[children.Length - 1];
                output.Line("left = " + types.Read(constructor, last, "a") + ";");
                output.Line("right = " + types.Read(constructor, last, "b") + ";");
                output.Line("if (left == right) return true;");
                output.Line("if (left.GetType() != right.GetType()) return false;");
                output.Line("goto start;");
            }

            output.Line("throw " + run + ".Unknown(left);");
        }

        const string items = "global::Rewright.Binding.ObjectList<T>";
        output.Separate();
        using (output.Open("private static bool SameItems<T>(" + items + " left, " + items + " right, int depth, " + run
            + " run) where T : class"))
        {
            using (output.Open("for (; !left.IsSame(right); left = left.Tail, right = right.Tail)"))
            {
                output.Line("if (left.IsEmpty || right.IsEmpty) return left.IsEmpty && right.IsEmpty;");
                output.Line("object x = left.Head, y = right.Head;");
                output.Line("if (x != y && (x.GetType() != y.GetType() || !SameParts(x, y, depth + 1, run))) return false;");
            }

            output.Line("return true;");
        }

        output.Separate();
        using (output.Open("private static bool PushItems<T>(" + items + " left, " + items + " right, " + run + " run) where T : class"))
        {
            using (output.Open("for (; !left.IsSame(right); left = left.Tail, right = right.Tail)"))
            {
                output.Line("if (left.IsEmpty || right.IsEmpty) return left.IsEmpty && right.IsEmpty;");
                output.Line("run.Push(right.Head);");
                output.Line("run.Push(left.Head);");
            }

            output.Line("return true;");
        }

        output.Separate();
        using (output.Open("private static bool SameDeep(object left, object right, " + run + " run)"))
        {
            // The run itself marks the end of the pairs that are left, for there may be something else below them on the stack.
            output.Line("run.Push(run);");
            output.Line("bool same = true;");
            using (output.Open("do"))
            {
                output.Line("if (--run.Fuel < 0) run.Refill();");
                output.Line("same = same && (left == right || left.GetType() == right.GetType() && SameValues(left, right, run));");
                output.Line("left = run.Pop();");
                output.Line("if (left != run) right = run.Pop();");
            }

            output.Line("while (left != run);");
            output.Line("return same;");
        }

        output.Separate();
        using (output.Open("private static bool SameValues(object left, object right, " + run + " run)"))
        {
            foreach (var constructor in constructors)
            {
                using var arm = OpenArm(types, output, constructor, "left");
                foreach (int child in WriteValues(types, output, constructor).Reverse())
                {
                    if (types.IsList(constructor.Parameters[child].Sort))
                    {
                        output.Line("if (!PushItems(" + types.Read(constructor, child, "a") + ", " + types.Read(constructor, child, "b")
                            + ", run)) return false;");
                        continue;
                    }

                    output.Line("run.Push(" + types.Read(constructor, child, "b") + ");");
                    output.Line("run.Push(" + types.Read(constructor, child, "a") + ");");
                }

                output.Line("return true;");
            }

            output.Line("throw " + run + ".Unknown(left);");
        }

        WriteParts(types, output, constructors);
    }

    private static IndentedWriter.Block OpenArm(ObjectTypes types, IndentedWriter output, Constructor constructor, string item)
    {
        string code = types.Of(constructor).Code;
        var arm = output.Open("if (" + item + ".GetType() == typeof(" + code + "))");
        if (constructor.Arity > 0) output.Line("var a = As<" + code + ">(" + item + ");");
        return arm;
    }

    // Writes the comparison of the fields that are no terms, and returns the others.
    private static int[] WriteValues(ObjectTypes types, IndentedWriter output, Constructor constructor)
    {
        if (constructor.Arity > 0) output.Line("var b = As<" + types.Of(constructor).Code + ">(right);");
        var values = Enumerable.Range(0, constructor.Arity).ToLookup(i => constructor.Parameters[i].Sort is DataSort);
        foreach (int i in values[false])
            output.Line("if (!(" + ObjectFunctionWriter.SameCode(
                types, constructor.Parameters[i].Sort, types.Read(constructor, i, "a"), types.Read(constructor, i, "b"))
                + ")) return false;");
        return [.. values[true]];
    }

    private static void WriteChild(ObjectTypes types, IndentedWriter output, Constructor constructor, int child)
    {
        using var block = output.Open("");
        output.Line("object x = " + types.Read(constructor, child, "a") + ", y = " + types.Read(constructor, child, "b") + ";");
        output.Line("if (x != y && (x.GetType() != y.GetType() || !SameParts(x, y, depth + 1, run))) return false;");
    }

    private static void WriteParts(ObjectTypes types, IndentedWriter output, IReadOnlyList<Constructor> constructors)
    {
        const string paths = "global::Rewright.Binding.ObjectPaths";
        output.Separate();
        using var body = output.Open("private static void Parts(object item, " + paths + " paths)");
        foreach (var constructor in constructors)
        {
            using var arm = OpenArm(types, output, constructor, "item");
            for (int i = 0; i < constructor.Arity; i++)
            {
                string name = types.Of(constructor).Fields[i].Property, read = types.Read(constructor, i, "a");
                output.Line("paths.Read(" + CSharpText.StringLiteral(name) + ");");
                output.Line(types.IsList(constructor.Parameters[i].Sort)
                    ? "paths.AddItems(" + types.ReadAsIs(constructor, i, "a") + ");"
                    : constructor.Parameters[i].Sort is DataSort ? "paths.Add(" + read + ");" : "_ = " + read + ";");
            }

            output.Line("return;");
        }

        output.Line(paths + ".Unknown();");
    }
}
