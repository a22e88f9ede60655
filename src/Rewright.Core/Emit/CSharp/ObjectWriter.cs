using System.Collections.Generic;
using System.Linq;

namespace Rewright.Emit.CSharp;

/// <summary>Writes the conversion between the terms of a sort and C# objects.</summary>
internal static class ObjectWriter
{
    private const string Binding = "global::Rewright.Binding.";

    /// <summary>Writes the members of the handle struct.</summary>
    public static void Write(IndentedWriter writer, SortShape sort, ObjectShape objects, System.Func<string, string> member)
    {
        string self = CSharpText.Identifier(sort.Name);
        string from = member("FromObject"), to = member("ToObject");
        writer.Separate();
        writer.Line("private static readonly " + Binding + "ObjectSort s_objects = " + Conversion(sort, objects) + ";");
        writer.Separate();
        writer.Line("/// <summary>For generated code of sorts that hold this one.</summary>");
        writer.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        writer.Line("public static " + Binding + "ObjectSort RewrightObjects => s_objects;");
        writer.Separate();
        writer.Line("/// <summary>The term of an object; what the object shares is shared in the term.</summary>");
        writer.Line("/// <param name=\"value\">The object.</param>");
        writer.Line("/// <param name=\"heap\">Where the term is made; null for the innermost heap of this thread.</param>");
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A part is null, or of a type that is no constructor of the "
            + "sort.</exception>");
        writer.Line(objects.Access + " static " + self + " " + from + "(" + objects.Code
            + " value, global::Rewright.TermHeap? heap = null) => new " + self + "(s_objects.From(value, heap));");
        writer.Separate();
        writer.Line("/// <summary>The object of the term; what the term shares is shared in the object.</summary>");
        writer.Line("/// <exception cref=\"global::System.InvalidOperationException\">The term holds an operation to which no rule "
            + "applies.</exception>");
        writer.Line(objects.Access + " " + objects.Code + " " + to + "() => " + (objects.Element.Length > 0
            ? Around(objects.FromArray, "(" + objects.Element + "[])s_objects.To(this._term)")
                : "(" + objects.Code + ")s_objects.To(this._term)") + ";");
        if (objects.Element.Length == 0) WriteParts(writer, objects);
    }

    private static string Conversion(SortShape sort, ObjectShape objects)
    {
        string binding = "static () => " + BindingWriter.SortField(sort.Name);
        return objects.Element.Length > 0
            ? Binding + "ObjectSort.OfList<" + objects.Element + ">(" + binding + ", static () => " + objects.ElementSort
                + ".RewrightObjects)"
            : "new " + Binding + "ObjectSort(" + binding + ", Split, Join, Children)";
    }

    private static void WriteParts(IndentedWriter writer, ObjectShape objects)
    {
        writer.Separate();
        using (writer.Open("private static int Split(object value, " + Binding + "ObjectParts parts)"))
        {
            for (int tag = 0; tag < objects.Constructors.Count; tag++)
            {
                var constructor = objects.Constructors[tag];
                // Tests for exactly this type, because a type derived from it may be a constructor too.
                using (writer.Open("if (value.GetType() == typeof(" + constructor.Code + "))"))
                {
                    if (constructor.Fields.Count > 0) writer.Line("var item = (" + constructor.Code + ")value;");
                    foreach (var field in constructor.Fields)
                    {
                        string property = "item." + CSharpText.Identifier(field.Property);
                        writer.Line(field.Kind switch
                        {
                            ObjectFieldKind.Value => "parts.AddValue((" + field.Sent + ")" + property + ");",
                            ObjectFieldKind.Reference => "parts.AddReference(" + property + ");",
                            _ => "parts.AddChild(" + field.Sent + ".RewrightObjects, " + property + ");",
                        });
                    }

                    writer.Line("return " + CSharpText.Number(tag) + ";");
                }
            }

            writer.Line("return -1;");
        }

        writer.Separate();
        WriteSwitch(writer, "private static object Join(int tag, " + Binding + "ObjectParts parts)", objects,
            c => "new " + c.Code + "(" + string.Join(", ", c.Fields.Select(Received)) + ")");
        writer.Separate();
        string type = Binding + "ObjectSort?[]";
        WriteSwitch(writer, "private static " + type + " Children(int tag)", objects,
            c => c.Fields.Count == 0 ? "global::System.Array.Empty<" + Binding + "ObjectSort?>()"
            : "new " + type + " { "
                + string.Join(", ", c.Fields.Select(f => f.Kind == ObjectFieldKind.Child ? f.Sent + ".RewrightObjects" : "null")) + " }");
    }

    private static void WriteSwitch(IndentedWriter writer, string header, ObjectShape objects, System.Func<ObjectConstructor, string> value)
    {
        using var block = writer.Open(header);
        using (writer.Open("switch (tag)"))
        {
            for (int tag = 0; tag < objects.Constructors.Count; tag++)
                writer.Line((tag < objects.Constructors.Count - 1 ? "case " + CSharpText.Number(tag) : "default") + ": return "
                    + value(objects.Constructors[tag]) + ";");
        }
    }

    private static string Received(ObjectField field, int index)
    {
        string i = CSharpText.Number(index);
        return Around(field.Back, field.Kind switch
        {
            ObjectFieldKind.Value => "(" + field.Type + ")parts.Value<" + field.Sent + ">(" + i + ")",
            ObjectFieldKind.Reference => "(" + field.Type + ")parts.Reference(" + i + ")!",
            _ => "(" + field.Type + ")parts.Child(" + i + ")",
        });
    }

    private static string Around(string code, string value) => code.Replace("{0}", value);
}
