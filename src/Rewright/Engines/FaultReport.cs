using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Lower;

namespace Rewright.Engines;

/// <summary>Writes what is known of a fault of Rewright's compiler to a file that can be sent.</summary>
internal static class FaultReport
{
    /// <summary>Writes the report and says where it is.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="consequence">What becomes of the module, a sentence.</param>
    public static string Describe(CompilerFault fault, string consequence)
    {
        string report = fault.Report;
        string text = $"{CompilerFault.Code}: Module '{fault.Module.Name}' exposes a fault of Rewright's compiler: {fault.Summary} "
            + consequence + " Please report it with ";
        return text + (Write(NameOf(fault, report), report) is { } path ? "'" + path + "'." : "this text:\n" + report);
    }

    // The same fault at the same module is one file.
    private static string NameOf(CompilerFault fault, string report)
    {
        string module = string.Concat(fault.Module.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '_').Take(60));
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(report)).AsSpan(0, 8));
        return "rewright-fault-" + module + "-" + digest + ".txt";
    }

    // Rules may be confidential: no other user may read them.
    private static string? Write(string name, string report)
    {
        string path = Path.Combine(Path.GetTempPath(), name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var file = new StreamWriter(path, Encoding.UTF8, options);
            file.Write(report);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return File.Exists(path) ? path : null;
        }
    }
}
