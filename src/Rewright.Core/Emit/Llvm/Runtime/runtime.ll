; The functions that every compiled module brings along, as far as it uses them: entering, errors, memory, equality.
; They are part of the module so that LLVM can inline them, and so that a library needs nothing but the C library.
; This file is LLVM IR as it stands: `opt -passes=verify runtime.ll` checks it. A number that `Emit/Abi.cs` names has that name
; behind it (and a test compares them). Comments at the end of a line, and those before an empty line, are not copied to modules.
; What depends on the size of a cell (`rw.alloc.N`, `rw.free.N`) is made by `LlvmRuntime`.

declare ptr @llvm.frameaddress.p0(i32)
declare i32 @llvm.uadd.sat.i32(i32, i32)
declare ptr @llvm.ptrmask.p0.i64(ptr, i64)

define internal i32 @rw.service.attention(ptr %context, ptr %thunk) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 0 ; Abi.AttentionService
  %service = load ptr, ptr %entry, align 8
  %answer = call i32 %service(ptr %context, ptr @rw.enter, ptr %thunk)
  ret i32 %answer
}

define internal ptr @rw.service.refill(ptr %context, i64 %words) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 1 ; Abi.RefillService
  %service = load ptr, ptr %entry, align 8
  %answer = call ptr %service(ptr %context, i64 %words)
  ret ptr %answer
}

define internal void @rw.release.external(ptr %context, ptr %cell) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 2 ; Abi.ReleaseService
  %service = load ptr, ptr %entry, align 8
  call void %service(ptr %context, ptr %cell)
  ret void
}

define internal i32 @rw.service.equal(ptr %context, ptr %left, ptr %right) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 3 ; Abi.EqualService
  %service = load ptr, ptr %entry, align 8
  %answer = call i32 %service(ptr %context, ptr %left, ptr %right)
  ret i32 %answer
}

define internal i32 @rw.service.compute(ptr %context, i32 %primitive, ptr %words) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 4 ; Abi.ComputeService
  %service = load ptr, ptr %entry, align 8
  %answer = call i32 %service(ptr %context, i32 %primitive, ptr %words)
  ret i32 %answer
}

define internal i32 @rw.service.host(ptr %context, i32 %index, ptr %words) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 5 ; Abi.HostService
  %service = load ptr, ptr %entry, align 8
  %answer = call i32 %service(ptr %context, i32 %index, ptr %words)
  ret i32 %answer
}

define internal ptr @rw.recall(ptr %context, ptr %cell) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 6 ; Abi.RecallService
  %service = load ptr, ptr %entry, align 8
  %answer = call ptr %service(ptr %context, ptr %cell)
  ret ptr %answer
}

define internal i32 @rw.service.remember(ptr %context, ptr %cell, ptr %normal) noinline cold nounwind {
  %table.field = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %table.field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 7 ; Abi.RememberService
  %service = load ptr, ptr %entry, align 8
  %answer = call i32 %service(ptr %context, ptr %cell, ptr %normal)
  ret i32 %answer
}

; Runs a thunk so that an error anywhere below ends it with a status.
define internal i32 @rw.enter(ptr %context, ptr %thunk) noinline nounwind {
  %buffer = alloca [512 x i8], align 16
  %jump = getelementptr inbounds i8, ptr %context, i64 8 ; Abi.JumpBuffer
  %outer = load ptr, ptr %jump, align 8
  store ptr %buffer, ptr %jump, align 8
  %services = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %services, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 8 ; Abi.SetJumpService
  %setjmp = load ptr, ptr %entry, align 8
  %error = call i32 %setjmp(ptr %buffer) returns_twice
  %first = icmp eq i32 %error, 0
  br i1 %first, label %run, label %done
run:
  %ended = call i32 %thunk(ptr %context)
  br label %done
done:
  %status = phi i32 [ %ended, %run ], [ %error, %0 ]
  store ptr %outer, ptr %jump, align 8
  ret i32 %status
}

define internal void @rw.raise(ptr %context, i32 %status) noinline cold noreturn nounwind {
  %field = getelementptr inbounds i8, ptr %context, i64 8 ; Abi.JumpBuffer
  %jump = load ptr, ptr %field, align 8
  %services = getelementptr inbounds i8, ptr %context, i64 16 ; Abi.Services
  %table = load ptr, ptr %services, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 9 ; Abi.LongJumpService
  %longjmp = load ptr, ptr %entry, align 8
  call void %longjmp(ptr %jump, i32 %status) noreturn
  unreachable
}

define internal void @rw.check(ptr %context, i32 %status) noinline cold nounwind {
  %ok = icmp eq i32 %status, 0 ; Abi.Ok
  br i1 %ok, label %done, label %raise
done:
  ret void
raise:
  call void @rw.raise(ptr %context, i32 %status)
  unreachable
}

; True where code may go on; false asks for attention: little stack is left, or another thread wants something.
; Other threads write this word: a plain load would be moved out of loops.
define internal i1 @rw.quiet(ptr %context) alwaysinline nounwind {
  %frame = call ptr @llvm.frameaddress.p0(i32 0)
  %limit = load atomic ptr, ptr %context monotonic, align 8
  %quiet = icmp uge ptr %frame, %limit
  ret i1 %quiet
}

; True where the thunk has been run elsewhere and its result is in the context.
define internal i1 @rw.attend(ptr %context, ptr %thunk) noinline cold nounwind {
  %answer = call i32 @rw.service.attention(ptr %context, ptr %thunk)
  %failed = icmp slt i32 %answer, 0
  br i1 %failed, label %raise, label %done
raise:
  %status = sub i32 0, %answer
  call void @rw.raise(ptr %context, i32 %status)
  unreachable
done:
  %moved = icmp eq i32 %answer, 1
  ret i1 %moved
}

define internal ptr @rw.refill(ptr %context, i64 %words) noinline cold nounwind {
  %cell = call ptr @rw.service.refill(ptr %context, i64 %words)
  %none = icmp eq ptr %cell, null
  br i1 %none, label %raise, label %done
raise:
  call void @rw.raise(ptr %context, i32 3) ; Abi.OutOfMemory
  unreachable
done:
  ret ptr %cell
}

define internal void @rw.free(ptr %context, ptr %cell, i64 %words) alwaysinline nounwind {
  %offset = shl i64 %words, 3
  %lists = getelementptr inbounds i8, ptr %context, i64 128 ; Abi.FreeLists
  %head = getelementptr inbounds i8, ptr %lists, i64 %offset
  %next = load i64, ptr %head, align 8
  %address = ptrtoint ptr %cell to i64
  %end = add i64 %address, %offset
  %distance = sub i64 %next, %end
  store i64 %distance, ptr %cell, align 8
  store ptr %cell, ptr %head, align 8
  ret void
}

; Counts stick at their largest value: such a cell is never freed.
define internal void @rw.dup.cell(ptr %cell) alwaysinline nounwind {
  %count = load i32, ptr %cell, align 8
  %more = call i32 @llvm.uadd.sat.i32(i32 %count, i32 1)
  store i32 %more, ptr %cell, align 8
  ret void
}

define internal void @rw.dup(ptr %term) alwaysinline nounwind {
  %cell = call i1 @rw.is.cell(ptr %term)
  br i1 %cell, label %count, label %done
count:
  call void @rw.dup.cell(ptr %term)
  br label %done
done:
  ret void
}

define internal void @rw.drop.cell(ptr %context, ptr %cell) alwaysinline nounwind {
  %last = call i1 @rw.claim(ptr %cell)
  br i1 %last, label %release, label %done
release:
  call void @rw.release(ptr %context, ptr %cell)
  br label %done
done:
  ret void
}

define internal void @rw.drop(ptr %context, ptr %term) alwaysinline nounwind {
  %cell = call i1 @rw.is.cell(ptr %term)
  br i1 %cell, label %count, label %done
count:
  call void @rw.drop.cell(ptr %context, ptr %term)
  br label %done
done:
  ret void
}

define internal i1 @rw.is.cell(ptr %term) alwaysinline nounwind {
  %word = ptrtoint ptr %term to i64
  %bit = and i64 %word, 1
  %even = icmp eq i64 %bit, 0
  ret i1 %even
}

define internal i1 @rw.is.shared(ptr %term) alwaysinline nounwind {
  %cell = call i1 @rw.is.cell(ptr %term)
  br i1 %cell, label %count, label %done
count:
  %references = load i32, ptr %term, align 8
  %several = icmp ugt i32 %references, 1
  br label %done
done:
  %shared = phi i1 [ false, %0 ], [ %several, %count ]
  ret i1 %shared
}

; Ends a reference: true where it was the last, and the cell is the caller's to take apart.
define internal i1 @rw.claim(ptr %cell) alwaysinline nounwind {
  %count = load i32, ptr %cell, align 8
  %last = icmp eq i32 %count, 1
  br i1 %last, label %done, label %less
less:
  %immortal = icmp eq i32 %count, -1
  %one = select i1 %immortal, i32 0, i32 1
  %rest = sub i32 %count, %one
  store i32 %rest, ptr %cell, align 8
  br label %done
done:
  ret i1 %last
}

; Frees a cell that nobody refers to any more, and what only it refers to. Cells that wait are linked through
; their headers, below the number of their term fields: no stack, no memory.
define internal void @rw.release(ptr %context, ptr %first) noinline nounwind {
  %first.header = load i64, ptr %first, align 8
  %first.count = and i64 %first.header, -72057594037927936
  store i64 %first.count, ptr %first, align 8
  br label %next
next:
  %cell = phi ptr [ %first, %0 ], [ %waiting, %freed ]
  %header = load i64, ptr %cell, align 8
  %terms = lshr i64 %header, 56 ; Abi.TermCountShift
  %link = and i64 %header, 72057594037927935
  %link.pointer = inttoptr i64 %link to ptr
  %special = icmp eq i64 %terms, 255 ; Abi.ExternalMark
  br i1 %special, label %outside, label %fields
fields:
  %index = phi i64 [ 0, %next ], [ %following, %field.done ]
  %list = phi ptr [ %link.pointer, %next ], [ %list.out, %field.done ]
  %more = icmp ult i64 %index, %terms
  br i1 %more, label %field, label %body
field:
  %following = add nuw i64 %index, 1
  %slot = getelementptr inbounds ptr, ptr %cell, i64 %following
  %term = load ptr, ptr %slot, align 8
  %counted = call i1 @rw.is.cell(ptr %term)
  br i1 %counted, label %count, label %field.done
count:
  %last = call i1 @rw.claim(ptr %term)
  br i1 %last, label %push, label %field.done
push:
  %term.header = load i64, ptr %term, align 8
  %term.count = and i64 %term.header, -72057594037927936
  %list.word = ptrtoint ptr %list to i64
  %linked = or i64 %term.count, %list.word
  store i64 %linked, ptr %term, align 8
  br label %field.done
field.done:
  %list.out = phi ptr [ %list, %field ], [ %list, %count ], [ %term, %push ]
  br label %fields
body:
  %address = ptrtoint ptr %cell to i64
  %chunk.address = and i64 %address, -65536 ; -Abi.ChunkSize
  %chunk = inttoptr i64 %chunk.address to ptr
  %words = load i64, ptr %chunk, align 8
  %large = icmp ugt i64 %words, 32 ; Abi.MaxListedWords
  br i1 %large, label %outside, label %listed
listed:
  call void @rw.free(ptr %context, ptr %cell, i64 %words)
  br label %freed
outside:
  %rest = phi ptr [ %link.pointer, %next ], [ %list, %body ]
  call void @rw.release.external(ptr %context, ptr %cell)
  br label %freed
freed:
  %waiting = phi ptr [ %list, %listed ], [ %rest, %outside ]
  %empty = icmp eq ptr %waiting, null
  br i1 %empty, label %done, label %next
done:
  ret void
}

; Equality of terms: the same word, or cells with equal fields. What this does not settle in a bounded number of
; steps the runtime does, which knows of shared parts and depth.
define internal i1 @rw.same(ptr %context, ptr %left, ptr %right) alwaysinline nounwind {
  %identical = icmp eq ptr %left, %right
  br i1 %identical, label %done, label %compare
compare:
  %left.cell = call i1 @rw.is.cell(ptr %left)
  %right.cell = call i1 @rw.is.cell(ptr %right)
  %both = and i1 %left.cell, %right.cell
  br i1 %both, label %deep, label %done
deep:
  %equal = call i1 @rw.same.cells(ptr %context, ptr %left, ptr %right)
  br label %done
done:
  %result = phi i1 [ true, %0 ], [ false, %compare ], [ %equal, %deep ]
  ret i1 %result
}

define internal i1 @rw.same.cells(ptr %context, ptr %left, ptr %right) noinline nounwind {
  %steps = alloca i32, align 4
  store i32 256, ptr %steps, align 4
  %quick = call i32 @rw.same.fields(ptr %left, ptr %right, ptr %steps)
  %settled = icmp ne i32 %quick, 2
  br i1 %settled, label %done, label %ask
ask:
  %asked = call i32 @rw.service.equal(ptr %context, ptr %left, ptr %right)
  br label %done
done:
  %answer = phi i32 [ %quick, %0 ], [ %asked, %ask ]
  %equal = icmp ne i32 %answer, 0
  ret i1 %equal
}

; 0 for different, 1 for equal, 2 for not settled. Recurses no deeper than there are steps left.
define internal i32 @rw.same.fields(ptr %left.first, ptr %right.first, ptr %steps) noinline nounwind {
  br label %pair
pair:
  %left = phi ptr [ %left.first, %0 ], [ %left.last, %last ]
  %right = phi ptr [ %right.first, %0 ], [ %right.last, %last ]
  %identical = icmp eq ptr %left, %right
  br i1 %identical, label %equal, label %differ
differ:
  %left.cell = call i1 @rw.is.cell(ptr %left)
  %right.cell = call i1 @rw.is.cell(ptr %right)
  %both = and i1 %left.cell, %right.cell
  br i1 %both, label %cells, label %different
cells:
  %left.header = load i64, ptr %left, align 8
  %right.header = load i64, ptr %right, align 8
  %headers = xor i64 %left.header, %right.header
  %but.counts = lshr i64 %headers, 32
  %same.head = icmp eq i64 %but.counts, 0
  br i1 %same.head, label %sizes, label %different
sizes:
  %left.words = call i64 @rw.words.of(ptr %left)
  %right.words = call i64 @rw.words.of(ptr %right)
  %same.size = icmp eq i64 %left.words, %right.words
  br i1 %same.size, label %budget, label %different
budget:
  %terms = lshr i64 %left.header, 56 ; Abi.TermCountShift
  %external = icmp eq i64 %terms, 255 ; Abi.ExternalMark
  %left.steps = load i32, ptr %steps, align 4
  %none = icmp eq i32 %left.steps, 0
  %stop = or i1 %external, %none
  br i1 %stop, label %unsettled, label %fields
fields:
  %fewer = sub i32 %left.steps, 1
  store i32 %fewer, ptr %steps, align 4
  %first.number = add i64 %terms, 1
  br label %numbers
numbers:
  %number = phi i64 [ %first.number, %fields ], [ %next.number, %compare.number ]
  %more.numbers = icmp ult i64 %number, %left.words
  br i1 %more.numbers, label %compare.number, label %subterms
compare.number:
  %left.number.field = getelementptr inbounds i64, ptr %left, i64 %number
  %right.number.field = getelementptr inbounds i64, ptr %right, i64 %number
  %left.number = load i64, ptr %left.number.field, align 8
  %right.number = load i64, ptr %right.number.field, align 8
  %same.number = icmp eq i64 %left.number, %right.number
  %next.number = add i64 %number, 1
  br i1 %same.number, label %numbers, label %different
subterms:
  %leaf = icmp eq i64 %terms, 0
  br i1 %leaf, label %equal, label %subterm
subterm:
  %index = phi i64 [ 1, %subterms ], [ %next.index, %compare.subterm ]
  %is.last = icmp eq i64 %index, %terms
  %left.field = getelementptr inbounds ptr, ptr %left, i64 %index
  %right.field = getelementptr inbounds ptr, ptr %right, i64 %index
  br i1 %is.last, label %last, label %compare.subterm
compare.subterm:
  %left.term = load ptr, ptr %left.field, align 8
  %right.term = load ptr, ptr %right.field, align 8
  %answer = call i32 @rw.same.fields(ptr %left.term, ptr %right.term, ptr %steps)
  %goes.on = icmp eq i32 %answer, 1
  %next.index = add i64 %index, 1
  br i1 %goes.on, label %subterm, label %answered
last:
  %left.last = load ptr, ptr %left.field, align 8
  %right.last = load ptr, ptr %right.field, align 8
  br label %pair
answered:
  ret i32 %answer
equal:
  ret i32 1
different:
  ret i32 0
unsettled:
  ret i32 2
}

; The size of a cell, header included, which its chunk knows.
define internal i64 @rw.words.of(ptr %cell) alwaysinline nounwind {
  %chunk = call ptr @llvm.ptrmask.p0.i64(ptr %cell, i64 -65536) ; -Abi.ChunkSize
  %words = load i64, ptr %chunk, align 8
  ret i64 %words
}

define internal void @rw.compute(ptr %context, i32 %primitive, ptr %words) noinline nounwind {
  %status = call i32 @rw.service.compute(ptr %context, i32 %primitive, ptr %words)
  call void @rw.check(ptr %context, i32 %status)
  ret void
}

define internal void @rw.host(ptr %context, i32 %index, ptr %words) noinline nounwind {
  %status = call i32 @rw.service.host(ptr %context, i32 %index, ptr %words)
  call void @rw.check(ptr %context, i32 %status)
  ret void
}

define internal void @rw.remember(ptr %context, ptr %cell, ptr %normal) noinline nounwind {
  %status = call i32 @rw.service.remember(ptr %context, ptr %cell, ptr %normal)
  call void @rw.check(ptr %context, i32 %status)
  ret void
}

define internal ptr @rw.static(ptr %context, i64 %index) alwaysinline nounwind {
  %field = getelementptr inbounds i8, ptr %context, i64 24 ; Abi.Statics
  %table = load ptr, ptr %field, align 8
  %entry = getelementptr inbounds ptr, ptr %table, i64 %index
  %value = load ptr, ptr %entry, align 8
  ret ptr %value
}

; A rule fires: so many rewrites less are left.
define internal void @rw.step(ptr %context, i64 %times) alwaysinline nounwind {
  %field = getelementptr inbounds i8, ptr %context, i64 72 ; Abi.Steps
  %left = load i64, ptr %field, align 8
  %rest = sub i64 %left, %times
  store i64 %rest, ptr %field, align 8
  %spent = icmp slt i64 %rest, 0
  br i1 %spent, label %raise, label %done, !prof !0
raise:
  call void @rw.raise(ptr %context, i32 6) ; Abi.StepsExhausted
  unreachable
done:
  ret void
}

; Branches that are nearly never taken, and those that nearly always are.
!0 = !{!"branch_weights", i32 1, i32 100000}
!1 = !{!"branch_weights", i32 100000, i32 1}
