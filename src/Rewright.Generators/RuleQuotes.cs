using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rewright.Emit.CSharp;
using Rewright.Model;

namespace Rewright.Generators;

/// <summary>Chooses the rules that the documentation of operations and normalizers quotes.</summary>
internal static class RuleQuotes
{
    // A tool tip with more rules would not be read.
    private const int Most = 20;

    public static EquatableArray<QuotedRules> Of(Module module)
    {
        var byRoot = module.Rules.ToLookup(r => r.Root.Name);
        var simplifications = module.Closure.SelectMany(m => m.Rules).Where(r => r.IsSimplification).ToList();
        var operations = module.Operations.Where(o => !o.IsHost).Select(o => new QuotedRules(o.Name, Lines(byRoot[o.Name].ToList())));
        var normalizers = module.Normalizers.Select(
            n => new QuotedRules(n.Name, Lines(simplifications.Where(r => n.Includes(r.Group)).ToList())));
        return operations.Concat(normalizers).ToEquatableArray();
    }

    private static EquatableArray<string> Lines(List<RewriteRule> rules)
    {
        var lines = rules.Take(Most).Select(r => r.Name + ": " + r).ToList();
        if (rules.Count > Most) lines.Add("... and " + (rules.Count - Most).ToString(CultureInfo.InvariantCulture) + " more");
        return lines.ToEquatableArray();
    }
}
