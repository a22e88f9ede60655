using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using Rewright.Analysis;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Proofs;
using Rewright.Text;

namespace Rewright.Bind;

/// <summary>Resolves the names of a module and checks the sorts of its terms.</summary>
/// <remarks>
/// One mistake is reported once. A use of a symbol whose declaration is faulty is not reported, and if names are known to be missing (a
/// module that cannot be found, a declaration that cannot be read), no name is reported as unknown.
/// </remarks>
internal sealed class Binder
{
    // Hints compare a name with all names, so after many mistakes they are omitted.
    private const int MaxHints = 200;

    private readonly ModuleSyntax _syntax;
    private readonly Func<string, ModuleDefinition?> _resolve;
    private readonly Dictionary<string, DataSort> _sorts = [];
    private readonly Dictionary<string, FunctionSymbol> _symbols = [];
    private readonly Dictionary<string, EnumSort> _enums = [];
    private readonly Dictionary<string, SourceSpan> _sortPlaces = [];
    private readonly Dictionary<string, SourceSpan> _symbolPlaces = [];
    private readonly HashSet<string> _faulty = [];
    private readonly CancellationToken _cancellation;
    private ImmutableArray<ModuleDefinition> _uses = [];
    private int _hints = MaxHints;

    public Binder(ModuleSyntax syntax, Func<string, ModuleDefinition?> resolve, bool namesAreMissing,
        CancellationToken cancellation = default)
        => (_syntax, _resolve, NamesAreMissing, _cancellation) = (syntax, resolve, namesAreMissing, cancellation);

    public List<ModuleDiagnostic> Diagnostics { get; } = [];

    public ModulePlaces Places { get; } = new();

    /// <summary>True if an unknown name may be declared in a part that could not be read.</summary>
    public bool NamesAreMissing { get; private set; }

    /// <summary>The contents of the module without faulty declarations. Circuit rules are bound elsewhere.</summary>
    public ModuleParts Bind()
    {
        _uses = BindUses();
        var enums = BindEnums();
        var sorts = BindSorts();
        var operations = BindOperations();
        BindIdentities();
        ReportIgnoredLaws();
        CheckMeanings(sorts, operations);
        var (patterns, rules) = BindPatterns();
        var normalizers = BindNormalizers(rules);
        CheckGroups(rules, normalizers);
        return new ModuleParts(_syntax.Name, _syntax.Order, _uses, sorts, operations)
        {
            Enums = enums, Patterns = patterns, Rules = RuleOrdering.Sort(rules, _syntax.Order, _cancellation), Normalizers = normalizers,
        };
    }

    private ImmutableArray<ModuleDefinition> BindUses()
    {
        var uses = ImmutableArray.CreateBuilder<ModuleDefinition>();
        foreach (var use in _syntax.Uses)
        {
            if (_resolve(use.Text) is { } module)
            {
                if (!uses.Any(u => u.Name == module.Name)) uses.Add(module);
                continue;
            }

            Report(DiagnosticKinds.UnknownModule, use.Span, use.Text);
            NamesAreMissing = true;
        }

        return uses.ToImmutable();
    }

    private void CheckMeanings(ImmutableArray<DataSort> sorts, ImmutableArray<Operation> operations)
    {
        foreach (var syntax in _syntax.Sorts)
        {
            if (syntax.Meaning.Length > 0 && SortMeaning.Read(syntax.Meaning) is { Meaning: null, Fault: var fault })
                Report(DiagnosticKinds.BadMeaning, syntax.Span, syntax.Name, syntax.Meaning, fault);
        }

        var declared = sorts.SelectMany(s => s.Constructors).Concat<FunctionSymbol>(operations).ToList();
        if (declared.All(s => s.Meaning.Length == 0) && !operations.Any(o => o.Denotes)) return;
        // Meanings can be checked without the rules.
        var theory = new Theory(new ModuleDefinition(new ModuleParts(_syntax.Name, _syntax.Order, _uses, sorts, operations)));
        foreach (var symbol in declared)
        {
            if (Interpretation.FaultOf(theory, symbol) is { Length: > 0 } fault)
                Report(DiagnosticKinds.BadMeaning, _symbolPlaces[symbol.Name], symbol.Name, symbol.Meaning, fault);
            if (symbol is Operation { Denotes: true }
                && !ReferenceEquals(theory.DenotationOf(symbol.Parameters.Length == 1 ? symbol.Parameters[0].Sort : symbol.Result), symbol))
                Report(DiagnosticKinds.BadMeaning, _symbolPlaces[symbol.Name], symbol.Name, "denotes",
                    "it must have one parameter, of a declared sort that no other operation gives a meaning");
        }
    }

    private ImmutableArray<EnumSort> BindEnums()
    {
        var enums = ImmutableArray.CreateBuilder<EnumSort>();
        foreach (var syntax in _syntax.Enums)
        {
            foreach (var member in syntax.Members.GroupBy(m => m.Name).Where(g => g.Count() > 1))
                Report(DiagnosticKinds.Duplicate, syntax.Span, syntax.Name + "." + member.Key);
            if (!DeclareSort(syntax.Name, syntax.Span)) continue;
            var sort = new EnumSort(syntax.Name, syntax.Underlying, syntax.Members);
            _enums.Add(syntax.Name, sort);
            enums.Add(sort);
        }

        foreach (var used in _uses.SelectMany(u => u.Enums))
            if (!_enums.ContainsKey(used.FullName)) _enums.Add(used.FullName, used);
        return enums.ToImmutable();
    }

    private bool DeclareSort(string name, SourceSpan span)
    {
        if (_sortPlaces.TryGetValue(name, out var first) || name == "Ref" || IsReference(name) || BuiltInSort.All.Any(b => b.Name == name))
        {
            ReportDuplicate(name, span, first);
            return false;
        }

        _sortPlaces.Add(name, span);
        return true;
    }

    private ImmutableArray<DataSort> BindSorts()
    {
        var sorts = new List<(SortSyntax Syntax, DataSort Sort)>();
        foreach (var syntax in _syntax.Sorts)
        {
            if (DeclareSort(syntax.Name, syntax.Span))
            {
                var sort = new DataSort(_syntax.Name, syntax.Name) { Meaning = syntax.Meaning };
                _sorts.Add(syntax.Name, sort);
                sorts.Add((syntax, sort));
            }
            else _faulty.UnionWith(syntax.Constructors.Select(c => c.Name));
        }

        // Parameters can refer to any sort of the module, so they are bound after all sorts are known.
        bool complete = true;
        foreach (var (syntax, sort) in sorts)
        {
            var constructors = ImmutableArray.CreateBuilder<Constructor>();
            foreach (var c in syntax.Constructors)
            {
                var constructor = new Constructor(
                    _syntax.Name, c.Name, sort, constructors.Count, c.Attributes.Cost,
                    c.Attributes.Flags)
                { Meaning = c.Attributes.Meaning };
                if (Declare(constructor, c.Parameters, c.Span)) constructors.Add(constructor);
                else complete = false;
            }

            sort.Constructors = constructors.ToImmutable();
        }

        // Checked only if no constructor was left out, because that one may make the difference.
        if (complete)
        {
            var inhabitants = new Inhabitants(sorts.Select(s => s.Sort));
            foreach (var (syntax, sort) in sorts)
                if (!inhabitants.Has(sort)) Report(DiagnosticKinds.EmptySort, syntax.Span, syntax.Name);
        }

        return sorts.Select(s => s.Sort).ToImmutableArray();
    }

    private ImmutableArray<Operation> BindOperations()
    {
        var operations = ImmutableArray.CreateBuilder<Operation>();
        foreach (var syntax in _syntax.Operations)
        {
            if (FindSort(syntax.Result) is not { } result)
            {
                foreach (var parameter in syntax.Parameters) FindSort(parameter.Sort);
                _faulty.Add(syntax.Name);
                continue;
            }

            var operation = new Operation(
                _syntax.Name, syntax.Name, result, syntax.Attributes.Flags)
            { Meaning = syntax.Attributes.Meaning };
            if (operation.IsOpen && result.IsValue)
            {
                Report(DiagnosticKinds.OpenValue, syntax.Span, syntax.Name, result.Name);
                _faulty.Add(syntax.Name);
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
            Report(DiagnosticKinds.TooManyParameters, span, symbol.Name, InvariantText.Of(parameters.Count),
                InvariantText.Of(FunctionSymbol.MaxArity));
            _faulty.Add(symbol.Name);
            return false;
        }

        var names = new HashSet<string>();
        foreach (var parameter in parameters)
            if (parameter.Name.Length > 0 && !names.Add(parameter.Name))
                Report(DiagnosticKinds.Duplicate, parameter.Sort.Span, parameter.Name);
        var bound = parameters.Select(p => FindSort(p.Sort) is { } sort ? new Parameter(p.Name, sort) : null).ToList();
        if (bound.Contains(null))
        {
            _faulty.Add(symbol.Name);
            return false;
        }

        symbol.Parameters = bound.ToImmutableArray()!;
        if (_symbolPlaces.TryGetValue(symbol.Name, out var first))
        {
            ReportDuplicate(symbol.Name, span, first);
            return false;
        }

        _symbolPlaces.Add(symbol.Name, span);
        _symbols.Add(symbol.Name, symbol);
        return true;
    }

    private void BindIdentities()
    {
        var attributed = _syntax.Sorts.SelectMany(s => s.Constructors).Select(c => (c.Name, c.Attributes.Identity))
            .Concat(_syntax.Operations.Select(o => (o.Name, o.Attributes.Identity)));
        foreach (var (name, identity) in attributed)
        {
            if (identity is null || !_symbols.TryGetValue(name, out var symbol) || ReportDepth([identity])) continue;
            symbol.Identity = new ExpressionBinder(this, name, null, []).BindValue(identity, symbol.Result);
        }
    }

    private void ReportIgnoredLaws()
    {
        var attributed = _syntax.Sorts.SelectMany(s => s.Constructors).Select(c => (c.Name, c.Attributes, c.Span))
            .Concat(_syntax.Operations.Select(o => (o.Name, o.Attributes, o.Span)));
        foreach (var (name, attributes, span) in attributed)
        {
            var laws = new List<string>();
            if ((attributes.Flags & SymbolAttributes.Associative) != 0) laws.Add("associative");
            if ((attributes.Flags & SymbolAttributes.Commutative) != 0) laws.Add("commutative");
            if (attributes.Identity is not null) laws.Add("identity");
            if (laws.Count > 0) Report(DiagnosticKinds.IgnoredLaw, span, string.Join(", ", laws), name);
        }
    }

    private (ImmutableArray<Pattern> Patterns, ImmutableArray<RewriteRule> Rules) BindPatterns()
    {
        var patterns = ImmutableArray.CreateBuilder<Pattern>();
        var rules = ImmutableArray.CreateBuilder<RewriteRule>();
        foreach (var syntax in _syntax.Patterns)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (Places.Patterns.TryGetValue(syntax.Name, out var first))
            {
                ReportDuplicate(syntax.Name, syntax.Span, first);
                continue;
            }

            Places.Patterns.Add(syntax.Name, syntax.Span);
            if (syntax.IsBetweenCircuits)
            {
                // Another binder handles its meaning, but an expression that nests too deeply cannot even be printed.
                ReportDepth(syntax.Expressions);
                continue;
            }

            if (syntax.UpToPhase) Report(DiagnosticKinds.Syntax, syntax.Span, "Only rules between circuits can hold up to a phase");
            if (BindPattern(syntax) is not { } pattern) continue;
            patterns.Add(pattern);
            if (Transduction.Orient(pattern, _syntax.Name) is { } rule) rules.Add(rule);
            else Report(DiagnosticKinds.NotOriented, syntax.Span, syntax.Name);
        }

        return (patterns.ToImmutable(), rules.ToImmutable());
    }

    private Pattern? BindPattern(PatternSyntax syntax)
    {
        int errors = Diagnostics.Count;
        if (ReportDepth(syntax.Expressions)) return null;
        var names = syntax.Expressions.SelectMany(e => e.Descendants()).Select(d => d.Node).OfType<VariableSyntax>().Select(v => v.Name);
        var binder = new ExpressionBinder(this, syntax.Name, syntax.Variables, new HashSet<string>(names));
        // The matched side binds the variables, whichever way the pattern is read.
        bool backward = syntax.Polarity == Polarity.Backward;
        var (from, to) = backward ? (syntax.Target, syntax.Source) : (syntax.Source, syntax.Target);
        var matched = binder.BindSource(from);
        bool complete = matched is not null;

        var conditions = ImmutableArray.CreateBuilder<Condition>();
        foreach (var condition in syntax.Conditions)
        {
            if (condition.Pattern is null)
            {
                if (binder.BindValue(condition.Expression, BuiltInSort.Bool) is { } test) conditions.Add(new WhenCondition(test));
                else complete = false;
            }
            else if (binder.BindValue(condition.Expression, null) is { } subject
                && binder.BindPattern(condition.Pattern, subject.Sort) is { } pattern)
            {
                conditions.Add(new WhereCondition(pattern, subject));
            }
            else
            {
                complete = false;
                binder.Variables.Miss();
            }
        }

        var built = binder.BindValue(to, matched?.Sort);
        if (built is null || !complete || Diagnostics.Skip(errors).Any(d => d.Kind.Severity == Severity.Error)) return null;
        var bound = conditions.SelectMany(c => c.Expressions).Concat([matched!, built]);
        if (bound.Any(e => Printer.DepthOf(e) > Parser.MaxDepth))
        {
            // Counts implicit conversions too.
            ReportDepth(syntax.Span);
            return null;
        }

        binder.Variables.ReportUnused();
        Expr source = backward ? built : matched!, target = backward ? matched! : built;
        return new Pattern(syntax.Name, source, target, conditions.ToImmutable(), syntax.Priority, syntax.Polarity, syntax.Group,
            syntax.Assumed, syntax.Meaning);
    }

    // True if one of the expressions nests too deeply; the first such is reported.
    private bool ReportDepth(IEnumerable<ExprSyntax> expressions)
    {
        if (expressions.FirstOrDefault(e => e.IsTooDeep) is not { } deep) return false;
        ReportDepth(deep.Descendants().First(d => d.Depth > Parser.MaxDepth).Node.Span);
        return true;
    }

    private void ReportDepth(SourceSpan span)
        => Report(DiagnosticKinds.Syntax, span, "The expression nests more than " + InvariantText.Of(Parser.MaxDepth) + " levels deep");

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
                Report(DiagnosticKinds.NormalizerSort, syntax.Sort.Span, syntax.Name, sort.Name);
                continue;
            }

            if (_symbolPlaces.TryGetValue(syntax.Name, out var first))
            {
                ReportDuplicate(syntax.Name, syntax.Span, first);
                continue;
            }

            _symbolPlaces.Add(syntax.Name, syntax.Span);
            foreach (string group in syntax.Groups)
                if (!groups.Contains(group) && !NamesAreMissing)
                    Report(DiagnosticKinds.EmptyGroup, syntax.Span, group, syntax.Name, Hint(group, groups));
            normalizers.Add(new Normalizer(_syntax.Name, syntax.Name, data, syntax.Strategy, syntax.Groups));
        }

        return normalizers.ToImmutable();
    }

    // If a module has no normalizers, the modules that use it may refer to its groups.
    private void CheckGroups(ImmutableArray<RewriteRule> rules, ImmutableArray<Normalizer> normalizers)
    {
        if (NamesAreMissing || _syntax.LacksDeclarations) return;
        var named = new HashSet<string>(normalizers.SelectMany(n => n.Groups));
        var places = _syntax.Patterns.ToLookup(p => p.Name, p => p.GroupSpan);
        foreach (var rule in rules)
        {
            if (rule.Group.Length == 0) continue;
            if (!rule.IsSimplification)
            {
                Report(DiagnosticKinds.UselessGroup, places[rule.Name].First(), rule.Group, rule.Name,
                    "rules of operations are applied wherever the operation is called", "");
            }
            else if (!named.Contains(rule.Group) && normalizers.Length > 0)
            {
                string near = Nearest(rule.Group, named) ?? "";
                Report(DiagnosticKinds.UselessGroup, places[rule.Name].First(), rule.Group, rule.Name,
                    "no normalizer names it, so the rule is never applied" + (near.Length > 0 ? "; did you mean '" + near + "'?" : ""),
                        near);
            }
        }
    }

    /// <summary>The sort with a name; null after reporting that there is none.</summary>
    public Sort? FindSort(NameSyntax name)
    {
        if (BuiltInSort.All.FirstOrDefault(b => b.Name == name.Text) is { } builtIn) return builtIn;
        if (IsReference(name.Text)) return new RefSort(name.Text.Substring(4, name.Text.Length - 5));
        if (name.Text == "Ref") return new RefSort("");
        if (_sorts.TryGetValue(name.Text, out var own)) return own;
        var found = FindEnums(name.Text).Select(e => (Owner: NamespaceOf(e), Sort: (Sort)e))
            .Concat(_uses.SelectMany(u => u.Sorts).Where(s => IsNamed(s.ModuleName, s.Name, name.Text)).Select(
                s => (Owner: s.ModuleName, Sort: (Sort)s))).ToList();
        // A full name means exactly one sort, even if a longer name ends in it.
        var exact = found.Where(f => f.Owner + "." + LastPart(f.Sort.Name) == name.Text).ToList();
        if (exact.Count == 1) found = exact;
        if (found.Count == 1) return found[0].Sort;
        if (found.Count > 1) Report(DiagnosticKinds.AmbiguousName, name.Span, name.Text, string.Join(" and ", found.Select(s => s.Owner)));
        else if (!NamesAreMissing) Report(DiagnosticKinds.UnknownSort, name.Span, name.Text, Hint(name.Text, SortNames));
        return null;
    }

    private static bool IsReference(string name) => name.StartsWith("Ref<", StringComparison.Ordinal) && name[name.Length - 1] == '>';

    /// <summary>The enums that a name can mean; it may be a full name or its last parts.</summary>
    public List<EnumSort> FindEnums(string name)
        => _enums.TryGetValue(name, out var exact) ? [exact]
            : _enums.Values.Where(e => e.FullName.EndsWith("." + name, StringComparison.Ordinal)).ToList();

    /// <summary>The only enum that a name can mean, or null.</summary>
    public EnumSort? FindEnum(string name) => FindEnums(name) is { Count: 1 } only ? only[0] : null;

    /// <summary>The symbols that a name can mean: the module's own, else those of the used modules.</summary>
    public List<FunctionSymbol> FindSymbols(string name)
    {
        if (_symbols.TryGetValue(name, out var own)) return [own];
        string last = LastPart(name);
        var found = _uses.SelectMany(u => u.DeclaredHere(last)).Where(s => IsNamed(s.ModuleName, s.Name, name)).ToList();
        if (_symbols.TryGetValue(last, out own) && IsNamed(own.ModuleName, own.Name, name)) found.Add(own);
        // A full name means exactly one symbol, even if a longer name ends in it.
        return found.Find(s => s.FullName == name) is { } exact ? [exact] : found;
    }

    /// <summary>True if an unknown name is the consequence of another mistake.</summary>
    public bool IsExcused(string name) => NamesAreMissing || _faulty.Contains(LastPart(name));

    /// <summary>True for a normalizer of this module or of a used one.</summary>
    public bool IsNormalizer(string name) => _syntax.Normalizers.Any(n => IsNamed(_syntax.Name, n.Name, name))
        || _uses.SelectMany(u => u.Normalizers).Any(n => IsNamed(n.ModuleName, n.Name, name));

    /// <summary>The name of a symbol as rules must write it, if the bare name would be a variable.</summary>
    public string AsWritten(string name)
        => FindSymbols(name) is [var symbol, ..] && Parser.LooksLikeVariable(name) ? name + (symbol.Arity == 0 ? "()" : "(...)") : name;

    /// <summary>The names of all symbols in scope, for hints.</summary>
    public IEnumerable<string> SymbolNames => _symbols.Keys.Concat(_uses.SelectMany(u => u.DeclaredSymbols).Select(s => s.Name));

    /// <summary>The name of this module.</summary>
    public string ModuleName => _syntax.Name;

    public void Report(DiagnosticKind kind, SourceSpan span, params string[] arguments) => Diagnostics.Add(new(kind, span, arguments));

    private void ReportDuplicate(string name, SourceSpan span, SourceSpan first)
        => Diagnostics.Add(new(DiagnosticKinds.Duplicate, span, EquatableArray.Of(name),
            first.Line > 0 ? EquatableArray.Of(first) : EquatableArray<SourceSpan>.Empty));

    /// <summary>A hint with the nearest of some names; only for the first mistakes.</summary>
    public string Hint(string name, IEnumerable<string> candidates)
        => Nearest(name, candidates) is { } near ? "; did you mean '" + near + "'?" : "";

    /// <summary>The nearest of some names, only for the first mistakes; null if none is near.</summary>
    public string? Nearest(string name, IEnumerable<string> candidates) => --_hints < 0 ? null : NearNames.Nearest(name, candidates);

    private IEnumerable<string> SortNames => _sorts.Keys.Concat(BuiltInSort.All.Select(b => b.Name))
        .Concat(_enums.Keys.Select(LastPart)).Concat(_uses.SelectMany(u => u.Sorts).Select(s => s.Name));

    private static string LastPart(string name) => name.Substring(name.LastIndexOf('.') + 1);

    private static string NamespaceOf(EnumSort sort) => sort.FullName.Substring(0, Math.Max(0, sort.FullName.LastIndexOf('.')));

    // `Plus`, `Arith.Plus` and `Demo.Arith.Plus` all name the symbol Plus of module Demo.Arith.
    private static bool IsNamed(string module, string symbol, string name)
    {
        if (name == symbol) return true;
        string full = module + "." + symbol;
        return name.Contains('.') && (full == name || full.EndsWith("." + name, StringComparison.Ordinal));
    }
}
