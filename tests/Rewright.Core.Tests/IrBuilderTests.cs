using System;
using System.Linq;
using Rewright.Emit.Ir;
using Xunit;

namespace Rewright.Core.Tests;

/// <summary>The builder of LLVM IR.</summary>
public class IrBuilderTests
{
    [Fact]
    public void A_loop_is_built_block_by_block()
    {
        var function = new IrFunction("@sum", IrType.I64, "internal");
        var ir = new IrBuilder(function);
        var last = function.AddParameter(IrType.I64, "last");
        IrBlock entry = ir.NewBlock("entry"), loop = ir.NewBlock("loop"), done = ir.NewBlock("done");
        ir.Start(entry);
        ir.Jump(loop);
        ir.Start(loop);
        IrPhi i = ir.Phi(IrType.I64, "i"), sum = ir.Phi(IrType.I64, "sum");
        var next = ir.Binary("add", i.Value, IrValue.I64(1), "i");
        var total = ir.Binary("add", sum.Value, next, "sum");
        ir.Branch(ir.Compare("ult", next, last, "more"), loop, done, ", !prof !1");
        ir.Start(done);
        ir.Return(total);
        // Edges come when they are known.
        foreach (var phi in new[] { i, sum }) phi.Add(IrValue.I64(0), entry);
        i.Add(next, loop);
        sum.Add(total, loop);
        Assert.Equal("""
            define internal i64 @sum(i64 %last) nounwind {
            entry:
              br label %loop
            loop:
              %i = phi i64 [ 0, %entry ], [ %i.1, %loop ]
              %sum = phi i64 [ 0, %entry ], [ %sum.1, %loop ]
              %i.1 = add i64 %i, 1
              %sum.1 = add i64 %sum, %i.1
              %more = icmp ult i64 %i.1, %last
              br i1 %more, label %loop, label %done, !prof !1
            done:
              ret i64 %sum.1
            }

            """, function.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Names_are_unique_and_plain()
    {
        var function = new IrFunction("@f", IrType.Void);
        Assert.Equal(["x", "x.1", "x.1.1", "x.2", "_", "v1_2", "v"],
            new[] { "x", "x", "x.1", "x", "é", "1+2", "" }.Select(n => function.Take(n).Text));
        var taken = function.Take("x");
        Assert.Equal(taken, function.Take(taken));
    }

    [Fact]
    public void A_block_that_stands_first_can_be_written_last()
    {
        var function = new IrFunction("@f", IrType.Void) { Attributes = "noinline" };
        var ir = new IrBuilder(function) { Location = ", !dbg !7" };
        IrBlock entry = ir.NewBlock("entry"), body = ir.NewBlock("body");
        function.Place(entry);
        ir.Start(body);
        var words = function.Take("words");
        ir.Call(new(IrType.Void, "@g", "tailcc"), [words.As(IrType.Ptr), IrValue.Double(BitConverter.DoubleToInt64Bits(1.5))]);
        ir.Switch(IrValue.I32(3), body, [(IrValue.I32(1), entry)]);
        ir.Continue(entry);
        ir.Alloca(IrType.Array(2, IrType.I64), words, 8);
        ir.Jump(body);
        Assert.Equal("""
            define void @f() noinline {
            entry:
              %words = alloca [2 x i64], align 8, !dbg !7
              br label %body, !dbg !7
            body:
              call tailcc void @g(ptr %words, double 0x3FF8000000000000), !dbg !7
              switch i32 3, label %body [ i32 1, label %entry ], !dbg !7
            }

            """, function.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void A_library_gives_what_is_needed_and_what_that_needs()
    {
        var file = new IrFile("""
            ; A comment for readers of the file.

            declare void @a()

            ; Calls itself, and a.
            define void @b() {
              call void @a() ; not @d
              call void @b()
              ret void
            }

            define void @c() {
              call void @b()
              ret void
            }

            !0 = !{}
            """.Replace("\r", "", StringComparison.Ordinal));
        var library = new IrLibrary(file.Definitions);
        Assert.Equal(["@a", "@b"], library.NeededBy(["@b", "@elsewhere"]).Select(d => d.Name));
        Assert.Equal("""
            ; Calls itself, and a.
            define void @b() {
              call void @a()
              call void @b()
              ret void
            }

            """, library.NeededBy(["@b"]).Last().Text, ignoreLineEndingDifferences: true);
        Assert.Equal("!0 = !{}\n", file.Metadata);
        Assert.Equal(3, library.NeededBy(["@c"]).Count());
        Assert.Empty(library.NeededBy([]));
    }
}
