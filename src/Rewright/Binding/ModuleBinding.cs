using System;
using System.ComponentModel;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Rewright.Engines;
using Rewright.Heap;
using Rewright.Model;

namespace Rewright.Binding;

/// <summary>A declared module at run time. Generated code holds one in a static field; other code does not use it.</summary>
/// <remarks>Thread-safe. Nothing is read or loaded before the first use.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModuleBinding
{
    private static readonly ConditionalWeakTable<Module, ModuleBinding> Declared = new();

    private readonly string _model;
    private readonly Type _declaring;
    private readonly ModuleBinding[] _uses;
    private readonly HostFunction[] _hosts;
    private readonly ModuleIdentity _identity;
    private readonly Lazy<Module> _module;
    private readonly Lock _lock = new();
    private volatile ModuleRuntime? _runtime;

    /// <summary>Describes a module.</summary>
    /// <param name="declaring">The class that declares the module; the native library is found through its assembly.</param>
    /// <param name="model">The module as <c>.rw</c> text.</param>
    /// <param name="identityLow">The low half of the module's identity.</param>
    /// <param name="identityHigh">The high half of the module's identity.</param>
    /// <param name="uses">The bindings of the modules that this one uses.</param>
    /// <param name="hosts">The module's host operations, in order of declaration.</param>
    public ModuleBinding(Type declaring, string model, ulong identityLow, ulong identityHigh, ModuleBinding[] uses, HostFunction[] hosts)
    {
        (_declaring, _model, _identity, _uses, _hosts) = (declaring, model, new ModuleIdentity(identityLow, identityHigh), uses, hosts);
        _module = new(() =>
        {
            var module = Rewright.Module.ParseChecked(_model, _identity, Array.ConvertAll(_uses, u => u.Module));
            Declared.Add(module, this);
            return module;
        });
    }

    /// <summary>Describes a module whose class carries its model.</summary>
    /// <param name="declaring">The class with the <see cref="ModuleModelAttribute"/>.</param>
    /// <param name="uses">The bindings of the modules that this one uses.</param>
    /// <param name="hosts">The module's host operations, in order of declaration.</param>
    public ModuleBinding(Type declaring, ModuleBinding[] uses, HostFunction[] hosts)
        : this(declaring, ModuleModelAttribute.Of(declaring), uses, hosts)
    {
    }

    private ModuleBinding(Type declaring, ModuleModelAttribute model, ModuleBinding[] uses, HostFunction[] hosts)
        : this(declaring, model.Text, model.IdentityLow, model.IdentityHigh, uses, hosts)
    {
    }

    /// <summary>The module.</summary>
    public Module Module => _module.Value;

    /// <summary>The engine that executes the module.</summary>
    public Engine Engine => Runtime.Engine;

    /// <summary>What is wrong with the native library from the build; null if nothing is.</summary>
    internal string? Failure => Runtime.Failure;

    internal ModuleRuntime Runtime => _runtime ?? Start(null);

    /// <summary>Makes an engine execute all calls that begin from now on.</summary>
    /// <exception cref="InvalidOperationException">The build has not made the code for this engine.</exception>
    internal void Use(Engine engine) => Start(engine);

    // Null keeps the runtime that is already there, or else starts the engine that the environment asks for.
    private ModuleRuntime Start(Engine? engine)
    {
        lock (_lock)
        {
            if (_runtime is { } running && (engine is null || running.Engine == engine)) return running;
            var (native, rust, fault) = EngineChoice.Of(Module, _identity, _declaring.Assembly, engine ?? EngineChoice.Wanted());
            return _runtime = new ModuleRuntime(Module, AllHosts(), native, rust) { Failure = fault };
        }
    }

    /// <summary>The binding of a declared module; null for a module that was made at run time.</summary>
    internal static ModuleBinding? Of(Module module) => Declared.TryGetValue(module, out var binding) ? binding : null;

    /// <summary>The C# functions of a module's host operations; the functions of used modules come first.</summary>
    /// <remarks>
    /// A module that was made at run time takes them from the declared module with the same name, which it extends.
    /// </remarks>
    /// <exception cref="InvalidOperationException">A host operation has no implementation.</exception>
    internal static HostFunction[] HostsOf(Module module)
    {
        if (Of(module) is { } declared) return declared.AllHosts();
        return [.. module.Closure.SelectMany(m => m.Operations.Where(o => o.IsHost).Select(o => HostOf(m, o)))];
    }

    private static HostFunction HostOf(Module module, Operation operation)
    {
        var binding = Of(module) ?? Declared.Select(pair => pair.Value).FirstOrDefault(b => b.Module.Name == module.Name);
        var hosts = binding?.Module.Operations.Where(o => o.IsHost).ToList();
        int index = hosts?.FindIndex(
            o => o.FullName == operation.FullName
            && o.Parameters.Select(p => p.Sort).SequenceEqual(operation.Parameters.Select(p => p.Sort))) ?? -1;
        return index >= 0 ? binding!._hosts[index]
            : throw new InvalidOperationException(
                "Nothing implements the operation " + operation.FullName
                + ": C# operations can be used by modules that extend or use the declared module which has them.");
    }

    /// <summary>A sort that the module declares.</summary>
    public SortBinding Sort(string name) => new(this, Module.Sorts.First(s => s.Name == name));

    /// <summary>A constructor that the module declares.</summary>
    public SymbolBinding Constructor(string name) => new(this, (Constructor)Module.Find(name)!);

    /// <summary>An operation that the module declares.</summary>
    public SymbolBinding Operation(string name) => new(this, name);

    /// <summary>A normalizer that the module declares.</summary>
    public SymbolBinding Normalizer(string name) => new(this, name);

    // The functions of used modules come first, each module once, in the order of Module.Closure.
    private HostFunction[] AllHosts()
    {
        var closure = new System.Collections.Generic.List<ModuleBinding>();
        void Visit(ModuleBinding binding)
        {
            if (closure.Contains(binding)) return;
            foreach (var used in binding._uses) Visit(used);
            closure.Add(binding);
        }

        Visit(this);
        return closure.SelectMany(b => b._hosts).ToArray();
    }
}

/// <summary>A declared sort at run time.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SortBinding
{
    private readonly ModuleBinding _module;

    internal SortBinding(ModuleBinding module, DataSort sort) => (_module, Sort) = (module, TermSort.Of(sort));

    internal TermSort Sort { get; }

    /// <summary>Returns the term itself if it is of this sort.</summary>
    /// <exception cref="InvalidCastException">The term is of another sort.</exception>
    public Term Cast(Term term)
    {
        term.Peek(out var sort);
        return sort.IsSameSort(Sort)
            ? term : throw new InvalidCastException("A term of sort " + sort.Sort.Name + " is not of sort " + Sort.Sort.Name + ".");
    }

    /// <summary>Reads a term from text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="heap">The heap to make the term in; null for the innermost heap of this thread.</param>
    /// <exception cref="FormatException">The text is not a term of the sort.</exception>
    /// <exception cref="EvaluationException">A limit of the heap is reached.</exception>
    public Term Parse(string text, TermHeap? heap)
    {
        ArgumentNullException.ThrowIfNull(text);
        heap ??= TermHeap.Current;
        heap.Enter();
        heap.Memory.Watch.Begin(nameof(Parse));
        try
        {
            var (word, isBoxed) = TermParser.Parse(text, Sort.Sort, heap.Memory, name => _module.Module.Find(name) as Operation);
            return heap.NewTerm(word, TermSort.Of(Sort.Sort, isBoxed));
        }
        catch (InsufficientMemoryException)
        {
            throw new MemoryLimitException(nameof(Parse), heap.Limits.MaxHeapBytes);
        }
        finally
        {
            heap.Memory.Watch.End();
            heap.Exit();
        }
    }
}

/// <summary>A declared constructor, operation or normalizer at run time.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SymbolBinding
{
    private readonly ModuleBinding? _module;
    private readonly ModuleRuntime? _runtime;

    internal SymbolBinding(ModuleBinding module, Constructor constructor)
    {
        (_module, Constructor, Name, Entry) = (module, constructor, constructor.FullName, -1);
        Sort = TermSort.Of(constructor.Sort);
        Parameters = [.. constructor.Parameters.Select(p => p.Sort)];
        Result = constructor.Sort;
    }

    // The first call loads the runtime and with it the native library; merely looking at the module loads nothing.
    internal SymbolBinding(ModuleBinding module, string name)
    {
        var entries = ModuleRuntime.EntriesOf(module.Module);
        int index = 0;
        while (entries[index].Name != name) index++;
        (_module, Entry, Name) = (module, index, entries[index].FullName);
        Sort = entries[index].Result is DataSort data ? TermSort.Of(data) : null;
        Parameters = [.. entries[index].Parameters];
        Result = entries[index].Result;
    }

    // An operation or normalizer of a module that was compiled at run time.
    internal SymbolBinding(ModuleRuntime runtime, int entry)
    {
        (_runtime, Entry, Name) = (runtime, entry, runtime.Entries[entry].FullName);
        Sort = runtime.Entries[entry].Result is DataSort data ? TermSort.Of(data) : null;
        Parameters = [.. runtime.Entries[entry].Parameters];
        Result = runtime.Entries[entry].Result;
    }

    internal ModuleRuntime Runtime => _runtime ?? _module!.Runtime;

    internal Constructor? Constructor { get; }

    internal int Entry { get; }

    internal string Name { get; }

    internal Sort[] Parameters { get; }

    internal Sort Result { get; }

    /// <summary>The sort of the result; null for a built-in sort.</summary>
    internal TermSort? Sort { get; }
}
