using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Rewright.Quantum.Optimizing;

/// <summary>Writes the search for each rule of a set as a function in LLVM IR, over the arrays of a <see cref="GateSequence"/>.</summary>
/// <remarks>
/// What <see cref="RuleMatcher"/> asks the rule at each step is decided here: kinds of gates become the cases of a switch, gates of the
/// source straight-line code, commutations comparisons with constants. Both search in the same order.
/// </remarks>
internal sealed class MatcherEmitter
{
    /// <summary>The exported table of the functions, by the numbers of the rules. Each takes a context and the first node, and returns 1 or 0.</summary>
    public const string Table = "rewright_circuit_matchers";

    /// <summary>What a function calls for an angle that is a sum with variables.</summary>
    public const string Solver = "rewright_circuit_solve";

    /// <summary>Sources of more gates are left to the interpreter.</summary>
    public const int MaxGates = 64;

    // A node is GateNode; a context NativeMatcher.Context.
    private const string Fixed = """
        %node = type { i64, i32, i32, i32, i32, i32, i32 }
        %context = type { ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, i32, i32 }
        declare i32 @rewright_circuit_solve(i32, i32, i32, ptr)

        ; The operands of a node: its wires, then its angles.
        define internal ptr @operands.of(ptr %operands, ptr %p) alwaysinline nounwind {
          %place = getelementptr %node, ptr %p, i32 0, i32 4
          %first = load i32, ptr %place
          %own = getelementptr i32, ptr %operands, i32 %first
          ret ptr %own
        }

        ; Which of the wires of a node one is; -1 for none.
        define internal i32 @place.of(ptr %operands, ptr %p, i32 %wire) alwaysinline nounwind {
        entry:
          %wires = call ptr @operands.of(ptr %operands, ptr %p)
          %pn = getelementptr %node, ptr %p, i32 0, i32 5
          %n = load i32, ptr %pn
          br label %loop
        loop:
          %i = phi i32 [ 0, %entry ], [ %i1, %look ]
          %more = icmp ult i32 %i, %n
          br i1 %more, label %look, label %none
        look:
          %pi = getelementptr i32, ptr %wires, i32 %i
          %w = load i32, ptr %pi
          %same = icmp eq i32 %w, %wire
          %i1 = add i32 %i, 1
          br i1 %same, label %there, label %loop
        there:
          ret i32 %i
        none:
          ret i32 -1
        }

        ; Whether two nodes have no wire in common.
        define internal i1 @apart(ptr %nodes, ptr %operands, i32 %a, i32 %b) nounwind {
        entry:
          %pa = getelementptr %node, ptr %nodes, i32 %a
          %pb = getelementptr %node, ptr %nodes, i32 %b
          %wires = call ptr @operands.of(ptr %operands, ptr %pa)
          %pn = getelementptr %node, ptr %pa, i32 0, i32 5
          %n = load i32, ptr %pn
          br label %loop
        loop:
          %i = phi i32 [ 0, %entry ], [ %i1, %look ]
          %more = icmp ult i32 %i, %n
          br i1 %more, label %look, label %yes
        look:
          %pi = getelementptr i32, ptr %wires, i32 %i
          %w = load i32, ptr %pi
          %place = call i32 @place.of(ptr %operands, ptr %pb, i32 %w)
          %off = icmp slt i32 %place, 0
          %i1 = add i32 %i, 1
          br i1 %off, label %loop, label %no
        yes:
          ret i1 true
        no:
          ret i1 false
        }

        ; Whether a node may change places with all of a list.
        define internal i1 @commute.with(ptr %nodes, ptr %operands, i32 %node, ptr %list, i32 %count) nounwind {
        entry:
          br label %loop
        loop:
          %i = phi i32 [ 0, %entry ], [ %i1, %next ]
          %more = icmp ult i32 %i, %count
          br i1 %more, label %body, label %yes
        body:
          %p = getelementptr i32, ptr %list, i32 %i
          %other = load i32, ptr %p
          %ok = call i1 @commute(ptr %nodes, ptr %operands, i32 %node, i32 %other)
          br i1 %ok, label %next, label %no
        next:
          %i1 = add i32 %i, 1
          br label %loop
        yes:
          ret i1 true
        no:
          ret i1 false
        }

        ; The node of a kind on a wire before another one, if all between that stand on the wire let it pass; else -1.
        define internal i32 @back(ptr %nodes, ptr %operands, i32 %after, i32 %anchor, i32 %wire, i32 %kind) nounwind {
        entry:
          %w63 = and i32 %wire, 63
          %w64 = zext i32 %w63 to i64
          %bit = shl i64 1, %w64
          br label %loop
        loop:
          %at = phi i32 [ %after, %entry ], [ %n, %next ]
          %pat = getelementptr %node, ptr %nodes, i32 %at, i32 3
          %n = load i32, ptr %pat
          %none = icmp slt i32 %n, 0
          %first = icmp eq i32 %n, %anchor
          %end = or i1 %none, %first
          br i1 %end, label %no, label %look
        look:
          %p = getelementptr %node, ptr %nodes, i32 %n
          %mask = load i64, ptr %p
          %on = and i64 %mask, %bit
          %off = icmp eq i64 %on, 0
          br i1 %off, label %next, label %find
        find:
          %i = call i32 @place.of(ptr %operands, ptr %p, i32 %wire)
          %absent = icmp slt i32 %i, 0
          br i1 %absent, label %next, label %there
        there:
          %pk = getelementptr %node, ptr %p, i32 0, i32 1
          %k = load i32, ptr %pk
          %found = icmp eq i32 %k, %kind
          br i1 %found, label %yes, label %test
        test:
          %passes = call i1 @commute.one(ptr %operands, ptr %p, i32 %i, i32 %kind)
          br i1 %passes, label %next, label %no
        next:
          br label %loop
        yes:
          ret i32 %n
        no:
          ret i32 -1
        }

        """;

    private readonly CompiledRules _rules;
    private readonly StringBuilder _text = new();
    private int _names;

    private MatcherEmitter(CompiledRules rules) => _rules = rules;

    /// <summary>Writes all rules of a set.</summary>
    public static string Emit(CompiledRules rules) => new MatcherEmitter(rules).Emit();

    private string Emit()
    {
        Line(Fixed.Replace("\r", ""));
        EmitCommute();
        EmitCommuteOne();
        var functions = new List<string>();
        foreach (var rule in _rules.All)
        {
            bool isCompiled = rule.Source.Length <= MaxGates;
            functions.Add(isCompiled ? "ptr @rule." + Text(rule.Number) : "ptr null");
            if (isCompiled) new RuleFunction(this, rule).Emit();
        }

        Line("@" + Table + " = constant [" + Text(functions.Count) + " x ptr] [" + string.Join(", ", functions) + "]");
        return _text.ToString();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Line(string text) => _text.Append(text).Append('\n');

    private string Let(string value)
    {
        string name = "%v" + Text(_names++);
        Line("  " + name + " = " + value);
        return name;
    }

    private string NewLabel() => "l" + Text(_names++);

    private void Start(string label) => Line(label + ":");

    private void Branch(string condition, string yes, string no) => Line("  br i1 " + condition + ", label %" + yes + ", label %" + no);

    private void Jump(string label) => Line("  br label %" + label);

    private string Load(string type, string pointer) => Let("load " + type + ", ptr " + pointer);

    private void Store(string type, string value, string pointer) => Line("  store " + type + " " + value + ", ptr " + pointer);

    private string Element(string array, string index) => Let("getelementptr i32, ptr " + array + ", i32 " + index);

    private string Field(string nodes, string node, int field) => Let("getelementptr %node, ptr " + nodes + ", i32 " + node + ", i32 " + Text(field));

    // i1 of all; "true" for none.
    private string All(IEnumerable<string> conditions)
    {
        string? all = null;
        foreach (string condition in conditions) all = all is null ? condition : Let("and i1 " + all + ", " + condition);
        return all ?? "true";
    }

    // Whether angles at a place among the operands are what they have to be.
    private IEnumerable<string> Fits(int[] expected, string angles)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] < 0) continue;
            string angle = Load("i32", Element(angles, Text(i)));
            yield return Let("icmp eq i32 " + angle + ", " + Text(expected[i]));
        }
    }

    private IEnumerable<(int First, int Second)> Pairs(bool alike)
        => from a in Enumerable.Range(0, _rules.Gates.Length) from b in Enumerable.Range(0, _rules.Gates.Length)
           where _rules.Commutations.Of(a, b).Length > 0 || alike && a == b && IsShort(_rules.Gates[a]) select (a, b);

    // Whether the wires of a gate are few enough to compare them one by one.
    private static bool IsShort(Gate gate) => gate.QubitCount <= CommutationTable.MaxWires;

    // A case for each pair of kinds; what is declared for them is tested in turn.
    private void EmitCases(string pair, string otherwise, IEnumerable<(int First, int Second)> cases, System.Action<int, int> begin, System.Func<Commutation, string> test)
    {
        int kinds = _rules.Gates.Length;
        var labels = cases.Select(c => (Case: c, Label: NewLabel())).ToList();
        Line("  switch i32 " + pair + ", label %" + otherwise + " [" + string.Concat(labels.Select(l => " i32 " + Text(l.Case.First * kinds + l.Case.Second) + ", label %" + l.Label)) + " ]");
        foreach (var ((first, second), label) in labels)
        {
            Start(label);
            begin(first, second);
            foreach (var entry in _rules.Commutations.Of(first, second)) Accept(test(entry));
            Jump("no");
        }

        Line("yes:\n  ret i1 true\nno:\n  ret i1 false\n}\n");
    }

    private void Accept(string condition)
    {
        string next = NewLabel();
        Branch(condition, "yes", next);
        Start(next);
    }

    private void EmitCommute()
    {
        Line("""
            define internal i1 @commute(ptr %nodes, ptr %operands, i32 %a, i32 %b) nounwind {
            entry:
              %pa = getelementptr %node, ptr %nodes, i32 %a
              %pb = getelementptr %node, ptr %nodes, i32 %b
              %ma = load i64, ptr %pa
              %mb = load i64, ptr %pb
              %m = and i64 %ma, %mb
              %none = icmp eq i64 %m, 0
              br i1 %none, label %yes, label %kinds
            kinds:
              %pka = getelementptr %node, ptr %pa, i32 0, i32 1
              %ka = load i32, ptr %pka
              %pkb = getelementptr %node, ptr %pb, i32 0, i32 1
              %kb = load i32, ptr %pkb
              %either = or i32 %ka, %kb
              %other = icmp slt i32 %either, 0
              br i1 %other, label %any, label %known
            any:
              %apart = call i1 @apart(ptr %nodes, ptr %operands, i32 %a, i32 %b)
              ret i1 %apart
            known:
              %wa = call ptr @operands.of(ptr %operands, ptr %pa)
              %wb = call ptr @operands.of(ptr %operands, ptr %pb)
            """.Replace("\r", ""));
        string pair = Let("add i32 " + Let("mul i32 %ka, " + Text(_rules.Gates.Length)) + ", %kb");
        string common = "", firstAngles = "", secondAngles = "";
        EmitCases(pair, "any", Pairs(alike: true), (a, b) =>
        {
            var (first, second) = (_rules.Gates[a], _rules.Gates[b]);
            common = "0";
            string[] firstWires = [.. Enumerable.Range(0, first.QubitCount).Select(i => Load("i32", Element("%wa", Text(i))))];
            string[] secondWires = [.. Enumerable.Range(0, second.QubitCount).Select(i => Load("i32", Element("%wb", Text(i))))];
            for (int i = 0; i < firstWires.Length; i++)
            {
                for (int j = 0; j < secondWires.Length; j++)
                {
                    string same = Let("icmp eq i32 " + firstWires[i] + ", " + secondWires[j]);
                    common = Let("or i32 " + common + ", " + Let("select i1 " + same + ", i32 " + Text(CommutationTable.Bit(i, j)) + ", i32 0"));
                }
            }

            Accept(Let("icmp eq i32 " + common + ", 0"));
            (firstAngles, secondAngles) = (Element("%wa", Text(first.QubitCount)), Element("%wb", Text(second.QubitCount)));
            if (a != b) return;
            // The same gate.
            uint all = 0;
            for (int i = 0; i < first.QubitCount; i++) all |= CommutationTable.Bit(i, i);
            Accept(All([Let("icmp eq i32 " + common + ", " + Text(all)), .. Enumerable.Range(0, first.AngleCount).Select(i =>
                Let("icmp eq i32 " + Load("i32", Element(firstAngles, Text(i))) + ", " + Load("i32", Element(secondAngles, Text(i)))))]));
        }, entry => All([Let("icmp eq i32 " + common + ", " + Text(entry.Common)), .. Fits(entry.First, firstAngles), .. Fits(entry.Second, secondAngles)]));
    }

    // As commute, of a node at a pointer with its wire at a place, and a gate on that wire only, whatever its angles are.
    private void EmitCommuteOne()
    {
        Line("""
            define internal i1 @commute.one(ptr %operands, ptr %p, i32 %place, i32 %kind) nounwind {
            entry:
              %pk = getelementptr %node, ptr %p, i32 0, i32 1
              %k = load i32, ptr %pk
              %other = icmp slt i32 %k, 0
              br i1 %other, label %no, label %known
            known:
              %pn = getelementptr %node, ptr %p, i32 0, i32 5
              %n = load i32, ptr %pn
              %wires = call ptr @operands.of(ptr %operands, ptr %p)
              %angles = getelementptr i32, ptr %wires, i32 %n
              %five = mul i32 %place, 5
              %small = and i32 %five, 31
              %common = shl i32 1, %small
            """.Replace("\r", ""));
        string pair = Let("add i32 " + Let("mul i32 %k, " + Text(_rules.Gates.Length)) + ", %kind");
        EmitCases(pair, "no", Pairs(alike: false), (_, _) => { }, entry => entry.Second.Any(a => a >= 0) ? "false" : All([Let("icmp eq i32 %common, " + Text(entry.Common)), .. Fits(entry.First, "%angles")]));
    }

    // The function of a rule. What it knows lies in slots on the stack, which LLVM makes registers of.
    private sealed class RuleFunction(MatcherEmitter e, CompiledRule rule)
    {
        private readonly int _count = rule.Source.Length;

        public void Emit()
        {
            e.Line("; " + new string([.. rule.Rule.Name.Where(c => c is > ' ' and < '\x7F')]));
            e.Line("define internal i32 @rule." + Text(rule.Number) + "(ptr %c, i32 %anchor) nounwind {\nentry:");
            string[] pointers = ["nodes", "operands", "reductions", "right", "found", "match", "qubits", "angles"];
            for (int i = 0; i < pointers.Length; i++)
            {
                e.Line("  %p." + pointers[i] + " = getelementptr %context, ptr %c, i32 0, i32 " + Text(i));
                e.Line("  %" + pointers[i] + " = load ptr, ptr %p." + pointers[i]);
            }

            foreach (string slot in Slots()) e.Line("  %" + slot + " = alloca i32");
            e.Line("  %mask = alloca i64\n  %matched = alloca i64\n  %rightmask = alloca i64");
            foreach (string slot in Slots()) e.Store("i32", slot[0] is 'q' or 'a' ? "-1" : "0", "%" + slot);
            e.Store("i32", Text(RuleMatcher.MaxReach), "%reach");
            e.Store("i32", Text(RuleMatcher.MaxSteps), "%steps");
            e.Store("i32", "%anchor", "%cur");
            e.Store("i32", "%anchor", "%end");
            e.Store("i64", "0", "%mask");
            e.Store("i64", "0", "%matched");
            e.Store("i64", "0", "%rightmask");
            Take(0, "%anchor", "loop", "fail");
            Loop();
            Finish();
        }

        private IEnumerable<string> BoundSlots()
            => Enumerable.Range(0, rule.Qubits).Select(q => "q" + Text(q)).Concat(Enumerable.Range(0, rule.Angles.Length).Select(a => "a" + Text(a)));

        // Those that begin with t hold the same while a gate is tried.
        private IEnumerable<string> Slots()
        {
            foreach (string prefix in new[] { "", "t" })
                foreach (string slot in BoundSlots()) yield return prefix + slot;
            for (int p = 0; p < _count; p++) yield return "p" + Text(p);
            foreach (string slot in new[] { "cur", "end", "reach", "steps", "rights", "founds" }) yield return slot;
        }

        private void Loop()
        {
            string all = Text(unchecked((long)(_count == 64 ? ulong.MaxValue : (1ul << _count) - 1)));
            e.Start("loop");
            string matched = e.Load("i64", "%matched");
            e.Branch(e.Let("icmp eq i64 " + matched + ", " + all), "success", "step");
            e.Start("step");
            string node = e.Load("i32", e.Field("%nodes", e.Load("i32", "%cur"), 2));
            e.Store("i32", node, "%cur");
            string reach = e.Let("sub i32 " + e.Load("i32", "%reach") + ", 1");
            e.Store("i32", reach, "%reach");
            e.Branch(e.Let("or i1 " + e.Let("icmp slt i32 " + node + ", 0") + ", " + e.Let("icmp eq i32 " + reach + ", 0")), "fail", "look");
            e.Start("look");
            string nodeMask = e.Load("i64", e.Field("%nodes", node, 0));
            string overlap = e.Let("and i64 " + nodeMask + ", " + e.Load("i64", "%mask"));
            e.Branch(e.Let("icmp eq i64 " + overlap + ", 0"), "loop", "near");
            e.Start("near");
            string steps = e.Let("sub i32 " + e.Load("i32", "%steps") + ", 1");
            e.Store("i32", steps, "%steps");
            e.Branch(e.Let("icmp eq i32 " + steps + ", 0"), "fail", "here");
            e.Start("here");
            e.Store("i32", node, "%end");
            string kind = e.Load("i32", e.Field("%nodes", node, 1));
            string isFree = e.Let("icmp eq i64 " + e.Let("and i64 " + nodeMask + ", " + e.Load("i64", "%rightmask")) + ", 0");
            // The first gate has been found.
            var byKind = Enumerable.Range(1, _count - 1).GroupBy(i => rule.Source[i].Kind).Select(g => (Kind: g.Key, Gates: g.ToList(), Label: e.NewLabel())).ToList();
            e.Line("  switch i32 " + kind + ", label %pass [" + string.Concat(byKind.Select(k => " i32 " + Text(k.Kind) + ", label %" + k.Label)) + " ]");
            foreach (var (_, gates, label) in byKind)
            {
                e.Start(label);
                string first = e.NewLabel(), ask = e.NewLabel();
                e.Branch(isFree, first, ask);
                e.Start(ask);
                e.Branch(e.Let("call i1 @commute.with(ptr %nodes, ptr %operands, i32 " + node + ", ptr %right, i32 " + e.Load("i32", "%rights") + ")"), first, "pass");
                e.Start(first);
                foreach (int i in gates)
                {
                    string attempt = e.NewLabel(), next = e.NewLabel();
                    string known = e.Let("and i64 " + e.Load("i64", "%matched") + ", " + Bit(i));
                    e.Branch(e.Let("icmp eq i64 " + known + ", 0"), attempt, next);
                    e.Start(attempt);
                    Take(i, node, "loop", next);
                    e.Start(next);
                }

                e.Jump("pass");
            }

            e.Start("pass");
            string left = e.Let("call i1 @commute.with(ptr %nodes, ptr %operands, i32 " + node + ", ptr %found, i32 " + e.Load("i32", "%founds") + ")");
            e.Branch(left, "pass2", "keep");
            e.Start("pass2");
            e.Branch(isFree, "loop", "pass3");
            e.Start("pass3");
            string rights = e.Load("i32", "%rights");
            e.Branch(e.Let("call i1 @commute.with(ptr %nodes, ptr %operands, i32 " + node + ", ptr %right, i32 " + rights + ")"), "loop", "keep");
            e.Start("keep");
            string count = e.Load("i32", "%rights");
            e.Store("i32", node, e.Element("%right", count));
            e.Store("i32", e.Let("add i32 " + count + ", 1"), "%rights");
            foreach (string mask in new[] { "%mask", "%rightmask" }) e.Store("i64", e.Let("or i64 " + e.Load("i64", mask) + ", " + nodeMask), mask);
            e.Jump("loop");
        }

        private void Finish()
        {
            e.Start("success");
            StoreAll("q", rule.Qubits, "%qubits");
            StoreAll("a", rule.Angles.Length, "%angles");
            e.Store("i32", e.Load("i32", "%rights"), e.Let("getelementptr %context, ptr %c, i32 0, i32 8"));
            e.Store("i32", e.Load("i32", "%end"), e.Let("getelementptr %context, ptr %c, i32 0, i32 9"));
            e.Line("  ret i32 1\nfail:\n  ret i32 0\n}\n");
        }

        // Tries a gate of the source at a node, with those before it that have not been found. Nothing is changed where it fails.
        private void Take(int index, string node, string success, string failure)
        {
            var gate = rule.Source[index];
            CopyBound(from: "", to: "t");
            string operands = e.Element("%operands", e.Load("i32", e.Field("%nodes", node, 4)));
            var conditions = new List<string>();
            for (int i = 0; i < gate.Qubits.Length; i++)
            {
                string wire = e.Load("i32", e.Element(operands, Text(i))), slot = "%tq" + Text(gate.Qubits[i]), known = e.Load("i32", slot);
                string free = e.Let("icmp eq i32 " + known + ", -1");
                for (int q = 0; q < rule.Qubits; q++)
                    if (q != gate.Qubits[i]) free = e.Let("and i1 " + free + ", " + e.Let("icmp ne i32 " + e.Load("i32", "%tq" + Text(q)) + ", " + wire));
                conditions.Add(e.Let("or i1 " + free + ", " + e.Let("icmp eq i32 " + known + ", " + wire)));
                e.Store("i32", wire, slot);
            }

            Require(conditions, failure);
            BindAngles(index, e.Element(operands, Text(gate.Qubits.Length)), failure);
            foreach (int p in rule.Before[index]) TakeBackwards(p, node, failure);
            CopyBound(from: "t", to: "");
            foreach (int p in rule.Before[index].Where(CanComeLate))
            {
                string add = e.NewLabel(), next = e.NewLabel(), late = e.Load("i32", "%p" + Text(p));
                e.Branch(e.Let("icmp sge i32 " + late + ", 0"), add, next);
                e.Start(add);
                Add(p, late);
                e.Jump(next);
                e.Start(next);
            }

            Add(index, node);
            e.Jump(success);
        }

        private bool CanComeLate(int index) => rule.Source[index].Qubits.Length == 1 && rule.Before[index].Length == 0;

        private void TakeBackwards(int index, string after, string failure)
        {
            string missing = e.NewLabel(), done = e.NewLabel();
            e.Store("i32", "-1", "%p" + Text(index));
            string known = e.Let("and i64 " + e.Load("i64", "%matched") + ", " + Bit(index));
            e.Branch(e.Let("icmp eq i64 " + known + ", 0"), CanComeLate(index) ? missing : failure, done);
            if (CanComeLate(index))
            {
                var gate = rule.Source[index];
                e.Start(missing);
                string wire = e.Load("i32", "%tq" + Text(gate.Qubits[0]));
                Require([e.Let("icmp sge i32 " + wire + ", 0")], failure);
                string bit = e.Let("shl i64 1, " + e.Let("zext i32 " + e.Let("and i32 " + wire + ", 63") + " to i64"));
                Require([e.Let("icmp eq i64 " + e.Let("and i64 " + bit + ", " + e.Load("i64", "%mask")) + ", 0")], failure);
                string node = e.Let("call i32 @back(ptr %nodes, ptr %operands, i32 " + after + ", i32 %anchor, i32 " + wire + ", i32 " + Text(gate.Kind) + ")");
                Require([e.Let("icmp sge i32 " + node + ", 0")], failure);
                BindAngles(index, e.Element("%operands", e.Let("add i32 " + e.Load("i32", e.Field("%nodes", node, 4)) + ", 1")), failure);
                e.Store("i32", node, "%p" + Text(index));
                e.Jump(done);
            }

            e.Start(done);
        }

        private void BindAngles(int index, string angles, string failure)
        {
            var gate = rule.Source[index];
            bool isPeriodic = AnglePeriods.IsPeriodic(gate.Gate);
            for (int i = 0; i < gate.Angles.Length; i++)
            {
                string actual = e.Load("i32", e.Element(angles, Text(i)));
                if (gate.Constants[i] >= 0)
                {
                    Require([e.Let("icmp eq i32 " + actual + ", " + Text(gate.Constants[i]))], failure);
                    continue;
                }

                if (gate.IsSum(i))
                {
                    StoreAll("ta", rule.Angles.Length, "%angles");
                    string solved = e.Let("call i32 @" + Solver + "(i32 " + Text(index) + ", i32 " + Text(i) + ", i32 " + actual + ", ptr %angles)");
                    Require([e.Let("icmp ne i32 " + solved + ", 0")], failure);
                    for (int a = 0; a < rule.Angles.Length; a++) e.Store("i32", e.Load("i32", e.Element("%angles", Text(a))), "%ta" + Text(a));
                    continue;
                }

                string slot = "%ta" + Text(gate.Plain[i]), known = e.Load("i32", slot), free = e.Let("icmp eq i32 " + known + ", -1");
                string expected = known;
                if (isPeriodic) expected = e.Load("i32", e.Element(e.Load("ptr", "%p.reductions"), e.Let("select i1 " + free + ", i32 0, i32 " + known)));
                Require([e.Let("or i1 " + free + ", " + e.Let("icmp eq i32 " + expected + ", " + actual))], failure);
                e.Store("i32", e.Let("select i1 " + free + ", i32 " + actual + ", i32 " + known), slot);
            }
        }

        private static string Bit(int index) => Text(unchecked((long)(1ul << index)));

        private void CopyBound(string from, string to)
        {
            foreach (string slot in BoundSlots()) e.Store("i32", e.Load("i32", "%" + from + slot), "%" + to + slot);
        }

        private void StoreAll(string slots, int count, string array)
        {
            for (int i = 0; i < count; i++) e.Store("i32", e.Load("i32", "%" + slots + Text(i)), e.Element(array, Text(i)));
        }

        private void Require(IEnumerable<string> conditions, string failure)
        {
            string next = e.NewLabel();
            e.Branch(e.All(conditions), next, failure);
            e.Start(next);
        }

        private void Add(int index, string node)
        {
            e.Store("i32", node, e.Element("%match", Text(index)));
            string count = e.Load("i32", "%founds");
            e.Store("i32", node, e.Element("%found", count));
            e.Store("i32", e.Let("add i32 " + count + ", 1"), "%founds");
            e.Store("i64", e.Let("or i64 " + e.Load("i64", "%matched") + ", " + Bit(index)), "%matched");
            e.Store("i64", e.Let("or i64 " + e.Load("i64", "%mask") + ", " + e.Load("i64", e.Field("%nodes", node, 0))), "%mask");
        }
    }
}
