; The functions of built-in sorts that need more than an instruction: they can raise errors. See `runtime.ll` for the rules of this file.

declare void @rw.raise(ptr, i32)

define internal i64 @rw.count.up(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %sum = add i64 %x, %y
  %large = icmp slt i64 %sum, 0
  br i1 %large, label %overflow, label %fine, !prof !0
overflow:
  call void @rw.raise(ptr %context, i32 12) ; Abi.CounterOverflow
  unreachable
fine:
  ret i64 %sum
}

declare double @llvm.fabs.f64(double)
declare double @llvm.sqrt.f64(double)
declare i32 @llvm.fptosi.sat.i32.f64(double)
declare i64 @llvm.fptosi.sat.i64.f64(double)
declare i32 @llvm.fptoui.sat.i32.f64(double)
declare i64 @llvm.fptoui.sat.i64.f64(double)

declare i32 @llvm.smin.i32(i32, i32)
declare i32 @llvm.smax.i32(i32, i32)
declare i32 @llvm.umin.i32(i32, i32)
declare i32 @llvm.umax.i32(i32, i32)
declare i32 @llvm.ctpop.i32(i32)
declare i32 @llvm.ctlz.i32(i32, i1)
declare i32 @llvm.cttz.i32(i32, i1)

define internal i32 @rw.div.s32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %zero = icmp eq i32 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %smallest = icmp eq i32 %x, -2147483648
  %minus = icmp eq i32 %y, -1
  %overflow = and i1 %smallest, %minus
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = sdiv i32 %x, %y
  ret i32 %result
}

define internal i32 @rw.rem.s32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %zero = icmp eq i32 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %smallest = icmp eq i32 %x, -2147483648
  %minus = icmp eq i32 %y, -1
  %overflow = and i1 %smallest, %minus
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = srem i32 %x, %y
  ret i32 %result
}

declare { i32, i1 } @llvm.sadd.with.overflow.i32(i32, i32)
define internal i32 @rw.add.s32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %pair = call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %x, i32 %y)
  %overflow = extractvalue { i32, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i32, i1 } %pair, 0
  ret i32 %result
}

declare { i32, i1 } @llvm.ssub.with.overflow.i32(i32, i32)
define internal i32 @rw.sub.s32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %pair = call { i32, i1 } @llvm.ssub.with.overflow.i32(i32 %x, i32 %y)
  %overflow = extractvalue { i32, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i32, i1 } %pair, 0
  ret i32 %result
}

declare { i32, i1 } @llvm.smul.with.overflow.i32(i32, i32)
define internal i32 @rw.mul.s32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %pair = call { i32, i1 } @llvm.smul.with.overflow.i32(i32 %x, i32 %y)
  %overflow = extractvalue { i32, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i32, i1 } %pair, 0
  ret i32 %result
}

define internal i32 @rw.log2.s32(ptr %context, i32 %x) alwaysinline nounwind {
  %negative = icmp slt i32 %x, 0
  br i1 %negative, label %outside, label %inside, !prof !0
outside:
  call void @rw.raise(ptr %context, i32 11) ; Abi.OutOfRange
  unreachable
inside:
  %positive = or i32 %x, 1
  %zeros = call i32 @llvm.ctlz.i32(i32 %positive, i1 true)
  %result = sub i32 31, %zeros
  ret i32 %result
}

define internal i32 @rw.div.u32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %zero = icmp eq i32 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %result = udiv i32 %x, %y
  ret i32 %result
}

define internal i32 @rw.rem.u32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %zero = icmp eq i32 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %result = urem i32 %x, %y
  ret i32 %result
}

declare { i32, i1 } @llvm.uadd.with.overflow.i32(i32, i32)
define internal i32 @rw.add.u32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %pair = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %x, i32 %y)
  %overflow = extractvalue { i32, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i32, i1 } %pair, 0
  ret i32 %result
}

declare { i32, i1 } @llvm.usub.with.overflow.i32(i32, i32)
define internal i32 @rw.sub.u32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %pair = call { i32, i1 } @llvm.usub.with.overflow.i32(i32 %x, i32 %y)
  %overflow = extractvalue { i32, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i32, i1 } %pair, 0
  ret i32 %result
}

declare { i32, i1 } @llvm.umul.with.overflow.i32(i32, i32)
define internal i32 @rw.mul.u32(ptr %context, i32 %x, i32 %y) alwaysinline nounwind {
  %pair = call { i32, i1 } @llvm.umul.with.overflow.i32(i32 %x, i32 %y)
  %overflow = extractvalue { i32, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i32, i1 } %pair, 0
  ret i32 %result
}

define internal i32 @rw.log2.u32(ptr %context, i32 %x) alwaysinline nounwind {
  %positive = or i32 %x, 1
  %zeros = call i32 @llvm.ctlz.i32(i32 %positive, i1 true)
  %result = sub i32 31, %zeros
  ret i32 %result
}

define internal i32 @rw.abs.s32(ptr %context, i32 %x) alwaysinline nounwind {
  %smallest = icmp eq i32 %x, -2147483648
  br i1 %smallest, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %negative = icmp slt i32 %x, 0
  %opposite = sub i32 0, %x
  %result = select i1 %negative, i32 %opposite, i32 %x
  ret i32 %result
}

declare i64 @llvm.smin.i64(i64, i64)
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.umin.i64(i64, i64)
declare i64 @llvm.umax.i64(i64, i64)
declare i64 @llvm.ctpop.i64(i64)
declare i64 @llvm.ctlz.i64(i64, i1)
declare i64 @llvm.cttz.i64(i64, i1)

define internal i64 @rw.div.s64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %zero = icmp eq i64 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %smallest = icmp eq i64 %x, -9223372036854775808
  %minus = icmp eq i64 %y, -1
  %overflow = and i1 %smallest, %minus
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = sdiv i64 %x, %y
  ret i64 %result
}

define internal i64 @rw.rem.s64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %zero = icmp eq i64 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %smallest = icmp eq i64 %x, -9223372036854775808
  %minus = icmp eq i64 %y, -1
  %overflow = and i1 %smallest, %minus
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = srem i64 %x, %y
  ret i64 %result
}

declare { i64, i1 } @llvm.sadd.with.overflow.i64(i64, i64)
define internal i64 @rw.add.s64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %x, i64 %y)
  %overflow = extractvalue { i64, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i64, i1 } %pair, 0
  ret i64 %result
}

declare { i64, i1 } @llvm.ssub.with.overflow.i64(i64, i64)
define internal i64 @rw.sub.s64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.ssub.with.overflow.i64(i64 %x, i64 %y)
  %overflow = extractvalue { i64, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i64, i1 } %pair, 0
  ret i64 %result
}

declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)
define internal i64 @rw.mul.s64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %x, i64 %y)
  %overflow = extractvalue { i64, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i64, i1 } %pair, 0
  ret i64 %result
}

define internal i64 @rw.log2.s64(ptr %context, i64 %x) alwaysinline nounwind {
  %negative = icmp slt i64 %x, 0
  br i1 %negative, label %outside, label %inside, !prof !0
outside:
  call void @rw.raise(ptr %context, i32 11) ; Abi.OutOfRange
  unreachable
inside:
  %positive = or i64 %x, 1
  %zeros = call i64 @llvm.ctlz.i64(i64 %positive, i1 true)
  %result = sub i64 63, %zeros
  ret i64 %result
}

define internal i64 @rw.div.u64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %zero = icmp eq i64 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %result = udiv i64 %x, %y
  ret i64 %result
}

define internal i64 @rw.rem.u64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %zero = icmp eq i64 %y, 0
  br i1 %zero, label %undefined, label %defined, !prof !0
undefined:
  call void @rw.raise(ptr %context, i32 8) ; Abi.DivideByZero
  unreachable
defined:
  %result = urem i64 %x, %y
  ret i64 %result
}

declare { i64, i1 } @llvm.uadd.with.overflow.i64(i64, i64)
define internal i64 @rw.add.u64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %x, i64 %y)
  %overflow = extractvalue { i64, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i64, i1 } %pair, 0
  ret i64 %result
}

declare { i64, i1 } @llvm.usub.with.overflow.i64(i64, i64)
define internal i64 @rw.sub.u64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.usub.with.overflow.i64(i64 %x, i64 %y)
  %overflow = extractvalue { i64, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i64, i1 } %pair, 0
  ret i64 %result
}

declare { i64, i1 } @llvm.umul.with.overflow.i64(i64, i64)
define internal i64 @rw.mul.u64(ptr %context, i64 %x, i64 %y) alwaysinline nounwind {
  %pair = call { i64, i1 } @llvm.umul.with.overflow.i64(i64 %x, i64 %y)
  %overflow = extractvalue { i64, i1 } %pair, 1
  br i1 %overflow, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %result = extractvalue { i64, i1 } %pair, 0
  ret i64 %result
}

define internal i64 @rw.log2.u64(ptr %context, i64 %x) alwaysinline nounwind {
  %positive = or i64 %x, 1
  %zeros = call i64 @llvm.ctlz.i64(i64 %positive, i1 true)
  %result = sub i64 63, %zeros
  ret i64 %result
}

define internal i64 @rw.abs.s64(ptr %context, i64 %x) alwaysinline nounwind {
  %smallest = icmp eq i64 %x, -9223372036854775808
  br i1 %smallest, label %large, label %fine, !prof !0
large:
  call void @rw.raise(ptr %context, i32 9) ; Abi.Overflow
  unreachable
fine:
  %negative = icmp slt i64 %x, 0
  %opposite = sub i64 0, %x
  %result = select i1 %negative, i64 %opposite, i64 %x
  ret i64 %result
}

!0 = !{!"branch_weights", i32 1, i32 100000}
!1 = !{!"branch_weights", i32 100000, i32 1}
