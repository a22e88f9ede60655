using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Rewright.ReferenceAssemblies;

// ReferenceAssemblies LISTS OUTPUT ASSEMBLY...
//
// Copies reference assemblies. In the copies, every public type and member that the lists do not name becomes internal. So users compile
// against the promised API, and our own projects against everything public.
if (args.Length < 3)
{
    Console.Error.WriteLine("Use: ReferenceAssemblies LISTS OUTPUT ASSEMBLY...");
    return 2;
}

string lists = args[0], output = args[1];
string[] assemblies = args[2..];
var libraries = Directory.GetFiles(RuntimeEnvironment.GetRuntimeDirectory(), "*.dll").Concat(assemblies);
using var context = new MetadataLoadContext(new PathAssemblyResolver(libraries), "System.Private.CoreLib");
var promised = assemblies.ToDictionary(a => a, a => File.ReadAllLines(Path.Combine(lists, Path.GetFileNameWithoutExtension(a) + ".txt")));
var own = promised.Keys.Select(a => Path.GetFileNameWithoutExtension(a)!).ToHashSet(StringComparer.Ordinal);
var types = promised.Values.SelectMany(PublicSurface.TypesOf).ToHashSet(StringComparer.Ordinal);
var surface = new PublicSurface(t => !own.Contains(t.Assembly.GetName().Name!) || types.Contains(PublicSurface.NameOfDeclaration(t)));
Directory.CreateDirectory(output);
int missing = 0;
foreach (var (path, lines) in promised)
{
    var image = new AssemblyImage(File.ReadAllBytes(path));
    var left = PublicSurface.WithTypes(lines).ToHashSet();
    bool isTypeSeen = false;
    foreach (var item in surface.Of(context.LoadFromAssemblyPath(Path.GetFullPath(path))))
    {
        bool isPromised = left.Remove((item.Type, item.Line));
        if (item.Line == item.Type) isTypeSeen = isPromised;
        // If a type is hidden, so are its members.
        if (isPromised || (item.Line != item.Type && !isTypeSeen)) continue;
        foreach (int token in item.Tokens) image.MakeInternal(token);
    }

    foreach (var (type, line) in left)
    {
        missing++;
        Console.Error.WriteLine(
            $"{Path.Combine(lists, Path.GetFileNameWithoutExtension(path) + ".txt")} : error : '{line}' of {type} is not in {path}: it has "
                + "changed, or is not public.");
    }

    File.WriteAllBytes(Path.Combine(output, Path.GetFileName(path)), image.Bytes);
}

return missing == 0 ? 0 : 1;
