using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Emit.Ir;
using Rewright.Lower;
using Rewright.Model;
using static Rewright.Emit.Ir.IrText;

namespace Rewright.Emit.Llvm;

/// <summary>
/// Writes everything that the runtime must know about the library into one exported constant. It holds distances from its own start instead
/// of addresses, so it needs no relocation when it is loaded.
/// </summary>
internal static class LlvmDescriptor
{
    /// <param name="program">The program.</param>
    /// <param name="options">The options, which decide the name of the descriptor.</param>
    /// <param name="names">The names that errors can refer to, in the order of their numbers.</param>
    /// <param name="thunkOf">The global name of an entry's thunk.</param>
    public static IrDefinition Emit(Program program, EmitOptions options, IReadOnlyList<string> names, Func<Function, string> thunkOf)
    {
        const string Enter = "@rw.enter";
        var identity = program.Module.Identity;
        string own = Global(options.IsAnonymous ? Abi.DescriptorSymbol(identity) : Abi.DescriptorSymbol(program.Module.Name));
        string From(string function) => $"i64 sub (i64 ptrtoint (ptr {function} to i64), i64 ptrtoint (ptr {own} to i64))";
        byte[] staticBytes = [.. program.Statics.Items.SelectMany(Describe)], nameBytes = [.. names.SelectMany(Text)];
        List<string> thunks = [.. program.Entries.Select(thunkOf)];
        int entriesAt = Abi.DescriptorWords * 8, staticsAt = entriesAt + (thunks.Count * 8), namesAt = staticsAt + staticBytes.Length;
        var wordsType = IrType.Array(Abi.DescriptorWords, IrType.I64);
        var (entriesType, staticsType) = (IrType.Array(thunks.Count, IrType.I64), IrType.Array(staticBytes.Length, IrType.I8));
        var namesType = IrType.Array(nameBytes.Length, IrType.I8);
        string I64(long value) => IrValue.I64(value).ToString();
        string first = $"{I64(Abi.Version)}, {I64(unchecked((long)identity.Low))}, {I64(unchecked((long)identity.High))}, {From(Enter)}";
        string second = string.Join(", ",
            new long[] { thunks.Count, entriesAt, program.Statics.Items.Length, staticsAt, names.Count, namesAt }.Select(I64));
        string text = $$"""
            {{own}} = dso_local constant { {{wordsType}}, {{entriesType}}, {{staticsType}}, {{namesType}} } {
              {{wordsType}} [ {{first}},
                {{second}} ],
              {{entriesType}} [{{string.Join(", ", thunks.Select(From))}}],
              {{staticsType}} c"{{Escape(staticBytes)}}",
              {{namesType}} c"{{Escape(nameBytes)}}" }

            """.Replace("\r", "");
        return new(own, text, [.. thunks, Enter]);
    }

    private static IEnumerable<byte> Describe(Static item) => item switch
    {
        Static.OfConstant constant => Text(constant.Name).Prepend((byte)(constant.IsFlag ? 'F' : constant.IsTerm ? 'C' : 'V')),
        Static.OfOperation operation => Text(operation.Operation.FullName).Prepend((byte)'O'),
        Static.OfLiteral { Literal: { Value: BigInteger big } } => Text(big.ToString(CultureInfo.InvariantCulture)).Prepend((byte)'I'),
        Static.OfLiteral { Literal: var literal }
            => Text((string)literal.Value).Prepend((byte)(literal.Sort.Equals(BuiltInSort.Symbol) ? 'N' : 'T')),
        _ => throw new InvalidOperationException(),
    };

    // The length as four bytes, lowest first, then UTF-8. A lone surrogate, which C# strings allow, is encoded in three bytes.
    private static IEnumerable<byte> Text(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i++, 2)));
            else if (char.IsSurrogate(c))
                bytes.AddRange([(byte)(0xE0 | c >> 12), (byte)(0x80 | c >> 6 & 0x3F), (byte)(0x80 | c & 0x3F)]);
            else bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, 1)));
        }

        return [(byte)bytes.Count, (byte)(bytes.Count >> 8), (byte)(bytes.Count >> 16), (byte)(bytes.Count >> 24), .. bytes];
    }
}
