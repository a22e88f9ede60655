using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Rewright.Build;

/// <summary>
/// The protocol between task and worker: lines of fields separated by tabs, on the worker's standard input and output.
/// </summary>
/// <remarks>
/// The task writes one line per option and module, then <see cref="Go"/>, and keeps the input open: its end tells the worker that the task
/// no longer waits. The worker answers as it proceeds and ends with <see cref="Done"/>; if it ends otherwise, it has failed. Then it waits
/// for another request, at most <see cref="Idle"/> seconds. Task and worker come from the same build of this project, so there is no
/// version to compare.
/// </remarks>
internal static class Protocol
{
    // The worker's argument names the work to do.
    /// <summary>An environment variable that holds the authorization header for the server of a remote cache.</summary>
    public const string AuthorizationVariable = "REWRIGHT_REMOTE_CACHE_AUTHORIZATION";

    public const string Compile = "compile";
    public const string Prove = "prove";
    public const string Circuits = "circuits";

    // Requests for native code.
    public const string Level = "level";
    public const string Cpu = "cpu";

    /// <summary><see cref="InProcess"/> or <see cref="Tools"/>.</summary>
    public const string Pipeline = "pipeline";
    public const string InProcess = "InProcess";
    public const string Tools = "Tools";
    public const string Llvm = "llvm";
    public const string Linker = "linker";
    public const string Cores = "cores";

    /// <summary>LLVM's name of the target; empty for this machine.</summary>
    public const string Triple = "triple";

    /// <summary>path; empty if only objects are wanted.</summary>
    public const string Library = "library";

    /// <summary>directory; empty for the default. Without this line no cache is used.</summary>
    public const string Cache = "cache";

    /// <summary>
    /// As a request, a cache shared with other users: address; public keys separated by semicolons; <c>write</c> or empty; file of the
    /// private key or empty; time limit in milliseconds. As an answer: its fault or empty; <c>failed</c> or empty; the time spent in
    /// milliseconds.
    /// </summary>
    public const string Remote = "remote";

    /// <summary>name, IR file, object file, LLVM version of the object; the last is empty if the object must be made.</summary>
    public const string Module = "module";

    // Requests for proofs.
    public const string Limit = "limit";

    /// <summary>claims file, rule.</summary>
    public const string Claim = "claim";

    // Requests for circuits.
    public const string Cost = "cost";
    public const string Seconds = "seconds";

    /// <summary>file: the text of a module, for rules.</summary>
    public const string Rules = "rules";

    /// <summary>name, program, name of the module, target.</summary>
    public const string Circuit = "circuit";

    /// <summary>seconds: the time for which the worker waits for another request after this one.</summary>
    public const string Idle = "idle";

    /// <summary>The end of a request.</summary>
    public const string Go = "go";

    // Answers. Library is one too, with a checksum.
    /// <summary>name: its compilation begins.</summary>
    public const string Begin = "begin";

    /// <summary>name, checksum, LLVM version: its object is in place.</summary>
    public const string Object = "object";

    /// <summary>name, checksum, LLVM version: its object came from the cache and is in place.</summary>
    public const string Cached = "cached";

    /// <summary>name, line in the IR or 0, message: this module does not compile, but the others do.</summary>
    public const string Rejected = "rejected";

    /// <summary>module, rule, key, kind, detail, condition.</summary>
    public const string Verdict = "verdict";

    /// <summary>name, checksum, remark: the optimised circuit is in place.</summary>
    public const string Optimized = "optimized";

    /// <summary>advice, details: a tool is missing, so nothing was done.</summary>
    public const string Missing = "missing";

    /// <summary>message: property values cannot be used; the message names the properties.</summary>
    public const string BadOptions = "options";

    /// <summary>message, name of the module at fault; the name may be empty.</summary>
    public const string NotLinked = "unlinked";

    /// <summary>message: a file cannot be read or written.</summary>
    public const string FileError = "file";

    /// <summary>exception.</summary>
    public const string Unexpected = "unexpected";
    public const string Done = "done";

    /// <summary>Writes one line.</summary>
    public static string Write(params string[] fields) => string.Join("\t", fields.Select(Escape));

    /// <summary>Reads the fields of a line.</summary>
    public static string[] Read(string line) => Array.ConvertAll(line.Split('\t'), Unescape);

    private static string Escape(string field)
        => field.Replace("\\", "\\\\").Replace("\t", "\\t").Replace("\n", "\\n").Replace("\r", "\\r");

    private static string Unescape(string field)
    {
        if (field.IndexOf('\\') < 0) return field;
        var text = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] != '\\' || i + 1 == field.Length) text.Append(field[i]);
            else text.Append(field[++i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', var other => other });
        }

        return text.ToString();
    }
}
