using System;
using System.Collections.Generic;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Model;

namespace Rewright.Emit.Rust;

/// <summary>Writes the types of a crate: <c>sorts.rs</c>.</summary>
internal sealed class RustSortWriter
{
    private readonly RustSorts _sorts;
    private readonly RustWriter _out = new();

    private RustSortWriter(RustSorts sorts) => _sorts = sorts;

    public static string Write(RustSorts sorts)
    {
        var writer = new RustSortWriter(sorts);
        writer.WriteAll();
        return writer._out.ToString();
    }

    private void WriteAll()
    {
        _out.Line("//! The sorts of the module.");
        _out.Line();
        _out.Line("#![forbid(unsafe_code)]");
        _out.Line("#![allow(unused_imports, reason = \"not every module needs them all\")]");
        _out.Line();
        _out.Line("use crate::integer::Integer;");
        _out.Line("use crate::number;");
        _out.Line("use crate::run::Error;");
        _out.Line("use crate::term::{Enum, FieldWords, Fields, Head, Kind, Node, Nodes, Part, Pending, Shared, Sort, SymbolInfo, "
            + "Value, same_form, text_form};");
        _out.Line("use crate::text::{Reference, Symbol, Text};");
        _out.Line("use alloc::vec::Vec;");
        foreach (var pair in _sorts.Enums) WriteEnum(pair.Key, pair.Value);
        foreach (var sort in _sorts.All)
        {
            _out.Line();
            if (sort.IsCounter) WriteCounter(sort);
            else WriteSort(sort);
        }

        WriteTerms();
        WriteTable();
    }

    private void WriteEnum(EnumSort sort, string type)
    {
        string integer = RustSorts.IntegerOf(sort), table = RustNames.Snake(type).ToUpperInvariant();
        _out.Line();
        _out.Line("/// The C# enum `" + RustText.Comment(sort.FullName) + "`; values without a name are possible.");
        _out.Line("#[derive(Clone, Copy, PartialEq, Eq, Hash)]");
        _out.Line("pub struct " + type + "(pub " + integer + ");");
        var names = new HashSet<string>();
        if (sort.Members.Count > 0)
        {
            _out.Line();
            using (_out.Open("impl " + type))
            {
                foreach (var member in sort.Members)
                {
                    _out.Line("/// `" + RustText.Comment(member.Name) + "`");
                    string name = RustNames.Unique(names, RustNames.Snake(member.Name).ToUpperInvariant());
                    _out.Line("pub const " + name + ": Self = Self(" + RustLiterals.Number(member.Value, sort) + ");");
                }
            }
        }

        _out.Line();
        _out.Line("static " + table + ": Enum = Enum {");
        _out.Line("    name: " + RustNames.Quote(sort.FullName) + ",");
        _out.Line("    text: " + RustNames.Quote(LiteralText.DottedName(sort.FullName)) + ",");
        _out.Line("    is_unsigned: " + (sort.Underlying == BuiltInKind.ULong ? "true" : "false") + ",");
        string Quote(string name) => RustNames.Quote(name) + ", " + RustNames.Quote(LiteralText.Name(name));
        var members = sort.Members.Select(m => "(" + Quote(m.Name) + ", " + RustLiterals.Number(m.Value) + ")");
        _out.Line("    members: &[" + string.Join(", ", members) + "],");
        _out.Line("};");
        _out.Line();
        using (_out.Open("impl Value for " + type))
        {
            using (_out.Open("fn part(&self) -> Part<'_>")) _out.Line("Part::Enum(&" + table + ", self.0 as i64)");
            _out.Line();
            using (_out.Open("fn from_word(word: u64, _: &Nodes) -> Option<Self>")) _out.Line("Some(Self(word as " + integer + "))");
            _out.Line();
            using (_out.Open("fn kind() -> Kind")) _out.Line("Kind::Enum(&" + table + ")");
        }

        _out.Line();
        _out.Line("text_form!(" + type + ");");
    }

    private void WriteCounter(RustSort sort)
    {
        string successor = RustText.Comment(sort.Successor.Symbol.Name);
        _out.Line("/// `" + RustText.Sort(sort.Sort) + "`, held as a number: how many `" + successor + "` there are.");
        _out.Line("#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]");
        _out.Line("pub struct " + sort.Type + "(pub(crate) u64);");
        _out.Line();
        using (_out.Open("impl " + sort.Type))
        {
            _out.Line("/// `" + RustText.Comment(sort.Zero.Symbol.Name) + "`");
            using (_out.Open("pub const fn " + sort.Zero.Builder + "() -> Self")) _out.Line("Self(0)");
            _out.Line();
            _out.Line("/// `" + successor + "` around this.");
            _out.Line("///");
            _out.Line("/// # Errors");
            _out.Line("/// There are 2^63 - 1 already.");
            using (_out.Open("pub fn " + sort.Successor.Builder + "(self) -> Result<Self, Error>"))
                _out.Line("number::count_up(self.0, 1).map(Self)");
            _out.Line();
            _out.Line("/// What the outermost `" + successor + "` is around, if there is one.");
            using (_out.Open("pub fn below(self) -> Option<Self>")) _out.Line("self.0.checked_sub(1).map(Self)");
            _out.Line();
            _out.Line("/// How many `" + successor + "` there are.");
            using (_out.Open("pub const fn count(self) -> u64")) _out.Line("self.0");
        }

        _out.Line();
        using (_out.Open("impl TryFrom<u64> for " + sort.Type))
        {
            _out.Line("type Error = Error;");
            _out.Line();
            using (_out.Open("fn try_from(count: u64) -> Result<Self, Error>")) _out.Line("number::count_up(count, 0).map(Self)");
        }

        _out.Line();
        using (_out.Open("impl Value for " + sort.Type))
        {
            using (_out.Open("fn part(&self) -> Part<'_>")) _out.Line("Part::Counter(" + RustLiterals.Number(sort.Index) + ", self.0)");
            _out.Line();
            using (_out.Open("fn from_word(word: u64, _: &Nodes) -> Option<Self>")) _out.Line("(word & 1 == 1).then_some(Self(word >> 1))");
            _out.Line();
            using (_out.Open("fn kind() -> Kind")) _out.Line("Kind::Counter(" + RustLiterals.Number(sort.Index) + ")");
        }

        _out.Line();
        _out.Line("text_form!(" + sort.Type + ");");
    }

    private void WriteSort(RustSort sort)
    {
        bool derivesEquality = sort.IsCopy && sort.Symbols.All(s => s.Symbol.Parameters.All(p => IsPlainlyEqual(p.Sort)));
        _out.Line("/// `" + RustText.Sort(sort.Sort) + "`");
        _out.Line("#[derive(Clone" + (sort.IsCopy ? ", Copy" : "") + (derivesEquality ? ", PartialEq, Eq, Hash" : "") + ")]");
        using (_out.Open("pub enum " + sort.Type))
        {
            foreach (var symbol in sort.Symbols)
            {
                string note = symbol.Symbol is Operation ? "To which no rule applies: " : "";
                _out.Line("/// " + note + "`" + RustText.Signature(symbol.Symbol) + "`");
                string types = symbol.IsUnit ? "" : symbol.Node is { } node ? "(Shared<" + node + ">)" : "(" + Types(symbol) + ")";
                _out.Line(symbol.Variant + types + ",");
            }
        }

        foreach (var symbol in sort.Symbols.Where(s => s.Node is not null)) WriteNode(symbol);
        _out.Line();
        using (_out.Open("impl " + sort.Type)) WriteMembers(sort);
        _out.Line();
        WriteLook(sort);
        _out.Line();
        WriteValue(sort);
        _out.Line();
        _out.Line("text_form!(" + sort.Type + ");");
        if (!derivesEquality) _out.Line("same_form!(" + sort.Type + ");");
    }

    private bool IsPlainlyEqual(Sort sort) => sort switch
    {
        BuiltInSort { Kind: BuiltInKind.Double } => false,
        DataSort data => _sorts.Of(data) is { IsCounter: true } || _sorts.Of(data).IsCopy
            && data.Constructors.All(c => c.Parameters.All(p => IsPlainlyEqual(p.Sort))),
        _ => true,
    };

    private string Types(RustSymbol symbol, string before = "")
        => string.Join(", ", symbol.Symbol.Parameters.Select(p => before + _sorts.TypeOf(p.Sort)));

    private void WriteNode(RustSymbol symbol)
    {
        _out.Line();
        _out.Line("/// The fields of [`" + symbol.Path + "`].");
        _out.Line("#[derive(Clone)]");
        _out.Line("pub struct " + symbol.Node + "(" + Types(symbol, "pub ") + ");");
        _out.Line();
        using (_out.Open("impl Fields for " + symbol.Node))
        {
            var deep = symbol.Symbol.Parameters.Select((p, i) => (p, i)).Where(x => HoldsNodes(x.p.Sort)).ToList();
            using (_out.Open("fn release(self, " + (deep.Count == 0 ? "_" : "") + "pending: &mut Pending)"))
                foreach (var (_, i) in deep) _out.Line("self." + RustLiterals.Number(i) + ".defer(pending);");
        }
    }

    // True if dropping a term can reach nodes.
    private bool HoldsNodes(Sort sort)
        => sort is DataSort data && _sorts.Of(data) is { IsCounter: false } rust
            && rust.Symbols.Any(s => s.Node is not null || s.Symbol.Parameters.Any(p => HoldsNodes(p.Sort)));

    private void WriteMembers(RustSort sort)
    {
        foreach (var symbol in sort.Symbols.Where(s => s.Node is not null))
        {
            var names = RustText.ParameterNames(symbol.Symbol);
            _out.Line("/// Builds `" + RustText.Signature(symbol.Symbol) + "`.");
            _out.Line("#[inline]");
            string parameters = string.Join(", ", symbol.Symbol.Parameters.Select((p, i) => names[i] + ": " + _sorts.TypeOf(p.Sort)));
            using (_out.Open("pub fn " + symbol.Builder + "(" + parameters + ") -> Self"))
                _out.Line("Self::" + symbol.Variant + "(Shared::new(" + symbol.Node + "(" + string.Join(", ", names) + ")))");
            _out.Line();
        }

        _out.Line("/// True where the fields are in a node that another term holds too.");
        using (_out.Open("pub fn is_shared(&self) -> bool"))
            WriteNodes(sort, "is_shared", "false");
        _out.Line();
        _out.Line("/// Tells nodes apart while they live; 0 where the fields are in none.");
        using (_out.Open("pub fn address(&self) -> usize"))
            WriteNodes(sort, "address", "0");
        _out.Line();
        var units = sort.Symbols.Where(s => s.IsUnit && s.Symbol is Constructor).ToList();
        using (_out.Open("fn constant(" + (units.Count > 0 ? "" : "_") + "symbol: u64) -> Option<Self>"))
        {
            var arms = units.Select(s
                => new RustArm(RustLiterals.Number(s.Index), RustExpression.Call("Some", RustExpression.Of("Self::" + s.Variant))));
            if (units.Count == 0) _out.Line("None");
            else RustArm.WriteMatch(_out, "symbol", arms, "None");
        }

        if (!HoldsNodes(sort.Sort)) return;
        _out.Line();
        _out.Line("/// Ends the term; where that could be a long way it waits instead.");
        using (_out.Open("pub(crate) fn defer(self, pending: &mut Pending)"))
        {
            var arms = sort.Symbols.Select(s => Deferred(sort, s)).OfType<RustArm>().ToList();
            RustArm.WriteActions(_out, arms, arms.Count < sort.Symbols.Count);
        }

        _out.Line();
        using (_out.Open("fn release(self, pending: &mut Pending)"))
        {
            var arms = sort.Symbols.Select(Released).OfType<RustArm>().ToList();
            RustArm.WriteActions(_out, arms, arms.Count < sort.Symbols.Count);
        }
    }

    // The results of a method of the node, for symbols with a node.
    private void WriteNodes(RustSort sort, string method, string otherwise)
    {
        var node = RustExpression.Of("node");
        var arms = sort.Symbols.Where(s => s.Node is not null)
            .Select(s => new RustArm("Self::" + s.Variant + "(node)", node.Method(method))).ToList();
        if (arms.Count == 0) _out.Line(otherwise);
        else RustArm.WriteMatch(_out, "self", arms, arms.Count < sort.Symbols.Count ? otherwise : null);
    }

    private RustArm? Deferred(RustSort sort, RustSymbol symbol)
    {
        if (symbol.Node is null) return Released(symbol);
        string variant = "Self::" + symbol.Variant;
        var node = RustExpression.Of("node");
        var term = RustExpression.Call("Term::" + sort.Type, RustExpression.Call(variant, node));
        return new(variant + "(node)", RustExpression.Of("pending").Method("push", term), guard: node.Method("is_shared").Not());
    }

    private RustArm? Released(RustSymbol symbol)
    {
        string variant = "Self::" + symbol.Variant;
        var pending = RustExpression.Of("pending");
        if (symbol.Node is not null) return new(variant + "(node)", RustExpression.Of("node").Method("release", pending));
        var fields = symbol.Symbol.Parameters.Select((p, i) => (IsDeep: HoldsNodes(p.Sort), Name: "f" + RustLiterals.Number(i))).ToList();
        if (!fields.Any(f => f.IsDeep)) return null;
        string names = string.Join(", ", fields.Select(f => f.IsDeep ? f.Name : "_"));
        var actions = fields.Where(f => f.IsDeep).Select(f => RustExpression.Of(f.Name).Method("defer", pending)).ToList();
        return new(variant + "(" + names + ")", actions, IsBlock: true);
    }

    private void WriteLook(RustSort sort)
    {
        bool anyFields = sort.Symbols.Any(s => !s.IsUnit);
        using (_out.Open("impl Node for " + sort.Type))
        {
            using (_out.Open("fn look<'a>(&'a self, " + (anyFields ? "" : "_") + "fields: &mut Vec<Part<'a>>) -> Head"))
            {
                using (_out.Open("let (symbol, address) = match self", "};"))
                {
                    foreach (var symbol in sort.Symbols)
                    {
                        string index = RustLiterals.Number(symbol.Index);
                        if (symbol.IsUnit)
                        {
                            _out.Line("Self::" + symbol.Variant + " => (" + index + ", 0),");
                            continue;
                        }

                        string names = string.Join(", ", symbol.Symbol.Parameters.Select((_, i) => "f" + RustLiterals.Number(i)));
                        string parts = string.Join(", ",
                            symbol.Symbol.Parameters.Select((_, i) => "f" + RustLiterals.Number(i) + ".part()"));
                        using (_out.Open("Self::" + symbol.Variant + "(" + (symbol.Node is null ? names : "node") + ") =>"))
                        {
                            if (symbol.Node is not null) _out.Line("let " + symbol.Node + "(" + names + ") = &**node;");
                            _out.Line("fields.extend([" + parts + "]);");
                            _out.Line("(" + index + ", " + (symbol.Node is null ? "0" : "node.shared_address()") + ")");
                        }
                    }
                }

                _out.Line("Head { sort: " + RustLiterals.Number(sort.Index) + ", symbol, address }");
            }
        }
    }

    private void WriteValue(RustSort sort)
    {
        using (_out.Open("impl Value for " + sort.Type))
        {
            using (_out.Open("fn part(&self) -> Part<'_>")) _out.Line("Part::Term(self)");
            _out.Line();
            using (_out.Open("fn from_word(word: u64, nodes: &Nodes) -> Option<Self>"))
            {
                using (_out.Open("if word & 1 == 1")) _out.Line("return Self::constant(word >> 1);");
                bool isOnly = _sorts.All.Count(s => !s.IsCounter) == 1;
                string some = "Some(" + (sort.IsCopy ? "*term" : "term.clone()") + ")";
                if (isOnly)
                {
                    _out.Line("let Term::" + sort.Type + "(term) = nodes.term(word)?;");
                    _out.Line(some);
                }
                else
                {
                    using (_out.Open("match nodes.term(word)?"))
                    {
                        _out.Line("Term::" + sort.Type + "(term) => " + some + ",");
                        _out.Line("_ => None,");
                    }
                }
            }

            _out.Line();
            using (_out.Open("fn kind() -> Kind")) _out.Line("Kind::Term(" + RustLiterals.Number(sort.Index) + ")");
        }
    }

    private void WriteTerms()
    {
        var sorts = _sorts.All.Where(s => !s.IsCounter).ToList();
        _out.Line();
        _out.Line("/// A term of any sort that is not a number.");
        _out.Line("#[derive(Clone)]");
        using (_out.Open("pub enum Term"))
        {
            foreach (var sort in sorts)
            {
                _out.Line("/// Of [`" + sort.Type + "`].");
                _out.Line(sort.Type + "(" + sort.Type + "),");
            }
        }

        _out.Line();
        using (_out.Open("impl Term"))
        {
            bool any = sorts.Any(s => HoldsNodes(s.Sort));
            using (_out.Open("pub(crate) fn release(self, " + (any ? "" : "_") + "pending: &mut Pending)"))
            {
                var release = RustExpression.Of("term").Method("release", RustExpression.Of("pending"));
                var arms = sorts.Where(s => HoldsNodes(s.Sort)).Select(s => new RustArm("Self::" + s.Type + "(term)", release)).ToList();
                if (any) RustArm.WriteActions(_out, arms, arms.Count < sorts.Count);
            }
        }

        _out.Line();
        _out.Line("/// Builds a term of its fields.");
        var built = sorts.SelectMany(s => s.Symbols).Where(s => !(s.IsUnit && s.Symbol is Constructor)).ToList();
        string build = built.Count == 0 ? "_sort: usize, _symbol: usize, _fields"
            : "sort: usize, symbol: usize, " + (built.All(s => s.IsUnit) ? "_fields" : "fields");
        using (_out.Open("pub(crate) fn build(" + build + ": &mut FieldWords<'_>) -> Option<Term>"))
        {
            if (built.Count == 0)
            {
                _out.Line("None");
                return;
            }

            using (_out.Open("Some(match (sort, symbol)", "})"))
            {
                foreach (var symbol in built)
                {
                    string fields = string.Join(", ", symbol.Symbol.Parameters.Select(_ => "fields.take()?"));
                    string term = symbol.IsUnit ? symbol.Path : symbol.Node is null ? symbol.Path + "(" + fields + ")"
                        : symbol.Sort.Type + "::" + symbol.Builder + "(" + fields + ")";
                    string pattern = "(" + RustLiterals.Number(symbol.Sort.Index) + ", " + RustLiterals.Number(symbol.Index) + ")";
                    _out.Line(pattern + " => Term::" + symbol.Sort.Type + "(" + term + "),");
                }

                _out.Line("_ => return None,");
            }
        }
    }

    private void WriteTable()
    {
        _out.Line();
        _out.Line("/// The sorts by number.");
        _out.Line("pub static SORTS: &[Sort] = &[");
        foreach (var sort in _sorts.All)
        {
            using (_out.Open("    Sort", "    },"))
            {
                _out.Line("    name: " + RustNames.Quote(sort.Sort.Name) + ",");
                _out.Line("    is_counter: " + (sort.IsCounter ? "true" : "false") + ",");
                _out.Line("    constructors: " + RustLiterals.Number(sort.Sort.Constructors.Length) + ",");
                _out.Line("    symbols: &[");
                foreach (var symbol in sort.Symbols)
                {
                    string name = symbol.Symbol.Name, text = LiteralText.Name(name);
                    if (symbol.IsUnit && (symbol.Symbol is Operation || !char.IsUpper(name[0]))) text += "()";
                    string fields = string.Join(", ", symbol.Symbol.Parameters.Select(p => Kind(p.Sort)));
                    string names = "name: " + RustNames.Quote(name) + ", text: " + RustNames.Quote(text);
                    _out.Line("        SymbolInfo { " + names + ", fields: &[" + fields + "] },");
                }

                _out.Line("    ],");
            }
        }

        _out.Line("];");
    }

    private string Kind(Sort sort) => "Kind::" + sort switch
    {
        DataSort data => (_sorts.IsCounter(data) ? "Counter(" : "Term(") + RustLiterals.Number(_sorts.Of(data).Index) + ")",
        EnumSort e => "Enum(&" + RustNames.Snake(_sorts.TypeOf(e)).ToUpperInvariant() + ")",
        RefSort => "Reference",
        BuiltInSort { Kind: BuiltInKind.String } => "Text",
        BuiltInSort { Kind: BuiltInKind.BigInteger } => "Integer",
        _ => ((BuiltInSort)sort).Kind.ToString(),
    };
}
