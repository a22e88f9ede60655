using System;
using System.ComponentModel;

// Signatures that generated code calls. STUB: bodies follow with the heap.
#pragma warning disable CS1591, CA1815, CA1051
namespace Rewright
{
    /// <summary>A handle of a term, without its C# type.</summary>
    public readonly struct Term : IEquatable<Term>
    {
        public bool IsDefault => throw null!;
        public TermHeap Heap => throw null!;
        public bool Is(Binding.SymbolBinding symbol) => throw null!;
        public int Tag => throw null!;                    // position among the sort's constructors, -1 for a stuck term
        public Term GetTerm(int index) => throw null!;
        public T GetTerm<T>(int index) where T : struct, ITerm<T> => throw null!;
        public T GetValue<T>(int index) => throw null!;   // bool, int, uint, long, ulong, double, Symbol, string, BigInteger, enums
        public T? GetReference<T>(int index) where T : class => throw null!;
        public Term CopyTo(TermHeap heap) => throw null!;
        public bool Equals(Term other) => throw null!;
        public override bool Equals(object? obj) => throw null!;
        public override int GetHashCode() => throw null!;
        public override string ToString() => throw null!;
        public string ToString(int maxLength) => throw null!;
    }

    /// <summary>A generated handle struct of one sort.</summary>
    public interface ITerm<TSelf> : IEquatable<TSelf>
        where TSelf : struct, ITerm<TSelf>
    {
        Term Term { get; }
        static abstract TSelf FromTerm(Term term);
        static abstract Binding.SortBinding SortBinding { get; }
    }

    public sealed class TermHeap : IDisposable
    {
        public TermHeap() => throw null!;
        public static TermHeap Current => throw null!;
        public void Dispose() => throw null!;
    }
}

namespace Rewright.Binding
{
    /// <summary>The canonical text of a declared module, for the runtime and for the builds of modules that use it. Generated.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [AttributeUsage(AttributeTargets.Class, Inherited = false)]
    public sealed class ModuleModelAttribute(string text, ulong identityLow, ulong identityHigh) : Attribute
    {
        public string Text { get; } = text;
        public ulong IdentityLow { get; } = identityLow;
        public ulong IdentityHigh { get; } = identityHigh;
    }

    /// <summary>A declared module at run time; generated code holds one in a static field.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class ModuleBinding
    {
        /// <param name="declaring">The class, which carries a <see cref="ModuleModelAttribute"/>.</param>
        /// <param name="uses">The modules of <c>Uses</c>, in that order.</param>
        /// <param name="hosts">The host operations, in order of declaration.</param>
        public ModuleBinding(Type declaring, ModuleBinding[] uses, HostFunction[] hosts) => throw null!;
        public Module Module => throw null!;
        public SortBinding Sort(string name) => throw null!;
        public SymbolBinding Constructor(string name) => throw null!;
        public SymbolBinding Operation(string name) => throw null!;
        public SymbolBinding Normalizer(string name) => throw null!;
    }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class SortBinding
    {
        public Term Parse(string text, TermHeap? heap) => throw null!;
    }

    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class SymbolBinding;

    /// <summary>A host operation: reads its arguments from the call and returns a value into it. In order of declaration in the module.</summary>
    public delegate void HostFunction(ref HostCall call);

    public ref struct HostCall
    {
        public T Term<T>(int index) where T : struct, ITerm<T> => throw null!;
        public T Value<T>(int index) => throw null!;
        public T? Reference<T>(int index) where T : class => throw null!;
        public void ReturnTerm<T>(T value) where T : struct, ITerm<T> => throw null!;
        public void Return<T>(T value) => throw null!;
        public void ReturnReference(object? value) => throw null!;
    }

    /// <summary>A call of a constructor, operation or normalizer from C#.</summary>
    public ref struct TermCall
    {
        public TermCall(SymbolBinding symbol) => throw null!;
        public void AddTerm<T>(T value) where T : struct, ITerm<T> => throw null!;
        public void Add<T>(T value) => throw null!;
        public void AddReference(object? value) => throw null!;
        public T Term<T>() where T : struct, ITerm<T> => throw null!;
        public T Value<T>() => throw null!;
        public T? Reference<T>() where T : class => throw null!;
    }
}
