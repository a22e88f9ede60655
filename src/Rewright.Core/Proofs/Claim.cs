using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using Rewright.Model;
using Rewright.Quantum;
using Rewright.Smt;

namespace Rewright.Proofs;

/// <summary>A variable of a claim.</summary>
/// <param name="Name">The name in the rule.</param>
/// <param name="Carrier">The set of its values.</param>
/// <param name="MayLackValue">True if it may also stand for a term without a value, or with poison.</param>
/// <param name="IsNatural">True if it is not negative.</param>
/// <param name="HasEveryValue">True if every value has a term; otherwise a counterexample may not be real.</param>
public sealed record ClaimVariable(string Name, Carrier Carrier, bool MayLackValue, bool IsNatural, bool HasEveryValue);

/// <summary>Values of a claim's variables that refute it, found by computing both sides.</summary>
/// <param name="Text">The counterexample in the user's terms.</param>
/// <param name="Script">The counterexample for a solver, to append to the claim's script.</param>
/// <param name="IsReal">False if there may be no term with such a value.</param>
/// <param name="Values">The values of the claim's variables.</param>
public sealed record Counterexample(string Text, string Script, bool IsReal, IReadOnlyList<Result> Values);

/// <summary>A claim about terms without variables, for an engine.</summary>
/// <param name="Denotation">The operation that computes the values of both sides.</param>
/// <param name="Source">One side.</param>
/// <param name="Target">The other side.</param>
/// <param name="Conditions">The conditions that must hold.</param>
public sealed record GroundClaim(Operation Denotation, Expr Source, Expr Target, IReadOnlyList<Condition> Conditions);

/// <summary>
/// The claim that one side of a rule may be replaced by the other at given widths. Where the premises hold and the source has a value, the
/// target has the same value; where the source is poison, the target may be anything but undefined.
/// </summary>
public sealed class Claim
{
    // The limit per identity.
    private const int MaxInstances = 600;

    private readonly List<ClaimVariable> _variables = [];
    private readonly List<TypedMeaning> _premises = [];
    private readonly TypedMeaning _source, _target;
    private readonly Expr _from, _to;
    private readonly IReadOnlyList<Condition> _conditions;
    private readonly Dictionary<Variable, int> _places = [];
    private readonly Interpretation _interpretation;
    private string? _script;

    private Claim(Interpretation interpretation, Expr source, Expr target, IEnumerable<Condition> conditions)
    {
        _interpretation = interpretation;
        (_from, _to, _conditions) = (source, target, conditions.ToList());
        var elaboration = new Elaboration(interpretation);
        var environment = new Dictionary<Variable, TypedMeaning>();
        TypedMeaning Fresh(Variable variable)
        {
            var theory = interpretation.Theory;
            _places.Add(variable, _variables.Count);
            _variables.Add(new(variable.Name, elaboration.CarrierOf(variable.Sort), theory.MayLackValue(variable.Sort, interpretation),
                variable.Sort is DataSort data && SortMeaning.Of(data) is { IsNatural: true },
                    theory.HasEveryValue(variable.Sort, interpretation)));
            return new TypedParameter(_variables.Count - 1, _variables[_variables.Count - 1].Carrier);
        }

        foreach (var variable in source.Descendants().OfType<VariableExpr>().Select(v => v.Variable))
            if (!environment.ContainsKey(variable)) environment.Add(variable, Fresh(variable));
        foreach (var condition in conditions) _premises.AddRange(elaboration.Premises(condition, environment, Fresh));
        // An equation may have variables that occur on one side only.
        foreach (var variable in target.Descendants().OfType<VariableExpr>().Select(v => v.Variable))
            if (!environment.ContainsKey(variable)) environment.Add(variable, Fresh(variable));
        (_source, _target) = (elaboration.Of(source, environment), elaboration.Of(target, environment));
    }

    /// <summary>The widths of sorts with several, such as <c>8</c>; empty if there are none.</summary>
    public string Widths => string.Join(", ", _interpretation.Choices.Select(c => ((BitsCarrier)c.Value).Width).Select(Text).Distinct());

    /// <summary>The variables, in the order of the script's constants.</summary>
    public IReadOnlyList<ClaimVariable> Variables => _variables;

    /// <summary>False if a pattern defines its root's computation, instead of claiming something about it.</summary>
    public static bool IsMadeBy(Theory theory, Pattern pattern)
        => Sides(pattern).All(s => s.Source is not ApplyExpr { Symbol: var root } || theory.IsStated(root));

    /// <summary>The claims of a pattern, for each choice of widths.</summary>
    public static IReadOnlyList<Claim> Of(Theory theory, Pattern pattern)
    {
        var interpretations = theory.InterpretationsOf(Theory.ExpressionsOf(pattern), doublesAreReals: pattern.Meaning == "real");
        return interpretations.SelectMany(i => Of(i, pattern)).ToList();
    }

    /// <summary>The claims of a pattern at given widths.</summary>
    public static IEnumerable<Claim> Of(Interpretation interpretation, Pattern pattern)
        => Sides(pattern).Select(s => new Claim(interpretation, s.Source, s.Target, pattern.Conditions));

    // An equation is a claim in both directions.
    private static (Expr Source, Expr Target)[] Sides(Pattern pattern) => pattern.Polarity switch
    {
        Polarity.Forward => [(pattern.Source, pattern.Target)],
        Polarity.Backward => [(pattern.Target, pattern.Source)],
        _ => [(pattern.Source, pattern.Target), (pattern.Target, pattern.Source)],
    };

    /// <summary>
    /// A script, without <c>check-sat</c>, that is satisfiable if and only if the claim is wrong. Its first constants are the variables:
    /// each value, followed, if it may lack a value, by two truth values: that there is a value, and that it is not poison.
    /// </summary>
    public string Script => _script ??= MakeScript(new SmtScript());

    /// <summary>
    /// A weaker script: it can be satisfied whenever <see cref="Script"/> can, and perhaps in other cases, because it knows products and
    /// quotients only by name. Null if the claim has none.
    /// </summary>
    public string? AbstractScript
    {
        get
        {
            var script = new SmtScript(isAbstract: true);
            string text = MakeScript(script);
            return script.HasHardFunctions ? text : null;
        }
    }

    /// <summary>True if the claim uses a function that is known only by name.</summary>
    public bool HasUnknownFunctions
    {
        get
        {
            var script = new SmtScript();
            MakeScript(script);
            return script.HasUnknownFunctions;
        }
    }

    /// <summary>
    /// The script together with the instances of the module's identities for its terms. Null if there are no identities, or none are
    /// needed.
    /// </summary>
    /// <param name="ofResults">True to include the results of unknown functions, not only their arguments.</param>
    /// <remarks>
    /// Solvers search for instances of quantified equations but rarely find those for sums, because they have rewritten the sum by then. So
    /// the script contains all instances for a few terms: arguments, their negatives, and halves of variables.
    /// </remarks>
    public string? ScriptWithIdentities(bool ofResults)
    {
        var identities = _interpretation.Theory.Identities(_interpretation);
        if (identities.Count == 0) return null;
        var script = new SmtScript();
        MakeScript(script);
        if (!script.HasUnknownFunctions) return null;
        var terms = _variables.Select((v, i) => (v, i)).Where(p => !p.v.MayLackValue).Select(
            p => new SmtTerm(Constants[PlaceOf(p.i)], p.v.Carrier)).ToList();
        var halves = terms.Where(t => t.Carrier is RealCarrier).Select(
            t => script.Call(t.Carrier, "/", t, SmtScript.Value((Rational)2, t.Carrier))).ToList();
        terms.AddRange(script.UnknownArguments);
        if (ofResults) terms.AddRange(script.UnknownResults);
        terms.AddRange(halves);
        terms.AddRange(terms.Where(t => t.Carrier is RealCarrier or IntCarrier).Select(t => script.Call(t.Carrier, "-", t)).ToList());
        terms = terms.Distinct().ToList();
        foreach (var identity in identities) identity.Instantiate(script, terms);
        return script.ToString();
    }

    // Two truth values follow the value of a variable that may lack one.
    private int PlaceOf(int variable) => variable + 2 * _variables.Take(variable).Count(v => v.MayLackValue);

    private void Instantiate(SmtScript script, IReadOnlyList<SmtTerm> terms)
    {
        IEnumerable<IReadOnlyList<Outcome>> choices = [[]];
        foreach (var variable in _variables)
            choices = choices.SelectMany(
                c => terms.Where(t => t.Carrier.Equals(variable.Carrier)).Select(t => (IReadOnlyList<Outcome>)[.. c, Outcome.Of(t)]));
        foreach (var choice in choices.Take(MaxInstances).ToList())
        {
            var premises = _premises.Select(p => p.Translate(script, choice)).SelectMany(
                o => new[] { o.Defined, o.Clean, o.Value }).ToList();
            for (int i = 0; i < _variables.Count; i++)
                if (_variables[i].IsNatural)
                    premises.Add(script.Call(BoolCarrier.Only, ">=", choice[i].Value, SmtScript.Value(BigInteger.Zero, IntCarrier.Only)));
            Outcome source = _source.Translate(script, choice), target = _target.Translate(script, choice);
            script.Assert(script.Implies(script.And([.. premises, source.Defined]), Refines(script, source, target)));
        }
    }

    private static SmtTerm Refines(SmtScript script, Outcome source, Outcome target)
        => script.And(target.Defined, script.Implies(source.Clean, script.And(target.Clean, script.Equal(source.Value, target.Value))));

    /// <summary>The names of the constants from which a counterexample is read.</summary>
    public IReadOnlyList<string> Constants { get; private set; } = [];

    /// <summary>True if one side is the other in a different form, whatever the premises.</summary>
    public bool HoldsByForm => NormalForm.Same(_source, _target, _variables);

    /// <summary>Computes both sides for given values.</summary>
    /// <param name="values">The values, one for each variable.</param>
    /// <returns>A counterexample, or null.</returns>
    /// <exception cref="NotComputableException">A value cannot be computed exactly.</exception>
    public Counterexample? Try(IReadOnlyList<Result> values)
    {
        Result Argument(int i) => values[i];
        for (int i = 0; i < _variables.Count; i++)
            if (_variables[i].IsNatural && values[i] is { IsDefined: true, Value: BigInteger { Sign: < 0 } }) return null;
        foreach (var premise in _premises)
            if (premise.Evaluate(Argument) is not { IsDefined: true, IsClean: true, Value: true }) return null;
        var source = _source.Evaluate(Argument);
        if (!source.IsDefined) return null;
        var target = _target.Evaluate(Argument);
        if (target.IsDefined && (!source.IsClean || target.IsClean && Vocabulary.Same(source.Value!, target.Value!))) return null;

        var text = new StringBuilder();
        for (int i = 0; i < _variables.Count; i++)
            text.Append(i == 0 ? "for " : ", ").Append(_variables[i].Name).Append(" = ").Append(Show(values[i], _variables[i].Carrier));
        if (Widths.Length > 0)
            text.Append(_variables.Count == 0 ? "at " : " at ").Append(Widths.IndexOf(',') < 0 ? "width " : "widths ").Append(Widths);
        text.Append(text.Length > 0 ? ", " : "").Append(_from).Append(" is ").Append(Show(source, _source.Carrier))
            .Append(" and ").Append(_to).Append(" is ").Append(Show(target, _target.Carrier));
        return new(text.ToString(), ScriptOf(values), _variables.All(v => v.HasEveryValue), values);
    }

    /// <summary>
    /// The claim about terms with given values; null if the module does not compute values, or no such terms are known.
    /// </summary>
    public GroundClaim? Ground(IReadOnlyList<Result> values)
    {
        if (_interpretation.DoublesAreReals || _interpretation.Theory.DenotationOf(_from.Sort) is not { } denotation) return null;
        var terms = new Dictionary<Variable, Expr>();
        foreach (var place in _places)
        {
            if (Term(place.Key.Sort, values[place.Value]) is not { } term) return null;
            terms.Add(place.Key, term);
        }

        Expr Instance(Expr expr) => Substitution.Rebuild(expr, v => terms.TryGetValue(v, out var term) ? term : null);
        // Variables that conditions bind must be replaced too.
        if (_conditions.SelectMany(c => c.Expressions).SelectMany(e => e.Descendants()).OfType<VariableExpr>().Any(
            v => !terms.ContainsKey(v.Variable)))
            return null;
        return new(denotation, Instance(_from), Instance(_to), _conditions.Select(c => c is WhereCondition where
            ? new WhereCondition(Instance(where.Pattern), Instance(where.Subject))
                : (Condition)new WhenCondition(Instance(((WhenCondition)c).Test))).ToList());
    }

    private Expr? Term(Sort sort, Result value)
    {
        if (value is not { IsDefined: true, IsClean: true, Value: { } known }) return null;
        if (sort is BuiltInSort { Kind: not (BuiltInKind.Symbol or BuiltInKind.String) } or EnumSort)
            return new LiteralExpr(LiteralValues.ToLiteral(known, sort));
        // Finds a constructor that only wraps a value.
        var wrapper = (sort as DataSort)?.Constructors.FirstOrDefault(
            c => c.Arity == 1 && c.Parameters[0].Sort is not DataSort && _interpretation.MeaningOf(c) is TypedParameter);
        return wrapper is not null
            && Term(wrapper.Parameters[0].Sort, value) is { } inner ? new ApplyExpr(wrapper, EquatableArray.Of(inner)) : null;
    }

    private string ScriptOf(IReadOnlyList<Result> values)
    {
        _ = Script;
        var text = new StringBuilder();
        var names = new Queue<string>(Constants);
        for (int i = 0; i < _variables.Count; i++)
        {
            string name = names.Dequeue();
            // For opaque values only their equality matters, so the solver may choose them.
            if (values[i].IsDefined && _variables[i].Carrier is not OpaqueCarrier)
                text.Append("(assert (= ").Append(name).Append(' ').Append(
                    SmtScript.Value(values[i].Value!, _variables[i].Carrier).Text).Append("))\n");
            if (!_variables[i].MayLackValue) continue;
            text.Append("(assert (= ").Append(names.Dequeue()).Append(values[i].IsDefined ? " true" : " false").Append("))\n");
            if (names.Dequeue() is var clean && values[i].IsDefined)
                text.Append("(assert (= ").Append(clean).Append(values[i].IsClean ? " true" : " false").Append("))\n");
        }

        return text.ToString();
    }

    /// <summary>The number of attempted values for which the premises hold and the source has a value.</summary>
    public int CountApplicable(int attempts)
    {
        var random = new SampleValues();
        int count = 0;
        for (int i = 0; i < attempts; i++)
        {
            var values = _variables.Select(v => random.Next(v)).ToList();
            Result Argument(int index) => values[index];
            try
            {
                if (_premises.All(p => p.Evaluate(Argument) is { IsDefined: true, IsClean: true, Value: true })
                    && _source.Evaluate(Argument).IsDefined)
                    count++;
            }
            catch (NotComputableException)
            {
                // A value that cannot be computed does not count.
            }
        }

        return count;
    }

    /// <summary>
    /// Tries values that often refute wrong rules, the same ones each time, and returns the counterexample that is easiest to read.
    /// </summary>
    public Counterexample? Search(int attempts)
    {
        var random = new SampleValues();
        Counterexample? simplest = null;
        for (int i = 0; i < attempts; i++)
        {
            try
            {
                if (Try(_variables.Select(v => random.Next(v)).ToList()) is { } found
                    && (simplest is null || Effort(found).CompareTo(Effort(simplest)) < 0))
                    simplest = found;
            }
            catch (NotComputableException)
            {
                // Other values may work.
            }
        }

        return simplest;

        static (int, int) Effort(Counterexample found) => (found.Values.Count(v => !v.IsDefined || !v.IsClean), found.Text.Length);
    }

    private string MakeScript(SmtScript script)
    {
        var outcomes = new List<Outcome>();
        var constants = new List<string>();
        foreach (var variable in _variables)
        {
            var value = script.Constant(variable.Carrier);
            var outcome = variable.MayLackValue
                ? new Outcome(value, script.Constant(BoolCarrier.Only), script.Constant(BoolCarrier.Only)) : Outcome.Of(value);
            outcomes.Add(outcome);
            constants.Add(value.Text);
            if (variable.MayLackValue) constants.AddRange([outcome.Defined.Text, outcome.Clean.Text]);
            if (variable.IsNatural)
                script.Assert(script.Call(BoolCarrier.Only, ">=", value, SmtScript.Value(BigInteger.Zero, IntCarrier.Only)));
        }

        foreach (var premise in _premises)
        {
            var outcome = premise.Translate(script, outcomes);
            script.Assert(script.And(outcome.Defined, outcome.Clean, outcome.Value));
        }

        var source = _source.Translate(script, outcomes);
        var target = _target.Translate(script, outcomes);
        script.Assert(source.Defined);
        script.Assert(script.Not(Refines(script, source, target)));
        Constants = constants;
        return script.ToString();
    }

    private static string Show(Result result, Carrier carrier)
        => !result.IsDefined ? "undefined" : !result.IsClean ? "poison" : (result.Value, carrier) switch
        {
            (bool b, _) => b ? "true" : "false",
            (BigInteger n, BitsCarrier { Width: var width }) => Bits.Signed(n, width) is { Sign: < 0 } negative
            ? Text(n) + " (" + Text(negative) + ")" : Text(n),
            (BigInteger n, _) => Text(n),
            (double d, _) => d.ToString("R", CultureInfo.InvariantCulture),
            (var other, _) => other!.ToString()!,
        };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}
