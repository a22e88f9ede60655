using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using Rewright.Lower;
using Rewright.Model;

namespace Rewright.Heap;

/// <summary>C# values as words, the form in which cells and calls hold them.</summary>
internal static unsafe class Words
{
    /// <summary>The word of a null reference.</summary>
    public const ulong Null = 1;

    /// <summary>True if values of <typeparamref name="T"/> are values of the sort.</summary>
    public static bool Fits<T>(Sort sort) => sort switch
    {
        BuiltInSort { Kind: var kind } => kind switch
        {
            BuiltInKind.Bool => typeof(T) == typeof(bool),
            BuiltInKind.Int => typeof(T) == typeof(int),
            BuiltInKind.UInt => typeof(T) == typeof(uint),
            BuiltInKind.Long => typeof(T) == typeof(long),
            BuiltInKind.ULong => typeof(T) == typeof(ulong),
            BuiltInKind.Double => typeof(T) == typeof(double),
            BuiltInKind.Symbol => typeof(T) == typeof(Symbol),
            BuiltInKind.String => typeof(T) == typeof(string),
            _ => typeof(T) == typeof(BigInteger),
        },
        EnumSort => typeof(T).IsEnum,
        _ => false,
    };

    /// <summary>The word of a value. A string or large integer becomes a cell; the caller owns the reference.</summary>
    public static ulong FromValue<T>(T value, CellMemory memory)
    {
        // For each T, the JIT turns all tests but one into constants.
        if (typeof(T) == typeof(bool)) return Unsafe.As<T, bool>(ref value) ? 1UL : 0;
        if (typeof(T) == typeof(int)) return (ulong)(long)Unsafe.As<T, int>(ref value);
        if (typeof(T) == typeof(uint)) return Unsafe.As<T, uint>(ref value);
        if (typeof(T) == typeof(long) || typeof(T) == typeof(ulong)) return Unsafe.As<T, ulong>(ref value);
        if (typeof(T) == typeof(double)) return (ulong)Literal.DoubleBits(Unsafe.As<T, double>(ref value));
        if (typeof(T) == typeof(Symbol)) return (ulong)Unsafe.As<T, Symbol>(ref value).Id;
        if (typeof(T) == typeof(string))
        {
            ArgumentNullException.ThrowIfNull(value);
            return memory.NewExternal(ExternalKind.String, value);
        }

        if (typeof(T) == typeof(BigInteger)) return FromInteger(Unsafe.As<T, BigInteger>(ref value), memory);
        if (typeof(T).IsEnum)
        {
            var underlying = typeof(T).GetEnumUnderlyingType();
            if (underlying == typeof(int)) return (ulong)(long)Unsafe.As<T, int>(ref value);
            if (underlying == typeof(byte)) return Unsafe.As<T, byte>(ref value);
            if (underlying == typeof(sbyte)) return (ulong)(long)Unsafe.As<T, sbyte>(ref value);
            if (underlying == typeof(short)) return (ulong)(long)Unsafe.As<T, short>(ref value);
            if (underlying == typeof(ushort)) return Unsafe.As<T, ushort>(ref value);
            if (underlying == typeof(uint)) return Unsafe.As<T, uint>(ref value);
            return Unsafe.As<T, ulong>(ref value);
        }

        throw new InvalidOperationException(typeof(T) + " is not the type of a built-in sort.");
    }

    /// <summary>The value of a word.</summary>
    public static T ToValue<T>(ulong word, CellMemory memory)
    {
        if (typeof(T) == typeof(bool)) return As<bool, T>(word != 0);
        if (typeof(T) == typeof(int)) return As<int, T>((int)word);
        if (typeof(T) == typeof(uint)) return As<uint, T>((uint)word);
        if (typeof(T) == typeof(long)) return As<long, T>((long)word);
        if (typeof(T) == typeof(ulong)) return As<ulong, T>(word);
        if (typeof(T) == typeof(double)) return As<double, T>(BitConverter.UInt64BitsToDouble(word));
        if (typeof(T) == typeof(Symbol)) return As<Symbol, T>(new Symbol((int)word));
        if (typeof(T) == typeof(string)) return (T)memory.External(word)!;
        if (typeof(T) == typeof(BigInteger)) return As<BigInteger, T>(ToInteger(word, memory));
        // The value of an enum, whatever its underlying type, is in the low bytes of the word.
        if (typeof(T).IsEnum) return Unsafe.As<ulong, T>(ref word);
        throw new InvalidOperationException(typeof(T) + " is not the type of a built-in sort.");
    }

    /// <summary>The word of an integer; a large one becomes a cell.</summary>
    public static ulong FromInteger(BigInteger value, CellMemory memory)
        => Statics.SmallInteger(value) is { } small ? (ulong)small : memory.NewExternal(ExternalKind.BigInteger, value);

    /// <summary>The integer of a word.</summary>
    public static BigInteger ToInteger(ulong word, CellMemory memory)
        => CellMemory.IsCell(word) ? (BigInteger)memory.External(word)! : (long)word >> 1;

    /// <summary>The word of a reference.</summary>
    public static ulong FromObject(object? value, CellMemory memory)
        => value is null ? Null : memory.NewExternal(ExternalKind.Reference, value);

    /// <summary>The object of a word.</summary>
    public static object? ToObject(ulong word, CellMemory memory) => CellMemory.IsCell(word) ? memory.External(word) : null;

    /// <summary>The word of a literal; a string or large integer becomes a cell.</summary>
    public static ulong FromLiteral(Literal literal, CellMemory memory) => literal.Value switch
    {
        string s when literal.Sort.Equals(BuiltInSort.Symbol) => (ulong)new Symbol(s).Id,
        string s => memory.NewExternal(ExternalKind.String, s),
        BigInteger b => FromInteger(b, memory),
        _ => (ulong)literal.Bits,
    };

    /// <summary>The literal of a word of a built-in or enum sort.</summary>
    public static Literal ToLiteral(ulong word, Sort sort, CellMemory memory) => new(sort, sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Bool } => word != 0,
        BuiltInSort { Kind: BuiltInKind.Int } => (int)word,
        BuiltInSort { Kind: BuiltInKind.UInt } => (uint)word,
        BuiltInSort { Kind: BuiltInKind.Long } => (long)word,
        BuiltInSort { Kind: BuiltInKind.ULong } => word,
        BuiltInSort { Kind: BuiltInKind.Double } => BitConverter.UInt64BitsToDouble(word),
        BuiltInSort { Kind: BuiltInKind.Symbol } => new Symbol((int)word).Name,
        BuiltInSort { Kind: BuiltInKind.String } => memory.External(word)!,
        BuiltInSort { Kind: BuiltInKind.BigInteger } => ToInteger(word, memory),
        _ => (object)(long)word,
    });

    private static TTo As<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);
}
