using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Cli.Import;

/// <summary>Rules of Ruler and of the sets it was compared with: <c>(+ ?a 0) ==> ?a</c>.</summary>
internal static class RulerImport
{
    private const int MaxDepth = 200;

    // Sorts: n is the domain's own, b is truth values, s is either of them but the same throughout a signature.
    private static readonly Dictionary<string,
        (string Sort, Dictionary<string, (string Name, string Signature, string Meaning)> Operators)> Known = new()
        {
            ["bool"] = ("bool defined", Table("& And n nn and", "| Or n nn or", "^ Xor n nn xor", "~ Not n n not")),
            ["bits"] = ("bits 8 16 32 64 defined", Table(
            "+ Add n nn bvadd", "-- Sub n nn bvsub", "* Mul n nn bvmul", "- Neg n n bvneg", "~ Not n n bvnot",
            "<< Shl n nn bvshl", ">> Shr n nn bvlshr", "& And n nn bvand", "| Or n nn bvor", "^ Xor n nn bvxor")),
            ["rational"] = ("real defined", Table(
            "+ Add n nn +", "- Sub n nn -", "* Mul n nn *", "/ Div n nn /", "~ Neg n n -", "fabs Abs n n abs",
            "sqrt Sqrt n n sqrt", "cbrt Cbrt n n cbrt", "pow Pow n nn pow", "exp Exp n n exp", "log Log n n log",
            "sin Sin n n sin", "cos Cos n n cos", "tan Tan n n (/_(sin_$1)_(cos_$1))")),
            // Divisions round so that the remainder is not negative, as in Halide.
            ["halide"] = ("int defined", Table(
            "+ Add n nn +", "- Sub n nn -", "-/1 Neg n n -", "* Mul n nn *", "/ Div n nn div", "% Mod n nn mod", "min Min n nn min",
            "max Max n nn max",
            "< Lt b nn <", "<= Le b nn <=", "== Eq b ss =", "!= Ne b ss distinct",
            "&& And b bb and", "|| Or b bb or", "^ Xor b bb xor", "! Not b b not", "select Select s bss ite")),
            // Rules that take truth values for numbers: true is 1, false is 0, and every number but 0 is true.
            ["halide numbers"] = ("int defined", Table(
            "+ Add n nn +", "- Sub n nn -", "-/1 Neg n n -", "* Mul n nn *", "/ Div n nn div", "% Mod n nn mod", "min Min n nn min",
            "max Max n nn max",
            "< LtNum n nn (ite_(<_$1_$2)_1_0)", "<= LeNum n nn (ite_(<=_$1_$2)_1_0)", "== EqNum n nn (ite_(=_$1_$2)_1_0)",
            "!= NeNum n nn (ite_(=_$1_$2)_0_1)",
            "&& AndNum n nn (ite_(or_(=_$1_0)_(=_$2_0))_0_1)", "|| OrNum n nn (ite_(and_(=_$1_0)_(=_$2_0))_0_1)",
            "^ XorNum n nn (ite_(xor_(=_$1_0)_(=_$2_0))_1_0)", "! NotNum n n (ite_(=_$1_0)_1_0)",
            "select SelectNum n nnn (ite_(=_$1_0)_$3_$2)")),
        };

    // Assumptions about functions that solvers know only by name.
    private static readonly (string Function, string Identity)[] Identities =
    [
        ("exp", "(exp (+ ?a ?b)) ==> (* (exp ?a) (exp ?b))"),
        ("exp", "(exp 0) ==> 1"),
        ("exp", "?a ==> (log (exp ?a))"),
        ("exp", "(exp (log ?a)) ==> ?a"),
        ("exp", "(exp (* (log ?a) ?b)) ==> (pow ?a ?b)"),
        ("exp", "(+ (log ?a) (log ?b)) ==> (log (* ?a ?b))"),
        ("exp", "(log 1) ==> 0"),
        ("sin", "(sin (+ ?a ?b)) ==> (+ (* (sin ?a) (cos ?b)) (* (cos ?a) (sin ?b)))"),
        ("sin", "(cos (+ ?a ?b)) ==> (- (* (cos ?a) (cos ?b)) (* (sin ?a) (sin ?b)))"),
        ("sin", "(sin (~ ?a)) ==> (~ (sin ?a))"),
        ("sin", "(cos (~ ?a)) ==> (cos ?a)"),
        ("sin", "(sin 0) ==> 0"),
        ("sin", "(cos 0) ==> 1"),
        ("sin", "(+ (* (sin ?a) (sin ?a)) (* (cos ?a) (cos ?a))) ==> 1"),
    ];

    public static IEnumerable<string> Domains => Known.Keys.Where(k => !k.Contains(' '));

    /// <summary>The domain that the name of a file implies.</summary>
    public static string DomainOf(string name)
        => name.Contains("bool", StringComparison.Ordinal) ? "bool" : name.Contains("bv", StringComparison.Ordinal) ? "bits"
            : name.Contains("halide", StringComparison.Ordinal) ? "halide" : "rational";

    public static ModuleText Read(string text, string domain)
    {
        var module = new ModuleText();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0) continue;
            bool both = line.Contains("<=>", StringComparison.Ordinal);
            var (source, target) = Sides(line, both ? "<=>" : "==>", i + 1);
            Add(module, domain, source, target, i + 1, (from, to) => module.Rule("line " + (i + 1), from, to, [], line));
            if (both)
                Add(module, domain, target, source, i + 1, (from, to) => module.Rule("line " + (i + 1) + " backward", from, to, [], ""));
        }

        if (domain != "rational") return module;
        foreach (var (function, identity) in Identities)
        {
            if (!text.Contains("(" + function + " ", StringComparison.Ordinal)) continue;
            var (source, target) = Sides(identity, "==>", 0);
            Add(module, domain, source, target, 0, (from, to) => module.Identity("identity " + identity, from, to));
        }

        return module;
    }

    private static (Term Source, Term Target) Sides(string line, string arrow, int number)
        => line.Split(arrow) is [var left, var right]
            ? (Parse(left, number), Parse(right, number))
            : throw new ImportException(number, 1, "there is no single ==> or <=> in '" + line + "'");

    private static void Add(ModuleText module, string domain, Term source, Term target, int line, Action<string, string> add)
    {
        var typing = new Typing(Known[domain], line);
        bool fits = typing.Unify(typing.Infer(source), typing.Infer(target));
        if (!fits || typing.HasClash)
        {
            if (!Known.TryGetValue(domain + " numbers", out var untyped)) throw new ImportException(line, 1, "the sorts do not fit");
            typing = new Typing(untyped, line);
            typing.Unify(typing.Infer(source), typing.Infer(target));
            domain += " numbers";
        }

        module.Sort("E", Known[domain].Sort);
        if (domain == "halide") module.Sort("B", "bool defined");
        string from = typing.Write(module, source), to = typing.Write(module, target);
        string sort = typing.SortOf(source);
        // A source must be a symbol applied to patterns, and must bind the variables of the target.
        var unbound = target.Variables().Except(source.Variables()).Distinct().ToList();
        if (source.IsVariable) from = module.Construct("Same" + sort, "$1", sort, (sort, from));
        foreach (var variable in unbound)
            from = module.Construct(
                "Given" + sort + typing.SortOf(variable), "$1", sort, (sort, from),
                (typing.SortOf(variable), typing.Write(module, variable)));
        add(from, to);
    }

    private static Dictionary<string, (string, string, string)> Table(params string[] lines)
        => lines.Select(l => l.Split(' ')).ToDictionary(
            f => f[0].Contains('/') && f[0].Length > 1 ? f[0] : f[0] + "/" + f[3].Length,
            f => (f[1], f[2] + f[3], f[4].Replace('_', ' ')));

    private static Term Parse(string text, int line)
    {
        var tokens = text.Replace("(", " ( ").Replace(")", " ) ").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int position = 0;
        var term = Parse(0);
        return position == tokens.Length
            ? term : throw new ImportException(line, 1, "'" + tokens[position] + "' stands behind the end of a term");

        Term Parse(int depth)
        {
            if (depth > MaxDepth) throw new ImportException(line, 1, "a term nests too deeply");
            string token = position < tokens.Length ? tokens[position++] : throw new ImportException(line, 1, "a term is not complete");
            if (token[0] == '?'
                && (token.Length == 1 || !char.IsLetter(token[1]) || !token.Skip(1).All(Rewright.Model.LiteralText.IsNamePart)))
                throw new ImportException(line, 1, "'" + token + "' is no variable: a name of letters and digits follows the '?'");
            if (token != "(") return token != ")" ? new Term(token, []) : throw new ImportException(line, 1, "there is a ')' too many");
            if (position >= tokens.Length) throw new ImportException(line, 1, "a term is not complete");
            string head = tokens[position++];
            var arguments = new List<Term>();
            while (position < tokens.Length && tokens[position] != ")") arguments.Add(Parse(depth + 1));
            return position++ < tokens.Length ? new Term(head, [.. arguments]) : throw new ImportException(line, 1, "a ')' is missing");
        }
    }

    private sealed record Term(string Head, Term[] Arguments)
    {
        public bool IsVariable => Head[0] == '?';

        // Variables with the same name are equal.
        public bool Equals(Term? other) => other is not null && (IsVariable ? Head == other.Head : ReferenceEquals(this, other));

        public override int GetHashCode()
            => IsVariable ? Head.GetHashCode(StringComparison.Ordinal) : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public IEnumerable<Term> Variables() => IsVariable ? [this] : Arguments.SelectMany(a => a.Variables());
    }

    /// <summary>Finds which parts of a rule are truth values.</summary>
    private sealed class Typing(
        (string Sort, Dictionary<string, (string Name, string Signature, string Meaning)> Operators) domain, int line)
    {
        private readonly Dictionary<Term, int> _sorts = [];
        // Class 0 is the domain's sort, class 1 is truth values; any other class points to its representative.
        private readonly List<int> _classes = [0, 1];

        public bool HasClash { get; private set; }

        public int Infer(Term term)
        {
            if (_sorts.TryGetValue(term, out int known)) return known;
            if (term.Arguments.Length == 0) return _sorts[term] = New();
            var (_, signature, _) = Operator(term);
            int any = New();
            int Sort(char c) => c switch { 'n' => 0, 'b' => 1, _ => any };
            for (int i = 0; i < term.Arguments.Length; i++) HasClash |= !Unify(Infer(term.Arguments[i]), Sort(signature[i + 1]));
            return _sorts[term] = Sort(signature[0]);
        }

        public bool Unify(int left, int right)
        {
            (left, right) = (Find(left), Find(right));
            if (left == right) return true;
            if (left < 2 && right < 2) return false;
            _classes[Math.Max(left, right)] = Math.Min(left, right);
            return true;
        }

        public string SortOf(Term term) => Find(Infer(term)) == 1 ? "B" : "E";

        public string Write(ModuleText module, Term term)
        {
            if (term.IsVariable) return term.Head[1..];
            string sort = SortOf(term);
            if (term.Arguments.Length == 0) return Literal(module, term.Head, sort);
            var (name, signature, meaning) = Operator(term);
            // An operator that takes either sort becomes two constructors.
            int any = signature.IndexOf('s', StringComparison.Ordinal);
            if (any >= 0) name += any == 0 ? sort : SortOf(term.Arguments[any - 1]);
            return module.Construct(name, meaning, sort, [.. term.Arguments.Select(a => (SortOf(a), Write(module, a)))]);
        }

        private string Literal(ModuleText module, string number, string sort)
        {
            if (number.Split('/') is not [.. var parts] || parts.Length > 2
                || !parts.All(p => int.TryParse(
                p, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _)))
                throw new ImportException(line, 1, "'" + number + "' is no number");
            string name = number.Replace("-", "Minus").Replace('/', '_');
            if (sort == "B") return module.Construct(number == "0" ? "False" : "True", number == "0" ? "false" : "true", sort);
            if (domain.Sort.StartsWith("bool", StringComparison.Ordinal))
                return module.Construct("N" + name, number == "0" ? "false" : "true", sort);
            return module.Construct("N" + name, parts.Length == 1 ? number : "(quotient " + parts[0] + " " + parts[1] + ")", sort);
        }

        private (string Name, string Signature, string Meaning) Operator(Term term)
            => domain.Operators.TryGetValue(term.Head + "/" + term.Arguments.Length, out var known) ? known
                : throw new ImportException(
                    line, 1, "there is no operator '" + term.Head + "' with " + term.Arguments.Length + " operands here");

        private int Find(int sort)
        {
            while (_classes[sort] != sort) sort = _classes[sort];
            return sort;
        }

        private int New()
        {
            _classes.Add(_classes.Count);
            return _classes.Count - 1;
        }
    }
}
