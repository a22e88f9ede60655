using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using Rewright.Emit;

namespace Rewright.Engines;

/// <summary>Finds the native library that the build made for an assembly.</summary>
internal static class NativeLibraries
{
    /// <summary>The native code of a declared module, or null where the build made none or made it of another version of the module.</summary>
    public static NativeModule? Find(Assembly assembly, string module, ModuleIdentity identity)
    {
        string file = FileName(assembly.GetName().Name!);
        // In a single-file application assemblies have no place of their own.
        string folder = Path.GetDirectoryName(Location(assembly)) is { Length: > 0 } own ? own : AppContext.BaseDirectory;
        string path = Path.Combine(folder, file);
        if (!NativeLibrary.TryLoad(path, out nint library) && !NativeLibrary.TryLoad(file, assembly, null, out library)) return null;
        return NativeLibrary.TryGetExport(library, Abi.DescriptorSymbol(module), out nint descriptor) ? NativeModule.Read(descriptor, identity, new NativeCode(0, null)) : null;
    }

    /// <summary>The Rust crate of a declared module, or null where the build made none or made it of another version of the module.</summary>
    public static RustModule? FindRust(Assembly assembly, Module module)
    {
        string file = FileName(assembly.GetName().Name! + "." + module.Name, "rust");
        string folder = Path.GetDirectoryName(Location(assembly)) is { Length: > 0 } own ? own : AppContext.BaseDirectory;
        return RustModule.Load(module, Path.Combine(folder, file));
    }

    /// <summary>The file name of an assembly's native library on this system.</summary>
    public static string FileName(string assembly) => FileName(assembly, "rewright");

    private static string FileName(string name, string kind)
        => OperatingSystem.IsWindows() ? name + "." + kind + ".dll" : "lib" + name + "." + kind + (OperatingSystem.IsMacOS() ? ".dylib" : ".so");

    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is handled.")]
    private static string Location(Assembly assembly) => assembly.Location;
}
