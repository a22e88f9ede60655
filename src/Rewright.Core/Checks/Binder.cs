using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Checks;

/// <summary>Where the declarations of a module stand in the user's text; kept beside the model, never in it.</summary>
internal sealed class ModulePlaces
{
    public Dictionary<string, SourceSpan> Patterns { get; } = [];

    public Dictionary<string, SourceSpan> Operations { get; } = [];
}

/// <summary>Resolves the names of a module and checks the sorts of its terms.</summary>
internal sealed class Binder
{
    private readonly ModuleSyntax _syntax;
    private readonly Func<string, Module?> _resolve;
    private readonly Dictionary<string, DataSort> _sorts = [];
    private readonly Dictionary<string, FunctionSymbol> _symbols = [];
    private readonly Dictionary<string, EnumSort> _enums = [];
    private ImmutableArray<Module> _uses = [];

    public Binder(ModuleSyntax syntax, Func<string, Module?> resolve) => (_syntax, _resolve) = (syntax, resolve);

    public List<ModuleDiagnostic> Diagnostics { get; } = [];

    public ModulePlaces Places { get; } = new();

    /// <summary>The module; declarations with mistakes are left out of it.</summary>
    public Module Bind()
    {
        _uses = BindUses();
        foreach (var e in _syntax.Enums) _enums[e.Name] = new EnumSort(e.Name, e.Underlying, e.Members);
        foreach (var used in _uses.SelectMany(u => u.Enums))
            if (!_enums.ContainsKey(used.FullName)) _enums.Add(used.FullName, used);

        var sorts = BindSorts();
        var operations = BindOperations();
        BindIdentities();
        var (patterns, rules) = BindPatterns();
        var normalizers = BindNormalizers(rules);
        var enums = _syntax.Enums.Select(e => _enums[e.Name]).Distinct().ToImmutableArray();
        return new Module(_syntax, _uses, sorts, enums, operations, patterns, RuleOrdering.Sort(rules, _syntax.Order), normalizers);
    }

    private ImmutableArray<Module> BindUses()
    {
        var uses = ImmutableArray.CreateBuilder<Module>();
        foreach (var use in _syntax.Uses)
        {
            if (_resolve(use.Text) is { } module)
            {
                if (!uses.Any(u => u.Name == module.Name)) uses.Add(module);
            }
            else Report(DiagnosticKinds.UnknownModule, use.Span, use.Text);
        }

        return uses.ToImmutable();
    }

    private ImmutableArray<DataSort> BindSorts()
    {
        var sorts = ImmutableArray.CreateBuilder<DataSort>();
        foreach (var syntax in _syntax.Sorts)
        {
            if (_sorts.ContainsKey(syntax.Name) || BuiltInSort.All.Any(b => b.Name == syntax.Name))
            {
                Report(DiagnosticKinds.Duplicate, syntax.Span, syntax.Name);
                continue;
            }

            var sort = new DataSort(_syntax.Name, syntax.Name);
            _sorts.Add(syntax.Name, sort);
            sorts.Add(sort);
        }

        // Parameters can name any sort of the module, so they are bound when all sorts are known.
        foreach (var syntax in _syntax.Sorts)
        {
            if (!_sorts.TryGetValue(syntax.Name, out var sort) || !sort.Constructors.IsEmpty) continue;
            var constructors = ImmutableArray.CreateBuilder<Constructor>();
            foreach (var c in syntax.Constructors)
            {
                var constructor = new Constructor(_syntax.Name, c.Name, sort, constructors.Count, c.Attributes.Cost, c.Attributes.Flags);
                if (Declare(constructor, c.Parameters, c.Span)) constructors.Add(constructor);
            }

            sort.Constructors = constructors.ToImmutable();
        }

        foreach (var syntax in _syntax.Sorts)
            if (_sorts.TryGetValue(syntax.Name, out var sort) && Inhabitants.Smallest(sort) is null)
                Report(DiagnosticKinds.EmptySort, syntax.Span, syntax.Name);
        return sorts.ToImmutable();
    }

    private ImmutableArray<Operation> BindOperations()
    {
        var operations = ImmutableArray.CreateBuilder<Operation>();
        foreach (var syntax in _syntax.Operations)
        {
            if (FindSort(syntax.Result) is not { } result) continue;
            var operation = new Operation(_syntax.Name, syntax.Name, result, syntax.Attributes.Flags);
            if (operation.IsOpen && result.IsValue)
            {
                Report(DiagnosticKinds.OpenValue, syntax.Span, syntax.Name, result.Name);
                continue;
            }

            if (!Declare(operation, syntax.Parameters, syntax.Span)) continue;
            Places.Operations[syntax.Name] = syntax.Span;
            operations.Add(operation);
        }

        return operations.ToImmutable();
    }

    private bool Declare(FunctionSymbol symbol, EquatableArray<ParameterSyntax> parameters, SourceSpan span)
    {
        if (parameters.Count > FunctionSymbol.MaxArity)
        {
            Report(DiagnosticKinds.TooManyParameters, span, symbol.Name, Invariant(parameters.Count), Invariant(FunctionSymbol.MaxArity));
            return false;
        }

        var bound = parameters.Select(p => FindSort(p.Sort) is { } sort ? new Parameter(p.Name, sort) : null).ToList();
        if (bound.Contains(null)) return false;
        symbol.Parameters = bound.ToImmutableArray()!;
        if (_symbols.ContainsKey(symbol.Name))
        {
            Report(DiagnosticKinds.Duplicate, span, symbol.Name);
            return false;
        }

        _symbols.Add(symbol.Name, symbol);
        return true;
    }

    private void BindIdentities()
    {
        var attributed = _syntax.Sorts.SelectMany(s => s.Constructors).Select(c => (c.Name, c.Attributes.Identity))
            .Concat(_syntax.Operations.Select(o => (o.Name, o.Attributes.Identity)));
        foreach (var (name, identity) in attributed)
        {
            if (identity is null || !_symbols.TryGetValue(name, out var symbol)) continue;
            symbol.Identity = new ExpressionBinder(this, name, null).BindValue(identity, symbol.Result);
        }
    }

    private (ImmutableArray<Pattern> Patterns, ImmutableArray<RewriteRule> Rules) BindPatterns()
    {
        var patterns = ImmutableArray.CreateBuilder<Pattern>();
        var rules = ImmutableArray.CreateBuilder<RewriteRule>();
        foreach (var syntax in _syntax.Patterns)
        {
            if (Places.Patterns.ContainsKey(syntax.Name))
            {
                Report(DiagnosticKinds.Duplicate, syntax.Span, syntax.Name);
                continue;
            }

            Places.Patterns.Add(syntax.Name, syntax.Span);
            if (BindPattern(syntax) is not { } pattern) continue;
            patterns.Add(pattern);
            if (Transduction.Orient(pattern) is { } rule) rules.Add(rule);
            else Report(DiagnosticKinds.NotOriented, syntax.Span, syntax.Name);
        }

        return (patterns.ToImmutable(), rules.ToImmutable());
    }

    private Pattern? BindPattern(PatternSyntax syntax)
    {
        int errors = Diagnostics.Count;
        var binder = new ExpressionBinder(this, syntax.Name, syntax.Variables);
        // The side that is matched binds the variables, whichever way the pattern is read.
        bool backward = syntax.Polarity == Polarity.Backward;
        var (from, to) = backward ? (syntax.Target, syntax.Source) : (syntax.Source, syntax.Target);
        var matched = binder.BindSource(from);
        if (matched is null) return null;

        var conditions = ImmutableArray.CreateBuilder<Condition>();
        foreach (var condition in syntax.Conditions)
        {
            if (condition.Pattern is null)
            {
                if (binder.BindValue(condition.Expression, BuiltInSort.Bool) is { } test) conditions.Add(new WhenCondition(test));
            }
            else if (binder.BindValue(condition.Expression, null) is { } subject
                && binder.BindPattern(condition.Pattern, subject.Sort) is { } pattern)
            {
                conditions.Add(new WhereCondition(pattern, subject));
            }
        }

        var built = binder.BindValue(to, matched.Sort);
        binder.ReportUnused(syntax.Span);
        if (built is null || Diagnostics.Skip(errors).Any(d => d.Kind.Severity == Severity.Error)) return null;
        Expr source = backward ? built : matched, target = backward ? matched : built;
        return new Pattern(syntax.Name, source, target, conditions.ToImmutable(), syntax.Priority, syntax.Polarity, syntax.Group);
    }

    private ImmutableArray<Normalizer> BindNormalizers(ImmutableArray<RewriteRule> rules)
    {
        var normalizers = ImmutableArray.CreateBuilder<Normalizer>();
        var groups = new HashSet<string>(rules.Concat(_uses.SelectMany(u => u.Closure).SelectMany(u => u.Rules))
            .Where(r => r.IsSimplification).Select(r => r.Group));
        foreach (var syntax in _syntax.Normalizers)
        {
            if (FindSort(syntax.Sort) is not { } sort) continue;
            if (sort is not DataSort data)
            {
                Report(DiagnosticKinds.WrongSort, syntax.Sort.Span, "a declared sort", sort.Name);
                continue;
            }

            if (_symbols.ContainsKey(syntax.Name) || normalizers.Any(n => n.Name == syntax.Name))
            {
                Report(DiagnosticKinds.Duplicate, syntax.Span, syntax.Name);
                continue;
            }

            foreach (string group in syntax.Groups)
                if (!groups.Contains(group)) Report(DiagnosticKinds.EmptyGroup, syntax.Span, group, syntax.Name);
            normalizers.Add(new Normalizer(_syntax.Name, syntax.Name, data, syntax.Strategy, syntax.Groups));
        }

        return normalizers.ToImmutable();
    }

    /// <summary>The sort of a name, or null after reporting that there is none.</summary>
    public Sort? FindSort(NameSyntax name)
    {
        if (BuiltInSort.All.FirstOrDefault(b => b.Name == name.Text) is { } builtIn) return builtIn;
        if (name.Text.StartsWith("Ref<", StringComparison.Ordinal)) return new RefSort(name.Text.Substring(4, name.Text.Length - 5));
        if (name.Text == "Ref") return new RefSort("");
        if (FindEnum(name.Text) is { } enumSort) return enumSort;
        if (_sorts.TryGetValue(name.Text, out var own)) return own;
        var found = _uses.SelectMany(u => u.Sorts).Where(s => IsNamed(s.ModuleName, s.Name, name.Text)).ToList();
        if (found.Count == 1) return found[0];
        if (found.Count > 1) Report(DiagnosticKinds.AmbiguousName, name.Span, name.Text, string.Join(" and ", found.Select(s => s.ModuleName)));
        else Report(DiagnosticKinds.UnknownSort, name.Span, name.Text, DidYouMean(name.Text, _sorts.Keys.Concat(BuiltInSort.All.Select(b => b.Name))));
        return null;
    }

    /// <summary>The enum of a full name or of its last parts, or null.</summary>
    public EnumSort? FindEnum(string name)
        => _enums.TryGetValue(name, out var exact) ? exact
            : _enums.Values.FirstOrDefault(e => e.FullName.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>The symbols that a name can mean: the module's own, else those of the used modules.</summary>
    public List<FunctionSymbol> FindSymbols(string name)
    {
        if (_symbols.TryGetValue(name, out var own)) return [own];
        var found = _uses.SelectMany(u => u.DeclaredSymbols).Where(s => IsNamed(s.ModuleName, s.Name, name)).ToList();
        if (found.Count == 0 && name.Contains('.'))
            found.AddRange(_symbols.Values.Where(s => IsNamed(s.ModuleName, s.Name, name)));
        return found;
    }

    /// <summary>The names of all symbols in reach, for hints.</summary>
    public IEnumerable<string> SymbolNames => _symbols.Keys.Concat(_uses.SelectMany(u => u.DeclaredSymbols).Select(s => s.Name));

    /// <summary>The name of this module.</summary>
    public string ModuleName => _syntax.Name;

    public void Report(DiagnosticKind kind, SourceSpan span, params string[] arguments) => Diagnostics.Add(new(kind, span, arguments));

    /// <summary>A hint with the nearest of some names, or nothing where none is near.</summary>
    public static string DidYouMean(string name, IEnumerable<string> candidates)
    {
        int limit = Math.Max(1, name.Length / 3);
        var best = candidates.Select(c => (Name: c, Distance: Distance(name, c))).Where(c => c.Distance <= limit)
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is null ? "" : "; did you mean '" + best.Name + "'?";
    }

    public static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    // `Plus`, `Arith.Plus` and `Demo.Arith.Plus` all name the symbol Plus of module Demo.Arith.
    private static bool IsNamed(string module, string symbol, string name)
    {
        if (name == symbol) return true;
        string full = module + "." + symbol;
        return name.Contains('.') && (full == name || full.EndsWith("." + name, StringComparison.Ordinal));
    }

    // Levenshtein's distance; the case of letters does not count, because it is what people get wrong most.
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 3) return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j - 1], row[j]) + 1);
            }
        }

        return row[b.Length];
    }
}
