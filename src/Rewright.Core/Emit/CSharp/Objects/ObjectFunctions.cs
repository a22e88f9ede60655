using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Emit.CSharp.Objects;

/// <summary>What the writers of one module's functions share: types, names, and which functions call each other.</summary>
internal sealed class ObjectFunctions
{
    /// <summary>The type of the parameter that every function has at its end.</summary>
    public const string Run = "global::Rewright.Binding.ObjectRun";

    /// <summary>An attribute that tells the JIT compiler how to compile a method.</summary>
    public static string Method(string option)
        => "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions." + option + ")]";

    private readonly Dictionary<Function, string> _names = [];
    private readonly HashSet<string> _taken = new(
        StringComparer.Ordinal) { "As", "Step", "Same", "SameParts", "SameDeep", "SameValues", "SameItems", "PushItems", "Parts", "run" };
    private readonly Dictionary<Function, int> _components;
    private readonly List<Function> _recursive;
    private readonly List<(string Name, string Type, string? Value)> _constants = [];
    private readonly Dictionary<string, string> _shared = [];
    private readonly Dictionary<Literal, string> _constantNames = [];

    public ObjectFunctions(Program program, ObjectTypes types, IReadOnlyDictionary<string, MethodShape> hosts,
        IReadOnlyDictionary<string, string> modules)
    {
        (Program, Types, Hosts, Modules) = (program, types, hosts, modules);
        _components = CallGraph.ComponentOf(program.Definitions);
        var needStack = CallGraph.FunctionsThatNeedStack(program);
        _recursive = program.Functions.Where(f => needStack.Contains(f) || CallGraph.HasSelfTailCall(program[f])).ToList();
        foreach (var function in program.Functions) _names.Add(function, NameFor(function));
    }

    public Program Program { get; }

    public ObjectTypes Types { get; }

    public IReadOnlyDictionary<string, MethodShape> Hosts { get; }

    /// <summary>Code that names the classes of modules, by their full names.</summary>
    public IReadOnlyDictionary<string, string> Modules { get; }

    /// <summary>The functions that have a version with its own stack, in the order of their numbers.</summary>
    public IReadOnlyList<Function> Recursive => _recursive;

    /// <summary>The constants and terms that are kept in fields; those without a value get it when they are used.</summary>
    public IReadOnlyList<(string Name, string Type, string? Value)> Constants => _constants;

    /// <summary>The name of a function.</summary>
    public string NameOf(Function function) => _names[function];

    /// <summary>True for a function that may call itself, so that it checks the limits.</summary>
    public bool IsRecursive(Function function) => _recursive.Contains(function);

    /// <summary>The number of a function with its own stack.</summary>
    public int NumberOf(Function function) => _recursive.IndexOf(function);

    /// <summary>True if the callee may lead back to the caller.</summary>
    public bool AreInOneCycle(Function caller, Function callee) => _components[caller] == _components[callee] && IsRecursive(callee);

    /// <summary>True for a function that visits terms, whose results can be remembered.</summary>
    public bool IsVisit(Function function)
        => function.Role == FunctionRole.Visit && function.Parameters.Length == 1 && !Types.IsList(function.Result!);

    /// <summary>True for a function that visits the items of a list one after the other.</summary>
    public bool IsVisitOfItems(Function function)
        => function.Role == FunctionRole.Visit && Types.IsList(function.Result!)
            && Program[function].Blocks().All(
                b => b.End is not TailCall && b.Instructions.All(i => i is Let { Value: Field or Call or Rebuild }));

    /// <summary>
    /// For the functions that build a constructor, the constructor: their last parameter is an earlier object of its class, or null.
    /// </summary>
    public Constructor? BuiltBy(Function function)
    {
        if (function.Role != FunctionRole.Simplify) return null;
        string name = function.Name.Substring(function.Name.LastIndexOf('.') + 1);
        return ((DataSort)function.Result!).Constructors.Single(c => c.Name == name);
    }

    /// <summary>The C# type of a function's parameter.</summary>
    public string TypeOf(Function function, int parameter)
        => parameter == function.Parameters.Length - 1 && BuiltBy(function) is { } constructor && !Types.IsList(constructor.Result)
            ? Types.Of(constructor).Code : Types.TypeOf(function.Parameters[parameter].Sort);

    /// <summary>Code of a constant.</summary>
    public string Constant(Literal literal)
    {
        if (ObjectPrimitives.Inline(literal) is { } code) return code;
        if (!_constantNames.TryGetValue(literal, out string? name))
        {
            _constantNames.Add(literal, name = Unique("s_constant"));
            _constants.Add((name, Types.TypeOf(literal.Sort), ObjectPrimitives.Make(literal)));
        }

        return name;
    }

    /// <summary>Code of a term without variables. It is made once, because nobody can change it.</summary>
    /// <param name="type">The class.</param>
    /// <param name="make">Code that makes it.</param>
    public string Shared(string type, string make)
    {
        if (!_shared.TryGetValue(make, out string? name))
        {
            _shared.Add(make, name = Unique("s_term"));
            _constants.Add((name, type, null));
        }

        // Not when the class is initialized: an exception of the constructor must end only the call that needs the term.
        return "(" + name + " ??= " + make + ")";
    }

    private string NameFor(Function function)
    {
        // Names of other modules stay, because both may have a symbol of one name.
        string name = function.Name.Replace(Program.Module.Name + ".", "");
        return Unique(string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? c : '_')));
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !_taken.Add(unique); i++) unique = name + "_" + CSharpText.Number(i);
        return unique;
    }
}
