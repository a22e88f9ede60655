using System.Collections.Generic;
using System.Linq;
using Rewright.Checks;
using Rewright.Model;
using Rewright.Text;

namespace Rewright.Bind;

/// <summary>The variables of one pattern: which are bound, and how often each is used.</summary>
/// <param name="binder">Knows the names of the module.</param>
/// <param name="owner">What messages call the pattern.</param>
/// <param name="declared">The variables with their sorts, null where patterns bind and sort them (<c>.rw</c> text).</param>
/// <param name="names">The names of variables that occur in the pattern: new ones have to differ from them.</param>
internal sealed class PatternVariables(Binder binder, string owner, EquatableArray<ParameterSyntax>? declared, HashSet<string> names)
{
    private readonly Dictionary<string, Variable> _bound = [];
    private readonly Dictionary<string, (int Count, SourceSpan First)> _uses = [];
    private readonly Dictionary<string, Sort?> _declared = declared is null
        ? []
        : declared.Value.GroupBy(p => p.Name).ToDictionary(g => g.Key, g => binder.FindSort(g.First().Sort));
    private bool _isIncomplete;

    /// <summary>Says that the side that should have bound variables is faulty: from now on no variable is called unbound.</summary>
    public void Miss() => _isIncomplete = true;

    /// <summary>Reports variables that are mentioned suspiciously seldom.</summary>
    public void ReportUnused()
    {
        if (declared is null)
        {
            foreach (var use in _uses)
            {
                if (!_bound.ContainsKey(use.Key)) continue;
                if (IsPlain(use.Key, use.Value.First) && binder.FindSymbols(use.Key) is [{ Arity: 0 } symbol, ..])
                    binder.Report(DiagnosticKinds.VariableLikeSymbol, use.Value.First, use.Key,
                        symbol is Constructor ? "constructor" : "operation");
                else if (use.Value.Count == 1 && use.Key[0] != '_')
                    binder.Report(DiagnosticKinds.UnusedVariable, use.Value.First, use.Key, NearSymbol(use.Key, []));
            }
        }
        else
        {
            foreach (var parameter in declared.Value)
                if (!_uses.ContainsKey(parameter.Name))
                    binder.Report(DiagnosticKinds.UnusedParameter, parameter.Sort.Span, owner, parameter.Name);
        }
    }

    // Who writes `$zero` means a variable.
    private static bool IsPlain(string name, SourceSpan place) => Parser.LooksLikeVariable(name) && place.Length == name.Length;

    /// <summary>The end of a message about an unknown name: which known name the author may have meant.</summary>
    public string NearSymbol(string name, IEnumerable<string> variables)
    {
        if (declared is null && binder.FindSymbols(name).Count > 0)
            return "; the symbol of that name is written '" + binder.AsWritten(name) + "'";
        return binder.Nearest(name, binder.SymbolNames.Concat(variables)) is { } near
            ? "; did you mean '" + (_bound.ContainsKey(near) ? near : binder.AsWritten(near)) + "'?" : "";
    }

    /// <summary>A variable in a pattern, which binds it; null where that is a mistake, which is reported.</summary>
    public VariableExpr? Bind(VariableSyntax syntax, Sort sort)
    {
        if (syntax.Name.Length == 0) return new VariableExpr(new Variable(NewName(), sort));
        CountUse(syntax);
        if (_declared.TryGetValue(syntax.Name, out var known))
        {
            if (known is null) return null;
            // C# converts an int parameter to long where it is passed; a pattern has nothing to convert.
            if (!known.Equals(sort))
            {
                binder.Report(DiagnosticKinds.VariableSort, syntax.Span, syntax.Name, known.Name, sort.Name);
                return null;
            }
        }

        if (_bound.TryGetValue(syntax.Name, out var variable))
        {
            if (variable.Sort.Equals(sort)) return new VariableExpr(variable);
            binder.Report(DiagnosticKinds.VariableSort, syntax.Span, syntax.Name, variable.Sort.Name, sort.Name);
            return null;
        }

        _bound.Add(syntax.Name, variable = new Variable(syntax.Name, sort));
        return new VariableExpr(variable);
    }

    /// <summary>A variable in an expression that is computed; null where nothing binds it, which is reported.</summary>
    public VariableExpr? Use(VariableSyntax syntax)
    {
        CountUse(syntax);
        if (_bound.TryGetValue(syntax.Name, out var variable)) return new VariableExpr(variable);
        if (!_isIncomplete)
        {
            binder.Report(DiagnosticKinds.UnboundVariable, syntax.Span, owner, syntax.Name.Length == 0 ? "_" : syntax.Name,
                NearSymbol(syntax.Name, _bound.Keys));
        }

        return null;
    }

    // A wildcard gets a name, so that what is printed reads back the same and every variable has one.
    private string NewName()
    {
        int number = 1;
        while (!names.Add("_" + InvariantText.Of(number))) number++;
        return "_" + InvariantText.Of(number);
    }

    private void CountUse(VariableSyntax syntax)
        => _uses[syntax.Name] = _uses.TryGetValue(syntax.Name, out var use) ? (use.Count + 1, use.First) : (1, syntax.Span);
}
