using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Cli.Import;

/// <summary>Transformations in the language of Alive: <c>Name, Pre, source => target</c>, without memory.</summary>
/// <remarks>
/// If a transformation leaves types open, they become the sorts A, B and so on, proved at 8, 16, 32 and 64 bits, or X, Y and so on if they
/// must be larger than another type. Constants become variables; C# operations compute with them.
/// </remarks>
internal static class AliveImport
{
    public static ModuleText Read(string text)
    {
        var module = new ModuleText();
        Block? block = null;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            int comment = lines[i].IndexOf(';', StringComparison.Ordinal);
            string whole = comment < 0 ? lines[i] : lines[i][..comment], line = whole.Trim();
            if (line.Length == 0) continue;
            int column = whole.Length - whole.TrimStart().Length + 1;
            if (line.StartsWith("Name:", StringComparison.Ordinal))
            {
                block?.WriteTo(module);
                block = new Block(line["Name:".Length..].Trim());
            }
            else
            {
                (block ?? throw new ImportException(i + 1, column, "there is no 'Name:' before this line")).Read(line, i + 1, column);
            }
        }

        block?.WriteTo(module);
        return module;
    }

    private sealed class Block(string name)
    {
        private readonly AliveReader _reader = new();
        private readonly Dictionary<AliveType, string> _sorts = [];
        private readonly Dictionary<string, string> _variables = [];
        private readonly List<string> _conditions = [];
        private string _precondition = "", _root = "";
        private int _preconditionLine, _preconditionColumn, _line;
        private AliveTerm? _source;
        private AliveTest _test = AliveTest.True;

        public void Read(string line, int number, int column)
        {
            _line = number;
            if (line.StartsWith("Pre:", StringComparison.Ordinal))
                (_precondition, _preconditionLine, _preconditionColumn) = (line["Pre:".Length..], number, column + "Pre:".Length);
            else if (line == "=>")
            {
                _source = _reader.Defined.TryGetValue(_root, out var root)
                    ? root : throw new ImportException(number, column, "there is no source");
                // The precondition refers to the source's values, so it is read before the target can redefine them.
                if (_precondition.Length > 0) _test = _reader.Precondition(_precondition, _preconditionLine, _preconditionColumn);
            }
            else if (_reader.Instruction(line, number, column) is var defined && _source is null) _root = defined;
        }

        public void WriteTo(ModuleText module)
        {
            if (_source is null) throw new ImportException(_line, 1, "'" + name + "' has no target");
            var test = _test;
            var target = _reader.Defined[_root];
            if (!_source.Type.Join(target.Type))
                throw new ImportException(_line, 1, "source and target of '" + name + "' have different types");
            foreach (var term in _source.Descendants().Concat(target.Descendants()).Concat(test.Terms().SelectMany(t => t.Descendants())))
                SortOf(term);
            foreach (var (type, sort) in _sorts)
                module.Sort(sort, "bits " + (type.Width is { } width ? width.ToString() : type.IsLarger ? "16 32 64 128" : "8 16 32 64")
                    + " defined");

            string source = Pattern(module, _source);
            string to = Term(module, target);
            if (!ReferenceEquals(test, AliveTest.True)) _conditions.Add(Test(module, test));
            var bound = _source.Descendants().Where(IsVariable).ToHashSet();
            foreach (var unbound in target.Descendants().Concat(test.Terms().SelectMany(t => t.Descendants())).Where(
                t => IsVariable(t) && !bound.Contains(t)).Distinct())
                source = module.Construct(
                    "given_" + SortOf(_source) + "_" + SortOf(unbound), "$1", SortOf(_source), (SortOf(_source), source),
                    (SortOf(unbound), Variable(unbound)));
            module.Rule(name, source, to, _conditions, "");
        }

        private static bool IsVariable(AliveTerm term) => term.Kind is AliveKind.Input or AliveKind.Constant;

        private string SortOf(AliveTerm term)
        {
            var root = term.Type.Root;
            if (_sorts.TryGetValue(root, out string? known)) return known;
            if (root.Width is { } width) return _sorts[root] = "I" + width;
            string letters = root.IsLarger ? "XYZUVW" : "ABCDEFGH";
            int used = _sorts.Keys.Count(t => t.Width is null && t.IsLarger == root.IsLarger);
            return _sorts[root] = used < letters.Length
                ? letters[used].ToString() : throw new ImportException(_line, 1, "'" + name + "' has too many types");
        }

        private string Variable(AliveTerm term)
        {
            if (_variables.TryGetValue(term.Name, out string? known)) return known;
            string plain = string.Concat(term.Name.TrimStart('%').Select(c => char.IsLetterOrDigit(c) ? c : '_'));
            string variable = "$" + (term.Kind == AliveKind.Constant || !char.IsDigit(plain[0]) ? plain : "v" + plain);
            while (_variables.ContainsValue(variable)) variable += "_";
            return _variables[term.Name] = variable;
        }

        // A source cannot contain computations: the rule binds a variable there and compares it with the computed value.
        private string Pattern(ModuleText module, AliveTerm term)
        {
            if (term.Kind != AliveKind.Computation) return Write(module, term, Pattern);
            string value = "$k" + (_conditions.Count + 1), sort = SortOf(term);
            _conditions.Add(module.Compute("c_eq_" + sort, "=", "bool", (sort, value), (sort, Term(module, term))));
            return value;
        }

        private string Term(ModuleText module, AliveTerm term) => Write(module, term, Term);

        private string Write(ModuleText module, AliveTerm term, Func<ModuleText, AliveTerm, string> write)
        {
            if (IsVariable(term)) return Variable(term);
            string sort = SortOf(term);
            if (term.Kind == AliveKind.Literal)
                return module.Construct("n" + term.Name.Replace('-', 'm') + "_" + sort, term.Name, sort) + "()";
            (string Sort, string Text)[] arguments = [.. term.Arguments.Select(a => (SortOf(a), write(module, a)))];
            string symbol = string.Join("_", arguments.Select(a => a.Sort).Append(sort).Distinct().Prepend(term.Name));
            return term.Kind == AliveKind.Instruction
                ? module.Construct(symbol, term.Meaning, sort, arguments) : module.Compute(symbol, term.Meaning, sort, arguments);
        }

        private string Test(ModuleText module, AliveTest test) => test.Function switch
        {
            "true" => "true",
            "and" => "(" + string.Join(" && ", test.Parts.Select(p => Test(module, p))) + ")",
            "or" => "(" + string.Join(" || ", test.Parts.Select(p => Test(module, p))) + ")",
            "not" => "!" + Test(module, test.Parts[0]),
            _ => module.Compute(string.Join("_", test.Operands.Select(SortOf).Distinct().Prepend(test.Function)), test.Meaning, "bool",
                [.. test.Operands.Select(o => (SortOf(o), Term(module, o)))]),
        };
    }
}
