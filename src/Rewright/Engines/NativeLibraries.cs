using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rewright.Caches;
using Rewright.Emit;

namespace Rewright.Engines;

/// <summary>Finds the native library that the build made for an assembly.</summary>
internal static class NativeLibraries
{
    /// <summary>
    /// The native code of a declared module; null if the build made none, or made it for another version of the module.
    /// </summary>
    /// <param name="assembly">The assembly that declares the module.</param>
    /// <param name="module">The name of the module.</param>
    /// <param name="identity">The identity that the library must have.</param>
    /// <param name="fault">What is wrong with the library; null if nothing is.</param>
    public static NativeModule? Find(Assembly assembly, string module, ModuleIdentity identity, out string? fault)
    {
        fault = null;
        string name = assembly.GetName().Name!, symbol = Abi.DescriptorSymbol(module);
        foreach (string version in Versions)
        {
            if (Load(assembly, FileName(name, "rewright" + version), isSearched: version.Length == 0, ref fault) is { } library
                && Read(library) is { } native)
                return native;
        }

        // An application that is compiled ahead of time as a whole may contain the code itself.
        return RuntimeFeature.IsDynamicCodeSupported ? null : Read(NativeLibrary.GetMainProgramHandle());

        NativeModule? Read(nint library)
            => NativeLibrary.TryGetExport(library, symbol, out nint descriptor)
                ? NativeModule.Read(descriptor, identity, new NativeCode(0, null)) : null;
    }

    // The build may have made one file per class of processors. The best for this machine comes first; the last runs everywhere.
    private static IEnumerable<string> Versions
        => CpuClass.Levels.Where(l => l != CpuClass.Levels[0] && CpuClass.Runs(l)).Reverse().Select(l => "." + l).Append("");

    // Looks beside the assembly, in its folder for this system, and where the system looks for native files of packages.
    private static nint? Load(Assembly assembly, string file, bool isSearched, ref string? fault)
    {
        // In a single-file application assemblies have no location.
        string folder = Path.GetDirectoryName(Location(assembly)) is { Length: > 0 } own ? own : AppContext.BaseDirectory;
        var paths = new List<string> { Path.Combine(folder, file),
            Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", file) };
        if (isSearched && AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string directories)
            paths.AddRange(directories.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(d => Path.Combine(d, file)));
        foreach (string path in paths)
        {
            nint library = LibraryFile.Load(path, out string? found);
            if (library != 0) return library;
            fault ??= found;
        }

        // If a library is damaged, the system must not find it either.
        return isSearched && fault is null && NativeLibrary.TryLoad(file, assembly, null, out nint other) ? other : null;
    }

    /// <summary>
    /// The Rust crate of a declared module; null if the build made none, or made it for another version of the module.
    /// </summary>
    public static RustModule? FindRust(Assembly assembly, Module module, out string? fault)
    {
        string file = FileName(assembly.GetName().Name! + "." + module.Name, "rust");
        string folder = Path.GetDirectoryName(Location(assembly)) is { Length: > 0 } own ? own : AppContext.BaseDirectory;
        return RustModule.Load(module, Path.Combine(folder, file), out fault);
    }

    /// <summary>The file name of an assembly's native library on this system.</summary>
    public static string FileName(string assembly) => FileName(assembly, "rewright");

    private static string FileName(string name, string kind)
        => OperatingSystem.IsWindows()
            ? name + "." + kind + ".dll" : "lib" + name + "." + kind + (OperatingSystem.IsMacOS() ? ".dylib" : ".so");

    [System.Diagnostics.CodeAnalysis.UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location is handled.")]
    private static string Location(Assembly assembly) => assembly.Location;
}
