using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Rewright.Architecture.Tests;

/// <summary>The order of layers in each project, from the block <c>layers</c> of <c>docs/architecture.md</c>.</summary>
internal static class Layers
{
    /// <summary>What the block calls a project's own folder.</summary>
    private const string Top = "(top)";

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>For each project its folders, the lowest first; the empty name stands for the project's own folder.</summary>
    public static IReadOnlyDictionary<string, string[]> Read()
        => File.ReadLines(Path.Combine(Root, "docs/architecture.md"))
            .SkipWhile(l => l != "```layers").Skip(1).TakeWhile(l => l != "```").Where(l => l.Length > 0)
            .Select(l => l.Split(':', 2))
            .ToDictionary(l => l[0], l => l[1].Split('<', StringSplitOptions.TrimEntries).Select(f => f == Top ? "" : f).ToArray());

    /// <summary>The layer of a file: the folder that it lies in, from its path below the project.</summary>
    public static string FolderOf(string file) => file.Contains('/') ? file[..file.LastIndexOf('/')] : "";

    /// <summary>True for a folder of sources, below a project.</summary>
    public static bool HoldsSources(string folder)
        => Path.GetFileName(folder) is not ("bin" or "obj") && Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Toolchain.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("There is no Toolchain.sln above " + AppContext.BaseDirectory + ".");
    }
}
