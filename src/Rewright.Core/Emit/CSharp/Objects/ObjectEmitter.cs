using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>Writes a module's operations and normalizers as C# over the user's own objects.</summary>
public static class ObjectEmitter
{
    /// <summary>The reason why a module cannot run on objects; null if it can.</summary>
    /// <param name="module">The module.</param>
    /// <param name="shapes">The shapes of the modules in its closure that are declared in the same project.</param>
    public static string? ObstacleOf(ModuleDefinition module, IReadOnlyCollection<ModuleShape> shapes)
    {
        var objects = ShapesOf(shapes);
        foreach (var sort in module.Closure.SelectMany(m => m.Sorts))
        {
            if (!objects.ContainsKey(ObjectTypes.NameOf(sort)))
                return "the sort " + sort.Name + " stands for no C# type; declare it with [Sort(typeof(...))]";
        }

        foreach (var operation in module.Closure.SelectMany(m => m.Operations))
        {
            if (operation.IsOpen) return "the operation " + operation.Name + " is open, and no object stands for a call of it";
            if (operation.IsHost && operation.Parameters.Select(p => p.Sort).Append(operation.Result).Any(s => s is DataSort))
                return "the host operation " + operation.Name + " takes or returns terms in the heap";
        }

        return null;
    }

    /// <summary>The file of a module's code over objects.</summary>
    /// <param name="shape">The module's declarations.</param>
    /// <param name="module">The module; null if it has an error, or only declarations matter, as in an editor.</param>
    /// <param name="shapes">The shapes of the modules in its closure that are declared in the same project.</param>
    public static string Write(ModuleShape shape, ModuleDefinition? module, IReadOnlyCollection<ModuleShape> shapes)
    {
        var methods = shape.Methods.Where(m => m.IsOverObjects).ToList();
        var writer = new IndentedWriter();
        BindingWriter.InModule(writer, shape, () =>
        {
            writer.Line("#pragma warning disable");
            writer.Line("#nullable disable");
            using var block = writer.Open("private static class " + BindingWriter.ObjectCode);
            if (module is null || ObstacleOf(module, shapes) is not null) foreach (var method in methods) WriteStub(writer, method);
            else WriteCode(writer, shape, module, shapes, methods);
        });
        return writer.ToString();
    }

    private static void WriteStub(IndentedWriter writer, MethodShape method)
    {
        writer.Separate();
        writer.Line(Header(method) + " => throw new global::System.InvalidOperationException(\"The module has errors.\");");
    }

    private static void WriteCode(
        IndentedWriter writer, ModuleShape shape, ModuleDefinition module, IReadOnlyCollection<ModuleShape> shapes,
        List<MethodShape> methods)
    {
        var program = Pipeline.Lower(module, ProgramForm.Objects);
        var types = new ObjectTypes(ShapesOf(shapes));
        var hosts = shapes.SelectMany(s => s.Methods.Where(m => m.Role == MethodRole.HostOperation)
            .Select(m => (Name: s.FullName + "." + m.Name, Method: m))).ToDictionary(m => m.Name, m => m.Method);
        var functions = new ObjectFunctions(program, types, hosts, shapes.ToDictionary(s => s.FullName, s => s.Code));
        var symbols = module.Operations.Where(o => !o.IsHost).Select(o => o.Name).Concat(module.Normalizers.Select(n => n.Name)).ToList();
        foreach (var method in methods) WriteEntry(writer, functions, shape, method, program.Entries[symbols.IndexOf(method.Name)]);
        foreach (var function in program.Functions) ObjectFunctionWriter.Write(functions, writer, function);
        ObjectEquality.Write(
            types, writer, [.. module.Closure.SelectMany(m => m.Sorts).Where(s => !types.IsList(s)).SelectMany(s => s.Constructors)]);
        WriteSteps(writer, functions);
        writer.Separate();
        writer.Line(ObjectFunctions.Method("AggressiveInlining"));
        writer.Line("private static T As<T>(object item) where T : class => global::System.Runtime.CompilerServices.Unsafe.As<T>(item);");
        foreach (var (name, type, value) in functions.Constants)
        {
            writer.Separate();
            writer.Line(value is null ? "private static " + type + " " + name + ";"
                : "private static readonly " + type + " " + name + " = " + value + ";");
        }
    }

    private static void WriteEntry(IndentedWriter writer, ObjectFunctions functions, ModuleShape shape, MethodShape method, Function entry)
    {
        string name = shape.FullName + "." + method.Name;
        writer.Separate();
        using var body = writer.Open(Header(method));
        writer.Line("var run = " + ObjectFunctions.Run + ".Begin(" + CSharpText.StringLiteral(name) + ", "
            + (method.Role == MethodRole.Normalizer ? "true" : "false") + ", Parts, " + InputsOf(method).First()
            + string.Concat(method.Parameters.Select((p, i) => p.Type.Role == TypeRole.Limits ? ", " + Argument(i) : "")) + ");");
        using (writer.Open("try"))
        {
            string arguments = string.Concat(entry.Parameters.Select((p, i) => Given(functions, method.Parameters[i], i, p.Sort) + ", "));
            writer.Line("var result = " + functions.NameOf(entry) + "(" + arguments + "run);");
            writer.Line("run.End();");
            writer.Line("return " + (entry.Result is EnumSort ? "unchecked((" + method.Result.Code + ")result)" : "result") + ";");
        }

        using (writer.Open("catch (global::System.Exception error)"))
        {
            writer.Line(ObjectFunctions.Run + ".Explain(error, Parts, " + string.Join(", ", InputsOf(method)) + ");");
            writer.Line("throw;");
        }
    }

    // The names and values of the arguments that are objects.
    private static IEnumerable<string> InputsOf(MethodShape method)
        => method.Parameters.Select((p, i) => (Parameter: p, Index: i)).Where(p => p.Parameter.Type.Role == TypeRole.Object)
            .Select(p => "(" + CSharpText.StringLiteral(p.Parameter.Name) + ", (object)" + Argument(p.Index) + ")")
            .DefaultIfEmpty("(\"\", null)");

    private static string Given(ObjectFunctions functions, ParameterShape parameter, int index, Sort sort)
        => sort is EnumSort ? "unchecked((" + functions.Types.TypeOf(sort) + ")" + Argument(index) + ")" : Argument(index);

    private static string Argument(int index) => "argument" + CSharpText.Number(index);

    private static string Header(MethodShape method)
        => "internal static " + method.Result.Code + " " + BindingWriter.EntryOnObjects(method)
            + "(" + string.Join(", ", method.Parameters.Select((p, i) => p.Type.Code + " " + Argument(i))) + ")";

    private static void WriteSteps(IndentedWriter writer, ObjectFunctions functions)
    {
        if (functions.Recursive.Count == 0) return;
        writer.Separate();
        writer.Line("private static readonly global::System.Func<" + ObjectFunctions.Run + ", int, int> s_step = Step;");
        writer.Separate();
        using var body = writer.Open("private static int Step(" + ObjectFunctions.Run + " run, int state)");
        using (writer.Open("switch (state >> 16)"))
        {
            for (int i = 0; i < functions.Recursive.Count; i++)
                writer.Line((i < functions.Recursive.Count - 1 ? "case " + CSharpText.Number(i) : "default") + ": return "
                    + functions.NameOf(functions.Recursive[i]) + "_Stack(run, state);");
        }
    }

    private static Dictionary<string, ObjectShape> ShapesOf(IReadOnlyCollection<ModuleShape> shapes)
        => shapes.SelectMany(m => m.Sorts.Where(s => s.Objects is not null)
            .Select(s => (Name: m.FullName.Length == 0 ? s.Name : m.FullName + "." + s.Name, s.Objects)))
            .ToDictionary(s => s.Name, s => s.Objects!);
}
