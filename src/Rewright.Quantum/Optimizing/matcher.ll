; What the functions of all rules call, over the arrays of a `GateSequence`: %node is `GateNode`, %context is `NativeMatcher.Context`.
; This file is LLVM IR as it stands: `opt -passes=verify matcher.ll` checks it.

%node = type { i64, i32, i32, i32, i32, i32, i32 }
%context = type { ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, i32, i32 }
declare i32 @rewright_circuit_solve(i32, i32, i32, ptr)

; Both are made from the rules.

declare i1 @commute(ptr, ptr, i32, i32)
declare i1 @commute.one(ptr, ptr, i32, i32)

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
