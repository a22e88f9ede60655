using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Rewright.Emit.RustSyntax;
using Rewright.Lower;
using Rewright.Model;
using Rewright.Primitives;

namespace Rewright.Emit.Rust;

/// <summary>Writes the functions of a crate: <c>rules.rs</c>.</summary>
internal sealed class RustRules
{
    private readonly Dictionary<Function, string> _names = [];
    private readonly HashSet<Function> _recursive;
    private readonly ILookup<FunctionSymbol, RewriteRule> _rules;
    private readonly HashSet<Function> _fallible = [], _usesRun = [];
    private readonly List<List<Function>> _groups;
    // Sorted by text, so that fields have a stable order.
    private readonly SortedDictionary<string, string> _state = new(System.StringComparer.Ordinal);

    public RustRules(Program program, RustSorts sorts, bool countsRewrites)
    {
        (Program, Sorts, CountsRewrites, Host) = (program, sorts, countsRewrites, new RustHost(program.HostOperations, sorts));
        _recursive = CallGraph.FunctionsThatNeedStack(program);
        _rules = program.Module.Closure.SelectMany(m => m.Rules).ToLookup(r => r.Root);
        var modules = program.Module.Closure.Select(m => m.Name).Where(n => n.Length > 0).OrderByDescending(n => n.Length).ToList();
        foreach (var function in program.Entries.Concat(program.Functions).Distinct())
        {
            string name = function.Name;
            foreach (string module in modules)
                if (name.StartsWith(module + ".", System.StringComparison.Ordinal))
                {
                    name = name.Substring(module.Length + 1);
                    break;
                }

            string plain = name.Replace('$', '_').Replace('.', '_').Replace("`", "");
            _names.Add(function, RustNames.Unique(FunctionNames, RustNames.Snake(plain)));
        }

        _groups = TailGroups();
        Settle(_groups);
    }

    public Program Program { get; }

    public RustSorts Sorts { get; }

    public bool CountsRewrites { get; }

    public RustHost Host { get; }

    /// <summary>The names of all functions in scope.</summary>
    public HashSet<string> FunctionNames { get; } = ["enter", "take_argument", "run", "drop"];

    public string NameOf(Function function) => _names[function];

    /// <summary>The evaluation, which functions pass on.</summary>
    public static RustExpression Run { get; } = RustExpression.Of("run");

    /// <summary>A call. Its result is a <c>Result</c> if the function can fail.</summary>
    public RustExpression Call(Function function, IEnumerable<RustExpression> arguments)
        => RustExpression.Call(NameOf(function), UsesRun(function) ? arguments.Prepend(Run) : arguments);

    /// <summary>A variant with its fields, if it has any.</summary>
    public static RustExpression State(string variant, IEnumerable<RustExpression> fields)
        => fields.Any() ? RustExpression.Call(variant, fields) : RustExpression.Of(variant);

    /// <summary>The expression with which a function returns a value.</summary>
    public RustExpression Wrap(Function function, RustExpression value)
        => !IsFallible(function) ? value : value.WithoutTry ?? RustExpression.Call("Ok", value);

    /// <summary>Writes the comment before a function.</summary>
    public void WriteDescription(RustWriter output, Function function)
    {
        foreach (string line in Describe(function)) output.Line(line.Length == 0 ? "///" : "/// " + line);
    }

    /// <summary>The return type of a function.</summary>
    public string ResultOf(Function function)
        => IsFallible(function) ? "Result<" + Sorts.TypeOf(function.Result!) + ", Error>" : Sorts.TypeOf(function.Result!);

    /// <summary>The name of a helper of a function.</summary>
    public string HelperOf(Function function, string suffix) => HelperName(_names[function], suffix);

    /// <summary>The name of a helper of a named function.</summary>
    public string HelperName(string name, string suffix)
        => RustNames.Unique(FunctionNames, name.TrimEnd('_') + "_" + RustNames.Snake(suffix));

    public bool IsRecursive(Function function) => _recursive.Contains(function);

    /// <summary>True if a function can fail and so returns a <c>Result</c>.</summary>
    public bool IsFallible(Function function) => _fallible.Contains(function);

    /// <summary>True if a function needs the evaluation, to check limits or to use its memory.</summary>
    public bool UsesRun(Function function) => _usesRun.Contains(function);

    /// <summary>True if blocks need the evaluation, directly or for their calls.</summary>
    public bool UsesRun(IEnumerable<Block> blocks) => blocks.Any(b => b.Instructions.Any(NeedsRun) || Callees(b).Any(_usesRun.Contains));

    /// <summary>True for an operation without parameters whose value needs a computation; it is computed once.</summary>
    public bool IsMemoised(Function function)
        => function is { Role: FunctionRole.Operation, Parameters.IsEmpty: true, Result: not null } && !IsThere(Program[function].Body);

    private static bool IsThere(Block body)
        => body.End is Return && body.Instructions.All(i => i is Fire or Let { Value: Constant or Construct { Parts.Count: 0 } });

    private bool NeedsRun(Instruction instruction)
        => instruction is Remember or SetChanged or Let { Value: IsRemembered or Recalled or HasChanged or ForeignCall }
            || CountsRewrites && instruction is Fire
            || instruction is Let { Value: Compute { Primitive: var primitive } } && PrimitiveCode.Of(primitive).Needs != RustNeeds.Nothing;

    private bool CanFail(Instruction instruction)
        => instruction is Let { Value: Compute { Primitive: var primitive } }
            && (primitive.CanThrow || PrimitiveCode.Of(primitive).Needs == RustNeeds.Limits) || instruction is Let { Value: ForeignCall }
            || CountsRewrites && instruction is Fire
            || instruction is Let { Value: Construct { Parts.Count: > 0, Symbol.Result: DataSort sort } } && Sorts.IsCounter(sort);

    private bool CanFail(Block block) => block.End is Stuck || block.Instructions.Any(CanFail) || Callees(block).Any(_fallible.Contains);

    private static IEnumerable<Function> Callees(Block block)
        => block.End is TailCall call ? CallGraph.Calls(block).Append(call.Callee) : CallGraph.Calls(block);

    // A function that checks limits can fail, and so can every caller of such a function.
    private void Settle(List<List<Function>> groups)
    {
        foreach (var group in groups)
            foreach (var function in group)
                if (group.Count > 1 || IsRecursive(function) || CallGraph.HasSelfTailCall(Program[function]))
                {
                    _fallible.Add(function);
                    _usesRun.Add(function);
                }

        foreach (var function in CallGraph.Components(Program.Definitions).SelectMany(c => c))
        {
            var code = Program[function];
            if (IsMemoised(function) || UsesRun(code.Blocks())) _usesRun.Add(function);
            if (code.Blocks().Any(CanFail)) _fallible.Add(function);
        }
    }

    /// <summary>Adds a field to the evaluation's state and returns the expression for it.</summary>
    public RustExpression UseState(string name, string type)
    {
        _state[name + ": " + type] = name;
        return RustExpression.Of("run.state." + name);
    }

    public string Write()
    {
        var functions = new RustWriter();
        foreach (var group in _groups)
        {
            if (group.Count == 1) RustFunctionWriter.Write(this, functions, group[0]);
            else RustFunctionWriter.WriteGroup(this, functions, group);
        }

        var text = new RustWriter();
        text.Line("//! The operations and normalizers of the module.");
        text.Line("//!");
        text.Line("//! Where a rule fires, a comment quotes it. Functions own their arguments; what tests look at is borrowed from them.");
        text.Line();
        text.Line("#![forbid(unsafe_code)]");
        text.Line("#![allow(unused_imports, reason = \"not every module needs them all\")]");
        text.Line("#![allow(unused_variables, reason = \"rules compute also what operations then ignore\")]");
        text.Line("#![allow(unreachable_code, reason = \"some rules never come to an end\")]");
        text.Line("#![allow(");
        text.Line("    clippy::approx_constant,");
        text.Line("    clippy::collapsible_match,");
        text.Line("    clippy::enum_variant_names,");
        text.Line("    clippy::eq_op,");
        text.Line("    clippy::erasing_op,");
        text.Line("    clippy::excessive_precision,");
        text.Line("    clippy::identity_op,");
        text.Line("    clippy::if_same_then_else,");
        text.Line("    clippy::large_enum_variant,");
        text.Line("    clippy::neg_cmp_op_on_partial_ord,");
        text.Line("    clippy::overly_complex_bool_expr,");
        text.Line("    clippy::precedence,");
        text.Line("    clippy::too_many_arguments,");
        text.Line("    clippy::type_complexity,");
        text.Line("    clippy::unnecessary_cast,");
        text.Line("    reason = \"rules are written as they are declared\"");
        text.Line(")]");
        text.Line();
        text.Line("use crate::host::Host;");
        text.Line("use crate::integer::Integer;");
        text.Line("use crate::number;");
        text.Line("#[cfg(feature = \"std\")]");
        text.Line("use crate::number::real;");
        text.Line("use crate::run::{self, Error, ErrorKind, Run};");
        text.Line("use crate::sorts::*;");
        text.Line("use crate::term::{Message, Value};");
        text.Line("use crate::text::{Reference, Symbol, Text};");
        text.Line("use alloc::{collections::BTreeMap, vec::Vec};");
        text.Line();
        text.Line("/// What an evaluation remembers, and whom its rules call.");
        using (text.Open("pub(crate) struct State<'a>"))
        {
            foreach (string field in _state.Keys) text.Line("pub(crate) " + field + ",");
            text.Line("pub(crate) host: &'a dyn Host,");
        }

        text.Line();
        using (text.Open("impl<'a> State<'a>"))
        using (text.Open("pub(crate) fn new(host: &'a dyn Host) -> Self"))
            text.Line("Self { " + string.Concat(_state.Values.Select(name => name + ": Default::default(), ")) + "host }");

        text.Line();
        WriteEntries(text);
        return text.ToString() + functions;
    }

    // Evaluates an entry by number: operations, then normalizers, in order of declaration.
    private void WriteEntries(RustWriter text)
    {
        text.Line("/// Evaluates an entry with the arguments of a message; the result is in another.");
        if (Program.Entries.IsEmpty)
        {
            using (text.Open("pub(crate) fn enter(_run: &mut Run, _entry: usize, _message: Message) -> Result<Vec<u64>, Error>"))
                text.Line("Err(ErrorKind::Unrepresentable.into())");
            return;
        }

        string run = Program.Entries.Any(UsesRun) ? "run" : "_run";
        string message = Program.Entries.Any(e => e.Parameters.Length > 0) ? "mut message" : "_message";
        using (text.Open("pub(crate) fn enter(" + run + ": &mut Run, entry: usize, " + message + ": Message) -> Result<Vec<u64>, Error>"))
        {
            using (text.Open("match entry"))
            {
                for (int i = 0; i < Program.Entries.Length; i++)
                {
                    var entry = Program.Entries[i];
                    var arguments = entry.Parameters.Select(_ => RustExpression.Of("take_argument(&mut message)").Try());
                    var part = Call(entry, arguments).TryIf(IsFallible(entry)).Method("part");
                    var answer = RustExpression.Call("Ok", RustExpression.Call("Message::write", RustExpression.Slice([part])));
                    text.Line(RustLiterals.Number(i) + " => " + answer + ",");
                }

                text.Line("_ => Err(ErrorKind::Unrepresentable.into()),");
            }
        }

        if (!Program.Entries.Any(e => e.Parameters.Length > 0)) return;
        text.Line();
        using (text.Open("fn take_argument<V: Value>(message: &mut Message) -> Result<V, Error>"))
            text.Line("message.take().ok_or_else(|| ErrorKind::Unrepresentable.into())");
    }

    /// <summary>The purpose of a function, as lines of a comment.</summary>
    public IEnumerable<string> Describe(Function function)
    {
        var entries = Program.Module.Operations.Where(o => !o.IsHost).Cast<object>().Concat(Program.Module.Normalizers).ToList();
        int index = Program.Entries.IndexOf(function);
        if (index >= 0 && entries[index] is Operation operation)
        {
            yield return "Evaluates `" + RustText.Signature(operation) + "`.";
            foreach (string line in QuoteRules(_rules[operation])) yield return line;
        }
        else
        {
            string name = RustText.Comment(function.Name);
            yield return function.Role switch
            {
                FunctionRole.Operation => "A part of `" + name + "`.",
                FunctionRole.Normalizer => "The normalizer `" + name + "`.",
                FunctionRole.Visit => "Brings a term to normal form: `" + name + "`.",
                _ => "Builds a term in normal form: `" + name + "`.",
            };
        }
    }

    /// <summary>Rules as lines of a comment.</summary>
    public static IEnumerable<string> QuoteRules(IEnumerable<RewriteRule> rules)
    {
        bool isFirst = true;
        foreach (var rule in rules)
        {
            if (isFirst) yield return "";
            isFirst = false;
            yield return "- `" + RustText.Comment(LiteralText.Name(rule.Name)) + "`: `" + RustText.Comment(rule.ToString()) + "`";
        }
    }

    // Functions that call each other in tail position become one loop over states. Callees come first.
    private List<List<Function>> TailGroups()
    {
        var groups = TailSurroundings.TailGroups(Program);
        var order = Program.Functions.Select((f, i) => (f, i)).ToDictionary(x => x.f, x => x.i);
        foreach (var group in groups) group.Sort((a, b) => order[a].CompareTo(order[b]));
        return groups.OrderBy(g => order[g[0]]).ToList();
    }
}
