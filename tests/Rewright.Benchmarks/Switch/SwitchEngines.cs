using System;
using System.Collections.Generic;

namespace Rewright.Benchmarks.Switch;

/// <summary>One way to simplify objects, or one part of such a way. A new engine is one more line in <see cref="Of"/>.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="simplifies">True if the results are normal forms; otherwise they equal the input.</param>
internal abstract class SwitchEngine<T>(string name, bool simplifies) : IDisposable
    where T : class
{
    public string Name { get; } = name;

    public bool Simplifies { get; } = simplifies;

    /// <summary>Takes the objects, and does what is not measured.</summary>
    public abstract void Prepare(T[] trees);

    /// <summary>Treats every object once. Only this is measured.</summary>
    public abstract void Run();

    /// <summary>The results of one more run, as objects.</summary>
    public abstract T[] Results();

    public abstract void Dispose();
}

internal static class SwitchEngine
{
    /// <summary>The engines; the first one is the walk with which the others are compared.</summary>
    public static IReadOnlyList<SwitchEngine<T>> Of<T>(SwitchRules<T> rules)
        where T : class
        => [
            new ObjectEngine<T>("identity-keeping walk", false, rules.Walk),
            new ObjectEngine<T>("hand-written", true, rules.ByHand),
            new ObjectEngine<T>("managed, objects", true, rules.OnObjects),
            new HeapEngine<T>("native, terms in the heap", true, rules, rules.Simplify),
            new FromObjectEngine<T>(rules),
            new ToObjectEngine<T>(rules),
            new ConvertingEngine<T>("native, from and to objects", rules, rules.Simplify),
            new InterpreterEngine<T>("interpreter, terms in the heap", rules),
        ];
}

/// <summary>A function on objects.</summary>
internal sealed class ObjectEngine<T>(string name, bool simplifies, Func<T, T> function) : SwitchEngine<T>(name, simplifies)
    where T : class
{
    private T[] _trees = [], _results = [];

    public override void Prepare(T[] trees) => (_trees, _results) = (trees, new T[trees.Length]);

    public override void Run()
    {
        for (int i = 0; i < _trees.Length; i++) _results[i] = function(_trees[i]);
    }

    public override T[] Results()
    {
        Run();
        return _results;
    }

    public override void Dispose() => (_trees, _results) = ([], []);
}

/// <summary>A function on terms, whose arguments lie in a heap. Freeing the results is a part of the run.</summary>
internal class HeapEngine<T>(string name, bool simplifies, SwitchRules<T> rules, Func<Term, Term> function)
    : SwitchEngine<T>(name, simplifies)
    where T : class
{
    private TermHeap? _heap;
    private Term[] _terms = [];

    public override void Prepare(T[] trees)
    {
        _heap = new TermHeap();
        _terms = Array.ConvertAll(trees, t => rules.FromObject(t, _heap));
    }

    public override void Run()
    {
        using var scope = _heap!.BeginScope();
        foreach (var term in _terms) function(term);
    }

    public override T[] Results()
    {
        using var scope = _heap!.BeginScope();
        return Array.ConvertAll(_terms, t => rules.ToObject(function(t)));
    }

    public override void Dispose()
    {
        _terms = [];
        _heap?.Dispose();
        _heap = null;
    }
}

/// <summary>The interpreter, which the process uses beside native code.</summary>
internal sealed class InterpreterEngine<T>(string name, SwitchRules<T> rules, CompiledModule module)
    : HeapEngine<T>(name, true, rules, t => module.Call("Simplify", t))
    where T : class
{
    private static readonly JitCompiler Interpreter
        = new(new JitOptions { Mode = JitMode.Interpreter, UseCache = false, UseBundles = false });

    public InterpreterEngine(string name, SwitchRules<T> rules)
        : this(name, rules, Interpreter.Compile(rules.Module))
    {
    }
}

/// <summary>Conversion of objects to terms.</summary>
internal sealed class FromObjectEngine<T>(SwitchRules<T> rules) : SwitchEngine<T>("FromObject", false)
    where T : class
{
    private TermHeap? _heap;
    private T[] _trees = [];

    public override void Prepare(T[] trees) => (_trees, _heap) = (trees, new TermHeap());

    public override void Run()
    {
        using var scope = _heap!.BeginScope();
        foreach (var tree in _trees) rules.FromObject(tree, _heap);
    }

    public override T[] Results()
    {
        using var scope = _heap!.BeginScope();
        return Array.ConvertAll(_trees, t => rules.ToObject(rules.FromObject(t, _heap)));
    }

    public override void Dispose()
    {
        _trees = [];
        _heap?.Dispose();
        _heap = null;
    }
}

/// <summary>Conversion of terms to objects.</summary>
internal sealed class ToObjectEngine<T>(SwitchRules<T> rules) : SwitchEngine<T>("ToObject", false)
    where T : class
{
    private TermHeap? _heap;
    private Term[] _terms = [];
    private T[] _results = [];

    public override void Prepare(T[] trees)
    {
        _heap = new TermHeap();
        _terms = Array.ConvertAll(trees, t => rules.FromObject(t, _heap));
        _results = new T[trees.Length];
    }

    public override void Run()
    {
        for (int i = 0; i < _terms.Length; i++) _results[i] = rules.ToObject(_terms[i]);
    }

    public override T[] Results()
    {
        Run();
        return _results;
    }

    public override void Dispose()
    {
        (_terms, _results) = ([], []);
        _heap?.Dispose();
        _heap = null;
    }
}

/// <summary>A function on terms, with the conversions from and to objects.</summary>
internal sealed class ConvertingEngine<T>(string name, SwitchRules<T> rules, Func<Term, Term> function) : SwitchEngine<T>(name, true)
    where T : class
{
    private TermHeap? _heap;
    private T[] _trees = [], _results = [];

    public override void Prepare(T[] trees) => (_trees, _results, _heap) = (trees, new T[trees.Length], new TermHeap());

    public override void Run()
    {
        using var scope = _heap!.BeginScope();
        for (int i = 0; i < _trees.Length; i++) _results[i] = rules.ToObject(function(rules.FromObject(_trees[i], _heap)));
    }

    public override T[] Results()
    {
        Run();
        return _results;
    }

    public override void Dispose()
    {
        (_trees, _results) = ([], []);
        _heap?.Dispose();
        _heap = null;
    }
}
