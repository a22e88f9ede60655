using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text;
using System.Xml.Linq;
using Rewright.ReferenceAssemblies;
using Xunit;

namespace Rewright.EndToEnd;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rewright-package-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void All_packages_are_there()
        => Assert.Equal(
            ["Rewright", "Rewright.Cli", "Rewright.Hosting", "Rewright.Quantum", "Rewright.Templates"],
            Directory.GetFiles(Packages.Folder, "*.nupkg").Select(f => IdOf(f)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Rewright", "", """
        analyzers/dotnet/cs/Rewright.Circuits.dll
        analyzers/dotnet/cs/Rewright.CodeFixes.dll
        analyzers/dotnet/cs/Rewright.Core.dll
        analyzers/dotnet/cs/Rewright.Generators.dll
        build/net10.0/Rewright.DesignTime.globalconfig
        build/net10.0/Rewright.targets
        lib/net10.0/Rewright.Circuits.dll
        lib/net10.0/Rewright.Core.dll
        lib/net10.0/Rewright.Llvm.dll
        lib/net10.0/Rewright.dll
        ref/net10.0/Rewright.Circuits.dll
        ref/net10.0/Rewright.Circuits.xml
        ref/net10.0/Rewright.Core.dll
        ref/net10.0/Rewright.Core.xml
        ref/net10.0/Rewright.Llvm.dll
        ref/net10.0/Rewright.Llvm.xml
        ref/net10.0/Rewright.dll
        ref/net10.0/Rewright.xml
        runtimes/PLATFORM/lib/net10.0/Rewright.Circuits.dll
        runtimes/PLATFORM/lib/net10.0/Rewright.Core.dll
        runtimes/PLATFORM/lib/net10.0/Rewright.Llvm.dll
        runtimes/PLATFORM/lib/net10.0/Rewright.dll
        tools/net10.0/Rewright.Build.Worker.deps.json
        tools/net10.0/Rewright.Build.Worker.dll
        tools/net10.0/Rewright.Build.Worker.runtimeconfig.json
        tools/net10.0/Rewright.Circuits.dll
        tools/net10.0/Rewright.Core.dll
        tools/net10.0/Rewright.Llvm.dll
        tools/net10.0/Rewright.Proofs.dll
        tools/net10.0/Rewright.Quantum.dll
        tools/net10.0/Rewright.dll
        tools/net10.0/HOST/Rewright.Build.Worker.deps.json
        tools/net10.0/HOST/Rewright.Build.Worker.dll
        tools/net10.0/HOST/Rewright.Build.Worker.runtimeconfig.json
        tools/net10.0/HOST/Rewright.Circuits.dll
        tools/net10.0/HOST/Rewright.Core.dll
        tools/net10.0/HOST/Rewright.Llvm.dll
        tools/net10.0/HOST/Rewright.Proofs.dll
        tools/net10.0/HOST/Rewright.Quantum.dll
        tools/net10.0/HOST/Rewright.dll
        tools/netstandard2.0/Rewright.Build.dll
        tools/netstandard2.0/Rewright.Core.dll
        """)]
    [InlineData("Rewright.Quantum", "Rewright all", """
        lib/net10.0/Rewright.Quantum.dll
        lib/net10.0/Rewright.Quantum.xml
        runtimes/PLATFORM/lib/net10.0/Rewright.Quantum.dll
        """)]
    [InlineData("Rewright.Hosting", "Rewright", """
        lib/net10.0/Rewright.Hosting.dll
        lib/net10.0/Rewright.Hosting.xml
        """)]
    public void Libraries_bring_what_their_users_need(string package, string dependencies, string files)
    {
        using var zip = Open(package);
        var nuspec = CheckWhatAllHave(zip);
        Assert.Equal(OnThisHost(files).ReplaceLineEndings("\n").Split('\n'), Own(zip));
        // Never a package that is not there, nor one of the compiler's.
        Assert.Equal(dependencies,
            string.Join(", ", nuspec.Descendants("dependency").Select(
            d => ((string?)d.Attribute("id") + " " + ((string?)d.Attribute("include"))?.ToLowerInvariant()).Trim())));
        foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".dll", StringComparison.Ordinal)))
        {
            if (CompiledAgainst(zip).Contains(entry))
                Assert.Contains(zip.Entries, e => e.FullName == Path.ChangeExtension(entry.FullName, ".xml") && e.Length > 1000);
            if (!entry.FullName.StartsWith("ref/", StringComparison.Ordinal)) CheckSymbols(entry);
            // Two forms of one compilation.
            if (entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal))
                Assert.Equal(ReadImage(zip.GetEntry("lib/net10.0/" + entry.Name)!).Identity, ReadImage(entry).Identity);
        }
    }

    [Theory]
    [InlineData("Rewright.Cli", "tools/net10.0/HOST/Rewright.Cli.dll")]
    [InlineData("Rewright.Templates", "content/rewright-quantum/.template.config/template.json")]
    public void Tool_and_templates_say_what_they_are(string package, string file)
    {
        using var zip = Open(package);
        Assert.Empty(CheckWhatAllHave(zip).Descendants("dependency"));
        Assert.Contains(OnThisHost(file), Own(zip));
    }

    /// <summary>Users compile against what the lists promise, and against nothing else that is public.</summary>
    [Theory]
    [InlineData("Rewright", "Rewright")]
    [InlineData("Rewright", "Rewright.Core")]
    [InlineData("Rewright", "Rewright.Circuits")]
    [InlineData("Rewright", "Rewright.Llvm")]
    [InlineData("Rewright.Quantum", "Rewright.Quantum")]
    [InlineData("Rewright.Hosting", "Rewright.Hosting")]
    public void Public_types_change_on_purpose(string package, string assembly)
    {
        foreach (string name in new[] { package, "Rewright" }.Distinct())
        {
            using var zip = Open(name);
            foreach (var entry in CompiledAgainst(zip)) entry.ExtractToFile(Path.Combine(_folder.FullName, entry.Name));
        }

        var framework = new[] { typeof(object), typeof(Microsoft.AspNetCore.Http.HttpContext) }.SelectMany(
            t => Directory.GetFiles(Path.GetDirectoryName(t.Assembly.Location)!, "*.dll"));
        using var context = new MetadataLoadContext(
            new PathAssemblyResolver(framework.Concat(Directory.GetFiles(_folder.FullName))), "System.Private.CoreLib");
        string surface = PublicSurface.Print(
            new PublicSurface(_ => true).Of(context.LoadFromAssemblyPath(Path.Combine(_folder.FullName, assembly + ".dll"))));

        string list = Path.Combine(Repository.Root, "build", "package", "api", assembly + ".txt");
        string[] promised = File.ReadAllLines(list), now = surface.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(promised.SequenceEqual(now),
            $"What users see of {assembly} is not what {list} promises. If the change is meant, change the list.\n"
            + string.Join("\n", promised.Except(now).Select(l => "- " + l).Concat(now.Except(promised).Select(l => "+ " + l)).Take(40)));
    }

    // As NuGet chooses.
    private static IEnumerable<ZipArchiveEntry> CompiledAgainst(ZipArchive zip)
    {
        var all = zip.Entries.Where(e => e.Name.EndsWith(".dll", StringComparison.Ordinal)).ToLookup(e => e.FullName.Split('/')[0]);
        return all.Contains("ref") ? all["ref"] : all["lib"];
    }

    // Programs and libraries are compiled ahead for the machine that packs.
    private static string OnThisHost(string files)
        => files.Replace("HOST", RuntimeInformation.RuntimeIdentifier)
            .Replace("PLATFORM",
                (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
                + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());

    private static (bool IsNative, Guid Identity) ReadImage(ZipArchiveEntry assembly)
    {
        using var image = new PEReader(new MemoryStream(Read(assembly)));
        var metadata = image.GetMetadataReader();
        return (image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, metadata.GetGuid(metadata.GetModuleDefinition().Mvid));
    }

    private static ZipArchive Open(string package)
        => ZipFile.OpenRead(
            Directory.GetFiles(Packages.Folder, package + ".*.nupkg").Single(
            f => char.IsAsciiDigit(Path.GetFileName(f)[package.Length + 1])));

    private static string IdOf(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        return Nuspec(zip).Element("id")!.Value;
    }

    private static XElement Nuspec(ZipArchive zip)
    {
        using var stream = zip.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        foreach (var element in metadata.DescendantsAndSelf()) element.Name = element.Name.LocalName;
        return metadata;
    }

    // Files that are ours and not the format's.
    private static IEnumerable<string> Own(ZipArchive zip)
        => zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal)
            .Where(f => f is not ("icon.png" or "README.md" or "[Content_Types].xml" or "_rels/.rels")
                && !f.EndsWith(".nuspec", StringComparison.Ordinal) && !f.StartsWith("package/", StringComparison.Ordinal));

    private static XElement CheckWhatAllHave(ZipArchive zip)
    {
        var nuspec = Nuspec(zip);
        Assert.Equal("MIT", nuspec.Element("license")!.Value);
        Assert.Equal("icon.png", nuspec.Element("icon")!.Value);
        Assert.Equal("README.md", nuspec.Element("readme")!.Value);
        Assert.NotEmpty(nuspec.Element("description")!.Value);
        Assert.StartsWith("https://", nuspec.Element("projectUrl")!.Value);
        Assert.Equal("git", nuspec.Element("repository")!.Attribute("type")!.Value);
        if (Path.Exists(Path.Combine(Repository.Root, ".git")))
            Assert.Matches("^[0-9a-f]{40}$", nuspec.Element("repository")!.Attribute("commit")!.Value);
        Assert.Equal([0x89, .. "PNG"u8], Read(zip.GetEntry("icon.png")!)[..4]);
        Assert.StartsWith("# Rewright", Encoding.UTF8.GetString(Read(zip.GetEntry("README.md")!)));

        // Where it was built is nobody's business.
        foreach (var entry in zip.Entries)
        {
            byte[] content = Read(entry);
            foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                Assert.True(content.AsSpan().IndexOf(encoding.GetBytes(Repository.Root.TrimEnd('/') + "/")) < 0,
                    entry.FullName + " names the folder it was built in");
            // Compiled ahead is what is for this platform, and nothing else.
            if (entry.Name.StartsWith("Rewright.", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal))
                Assert.True(ReadImage(entry).IsNative == (
                    entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal)
                    || entry.FullName.Contains(OnThisHost("/HOST/"), StringComparison.Ordinal)), entry.FullName);
        }

        return nuspec;
    }

    private static void CheckSymbols(ZipArchiveEntry assembly)
    {
        using var image = new PEReader(new MemoryStream(Read(assembly)));
        var embedded = image.ReadDebugDirectory().Single(d => d.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var provider = image.ReadEmbeddedPortablePdbDebugDirectoryData(embedded);
        var symbols = provider.GetMetadataReader();
        Assert.All(symbols.Documents, d => Assert.StartsWith("/_", symbols.GetString(symbols.GetDocument(d).Name)));
        if (!Path.Exists(Path.Combine(Repository.Root, ".git"))) return;
        var links = symbols.GetCustomDebugInformation(EntityHandle.ModuleDefinition).Select(symbols.GetCustomDebugInformation).Single(
            c => symbols.GetGuid(c.Kind) == SourceLink);
        Assert.Contains("\"/_/*\":\"https://raw.githubusercontent.com/rewright/rewright/",
            Encoding.UTF8.GetString(symbols.GetBlobBytes(links.Value)));
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
