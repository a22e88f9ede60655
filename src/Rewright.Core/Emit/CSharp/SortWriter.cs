using System.Collections.Generic;
using System.Linq;
using Rewright.Model;

namespace Rewright.Emit.CSharp;

/// <summary>Writes the handle struct of a sort.</summary>
internal static class SortWriter
{
    // Members that every record struct has.
    private static readonly string[] RecordMembers =
        ["Equals", "GetHashCode", "ToString", "Deconstruct", "PrintMembers", "GetType", "MemberwiseClone", "ReferenceEquals", "Finalize"];

    public static void Write(IndentedWriter writer, SortShape sort, List<MethodShape> constructors)
    {
        string self = CSharpText.Identifier(sort.Name);
        // A member cannot have the name of its type.
        string Member(string member) => member == sort.Name ? member + "_" : member;
        string kind = Member("Kind"), kinds = Member("Kinds");

        writer.Line("/// <remarks>Built by "
            + string.Join(", ", constructors.Select(c => "<c>" + CSharpText.XmlText(Signature(c)) + "</c>")) + ".</remarks>");
        writer.Line("[global::System.Diagnostics.DebuggerDisplay(\"{ToString(200),nq}\")]");
        using var block = writer.Open("partial struct " + self + " : global::Rewright.ITerm<" + self + ">");
        writer.Line("private readonly global::Rewright.Term _term;");
        writer.Separate();
        writer.Line("private " + self + "(global::Rewright.Term term) => this._term = term;");
        WriteKinds(writer, kind, kinds, constructors);
        for (int tag = 0; tag < constructors.Count; tag++) WriteInspection(writer, constructors[tag], CSharpText.Number(tag), Member);

        writer.Separate();
        writer.Line("/// <summary>Reads a term from its text, as <c>ToString</c> writes it.</summary>");
        writer.Line("/// <param name=\"text\">The text.</param>");
        writer.Line("/// <param name=\"heap\">Where the term is built; null for the innermost heap of this thread.</param>");
        writer.Line("/// <exception cref=\"global::System.FormatException\">The text is not a term of this sort.</exception>");
        writer.Line("public static " + self + " " + Member("Parse") + "(string text, global::Rewright.TermHeap? heap = null) => new "
            + self + "("
            + BindingWriter.SortField(sort.Name) + ".Parse(text, heap));");
        writer.Separate();
        writer.Line("/// <summary>The same term in another heap.</summary>");
        writer.Line("public " + self + " " + Member("CopyTo") + "(global::Rewright.TermHeap heap) => new " + self
            + "(this._term.CopyTo(heap));");
        writer.Separate();
        writer.Line("/// <summary>True where both are the same term, by structure.</summary>");
        writer.Line("public bool Equals(" + self + " other) => this._term.Equals(other._term);");
        writer.Separate();
        writer.Line("/// <inheritdoc/>");
        writer.Line("public override bool Equals(object? obj) => obj is " + self + " other && this._term.Equals(other._term);");
        writer.Separate();
        writer.Line("/// <inheritdoc/>");
        writer.Line("public override int GetHashCode() => this._term.GetHashCode();");
        writer.Separate();
        writer.Line("/// <summary>The term as text that <c>" + Member("Parse") + "</c> reads.</summary>");
        writer.Line("public override string ToString() => this._term.ToString();");
        writer.Separate();
        writer.Line("/// <summary>The term as text, shortened where it has more than <paramref name=\"maxLength\"/> characters.</summary>");
        writer.Line("public string ToString(int maxLength) => this._term.ToString(maxLength);");
        writer.Separate();
        writer.Line("/// <summary>True where both are the same term, by structure.</summary>");
        writer.Line("public static bool operator ==(" + self + " left, " + self + " right) => left._term.Equals(right._term);");
        writer.Separate();
        writer.Line("/// <summary>True where the terms differ.</summary>");
        writer.Line("public static bool operator !=(" + self + " left, " + self + " right) => !left._term.Equals(right._term);");
        writer.Separate();
        writer.Line("/// <summary>The handle without its C# type.</summary>");
        writer.Line("public static implicit operator global::Rewright.Term(" + self + " term) => term._term;");
        writer.Separate();
        writer.Line("/// <summary>The handle with its C# type.</summary>");
        writer.Line("/// <exception cref=\"global::System.InvalidCastException\">The term is of another sort.</exception>");
        writer.Line("public static explicit operator " + self + "(global::Rewright.Term term) => new " + self + "("
            + BindingWriter.SortField(sort.Name) + ".Cast(term));");
        if (sort.Objects is { } objects) ObjectWriter.Write(writer, sort, objects, Member);
        writer.Separate();
        // Implemented explicitly, so that a sort may be called Term.
        string contract = "global::Rewright.ITerm<" + self + ">.";
        writer.Line("global::Rewright.Term " + contract + "Term => this._term;");
        writer.Separate();
        writer.Line("static " + self + " " + contract + "FromTerm(global::Rewright.Term term) => new " + self + "(term);");
    }

    private static void WriteKinds(IndentedWriter writer, string kind, string kinds, List<MethodShape> constructors)
    {
        writer.Separate();
        writer.Line("/// <summary>The constructor at the root of the term.</summary>");
        writer.Line("public " + kinds + " " + kind + " => (" + kinds + ")this._term.Tag;");
        writer.Separate();
        writer.Line("/// <summary>What can be at the root of a term.</summary>");
        using var block = writer.Open("public enum " + kinds);
        string stuck = "Stuck";
        while (constructors.Any(c => c.Name == stuck)) stuck += "_";
        writer.Line("/// <summary>An open operation to which no rule applies.</summary>");
        writer.Line(stuck + " = -1,");
        for (int tag = 0; tag < constructors.Count; tag++)
        {
            writer.Line("/// <summary><c>" + CSharpText.XmlText(Signature(constructors[tag])) + "</c></summary>");
            writer.Line(CSharpText.Identifier(constructors[tag].Name) + " = " + CSharpText.Number(tag) + ",");
        }
    }

    private static void WriteInspection(IndentedWriter writer, MethodShape constructor, string tag, System.Func<string, string> member)
    {
        string name = constructor.Name, text = "<c>" + CSharpText.XmlText(Signature(constructor)) + "</c>";
        writer.Separate();
        writer.Line("/// <summary>True for " + text + ".</summary>");
        writer.Line("public bool " + member("Is" + name) + " => this._term.Tag == " + tag + ";");
        if (constructor.Parameters.Count == 0) return;

        var parameters = constructor.Parameters;
        writer.Separate();
        writer.Line("/// <summary>True for " + text + ", whose arguments it gives.</summary>");
        using (writer.Open(constructor.Access + " bool " + member("TryGet" + name) + "("
            + string.Join(", ", parameters.Select(p => "out " + p.Type.Code + " " + CSharpText.Identifier(p.Name))) + ")"))
        {
            using (writer.Open("if (this._term.Tag != " + tag + ")"))
            {
                foreach (var parameter in parameters) writer.Line(CSharpText.Identifier(parameter.Name) + " = default!;");
                writer.Line("return false;");
            }

            writer.Separate();
            for (int i = 0; i < parameters.Count; i++)
                writer.Line(CSharpText.Identifier(parameters[i].Name) + " = " + Field(parameters[i].Type, i) + ";");
            writer.Line("return true;");
        }

        string view = member(name + "View");
        writer.Separate();
        writer.Line("/// <summary>The arguments of " + text + ", null for any other term.</summary>");
        writer.Line(constructor.Access + " " + view + "? " + member("As" + name) + " => this._term.Tag == " + tag + " ? new " + view + "("
            + string.Join(", ", parameters.Select((p, i) => Field(p.Type, i))) + ") : null;");
        writer.Separate();
        writer.Line("/// <summary>The arguments of " + text + ".</summary>");
        var properties = PropertyNames(view, parameters);
        for (int i = 0; i < parameters.Count; i++)
            writer.Line("/// <param name=\"" + properties[i] + "\">The argument <c>" + parameters[i].Name + "</c>.</param>");
        writer.Line(constructor.Access + " readonly record struct " + view + "("
            + string.Join(", ", parameters.Select((p, i) => p.Type.Code + " " + CSharpText.Identifier(properties[i]))) + ");");
    }

    private static List<string> PropertyNames(string view, EquatableArray<ParameterShape> parameters)
    {
        var names = new List<string>();
        foreach (var parameter in parameters)
        {
            string name = char.ToUpperInvariant(parameter.Name[0]) + parameter.Name.Substring(1);
            while (name == view || RecordMembers.Contains(name) || names.Contains(name)) name += "_";
            names.Add(name);
        }

        return names;
    }

    private static string Field(TypeShape type, int index)
    {
        string i = CSharpText.Number(index);
        return type.Role switch
        {
            TypeRole.Term => "this._term.GetTerm<" + type.Code + ">(" + i + ")",
            TypeRole.Reference => "new " + type.Code + "(this._term.GetReference<" + type.Target + ">(" + i + "))",
            _ => "this._term.GetValue<" + type.Code + ">(" + i + ")",
        };
    }

    private static string Signature(MethodShape constructor)
        => constructor.Name + "(" + string.Join(", ", constructor.Parameters.Select(p => p.Name)) + ")";
}
