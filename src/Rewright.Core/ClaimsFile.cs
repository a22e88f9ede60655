using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright;

/// <summary>A module whose rules claim something, as one text together with all modules that it uses.</summary>
public static class ClaimsFile
{
    // No line of a module starts like this: the printer writes no comments.
    private const string Separator = "\n# ---- next module\n";

    /// <summary>The text.</summary>
    public static string Write(Module module) => string.Join(Separator, module.Closure.Select(m => m.ToString()));

    /// <summary>The module of a text.</summary>
    /// <exception cref="Checks.ModuleException">The text is not what <see cref="Write"/> gives.</exception>
    public static Module Read(string text)
    {
        var modules = new List<Module>();
        foreach (string part in text.Split([Separator], StringSplitOptions.None)) modules.Add(Module.Parse(part, [.. modules]));
        return modules[modules.Count - 1];
    }
}
