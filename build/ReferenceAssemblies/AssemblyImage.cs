using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Rewright.ReferenceAssemblies;

/// <summary>The file of an assembly, whose visibility flags can be changed in place (ECMA-335, II.22 and II.23.1).</summary>
internal sealed class AssemblyImage
{
    // The offset of the flags in a metadata row: in a method's row, its address and implementation flags precede them.
    private const int FlagsOfMethod = 6;

    private readonly PEReader _image;
    private readonly MetadataReader _metadata;

    public AssemblyImage(byte[] bytes)
    {
        Bytes = bytes;
        _image = new PEReader(ImmutableArray.Create(bytes));
        _metadata = _image.GetMetadataReader();
    }

    public byte[] Bytes { get; }

    /// <summary>Makes a type, field or method internal.</summary>
    public void MakeInternal(int token)
    {
        var handle = MetadataTokens.EntityHandle(token);
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                bool isNested = !_metadata.GetTypeDefinition((TypeDefinitionHandle)handle).GetDeclaringType().IsNil;
                var hidden = isNested ? TypeAttributes.NestedAssembly : TypeAttributes.NotPublic;
                Set(handle, 0, (int)TypeAttributes.VisibilityMask, (int)hidden);
                break;
            case HandleKind.FieldDefinition:
                Set(handle, 0, (int)FieldAttributes.FieldAccessMask, (int)FieldAttributes.Assembly);
                break;
            case HandleKind.MethodDefinition:
                Set(handle, FlagsOfMethod, (int)MethodAttributes.MemberAccessMask, (int)MethodAttributes.Assembly);
                break;
            default:
                throw new ArgumentException($"{handle.Kind} has no visibility.", nameof(token));
        }
    }

    // All three masks are in the lower 16 bits.
    private void Set(EntityHandle handle, int column, int mask, int value)
    {
        MetadataTokens.TryGetTableIndex(handle.Kind, out var table);
        int at = _image.PEHeaders.MetadataStartOffset + _metadata.GetTableMetadataOffset(table)
            + (MetadataTokens.GetRowNumber(handle) - 1) * _metadata.GetTableRowSize(table) + column;
        var flags = Bytes.AsSpan(at, sizeof(ushort));
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) & ~mask | value));
    }
}
