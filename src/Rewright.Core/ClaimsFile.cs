using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright;

/// <summary>Writes a module with claims and all modules that it uses as one text, and reads it back.</summary>
public static class ClaimsFile
{
    // No line of a module starts like this, because the printer writes no comments.
    private const string Separator = "\n# ---- next module\n";

    /// <summary>The text of a module.</summary>
    public static string Write(Module module) => string.Join(Separator, module.Closure.Select(m => m.ToString()));

    /// <summary>The module of a text.</summary>
    /// <exception cref="Checks.ModuleException">The text was not written by <see cref="Write"/>.</exception>
    public static Module Read(string text)
    {
        var modules = new List<Module>();
        foreach (string part in text.Split([Separator], StringSplitOptions.None)) modules.Add(Module.Parse(part, [.. modules]));
        return modules[modules.Count - 1];
    }
}
