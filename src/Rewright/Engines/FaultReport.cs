using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Rewright.Lower;

namespace Rewright.Engines;

/// <summary>Writes what is known about a fault of Rewright's compiler to a file that users can send.</summary>
internal static class FaultReport
{
    /// <summary>Writes the report and says where it is.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="consequence">A sentence about what happens to the module.</param>
    public static string Describe(CompilerFault fault, string consequence)
    {
        string report = fault.Report;
        string text = $"{CompilerFault.Code}: Module '{fault.Module.Name}' exposes a fault of Rewright's compiler: {fault.Summary} "
            + consequence + " Please report it with ";
        return text + (Write(NameOf(fault, report), report) is { } path ? "'" + path + "'." : "this text:\n" + report);
    }

    // The same fault in the same module gives one file.
    private static string NameOf(CompilerFault fault, string report)
    {
        string module = string.Concat(fault.Module.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '_').Take(60));
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(report)).AsSpan(0, 8));
        return "rewright-fault-" + module + "-" + digest + ".txt";
    }

    // Rules may be confidential, so no other user may read the report.
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
