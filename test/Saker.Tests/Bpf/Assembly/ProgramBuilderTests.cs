using Saker.Bpf;
using static Saker.Bpf.BpfRegister;

namespace Saker.Tests.Bpf.Assembly;

public sealed class ProgramBuilderTests
{
    [Fact]
    public void What_is_built_is_what_is_assembled()
    {
        ProgramBuilder builder = new();
        var (out1, function) = (builder.NewLabel(), builder.NewLabel());
        var program = builder
            .Constant(R1, 0x1122334455667788)
            .Compute(BpfOperation.Move, R2, -1)
            .Compute(BpfOperation.Add, R2, R1, width: 32)
            .Compute(BpfOperation.MoveSigned, R3, R2, width: 32)
            .Apply(BpfOperation.ToBigEndian, R3, width: 16)
            .Store(R10, -8, R2)
            .Store(R10, -16, 7, width: 32)
            .Load(R0, R10, -8, width: 16, isSigned: true)
            .Atomic(BpfOperation.Add, R10, -8, R2, fetches: true)
            .JumpIf(BpfOperation.LessSigned, R0, 5, out1, width: 32)
            .Call(function)
            .Call(5)
            .Mark(out1).Exit()
            .Mark(function).Goto(out1)
            .Build();
        Assert.Equal(
            """
            r1 = 0x1122334455667788 ll
            r2 = -1
            w2 += w1
            r3 = (s32)r2
            r3 = be16 r3
            *(u64 *)(r10 - 8) = r2
            *(u32 *)(r10 - 16) = 7
            r0 = *(s16 *)(r10 - 8)
            r2 = atomic_fetch_add((u64 *)(r10 - 8), r2)
            if w0 s< 5 goto +2
            call +2
            call 5
            exit
            goto -2

            """,
            program.ToString());
    }

    [Fact]
    public void What_there_is_not_is_refused()
    {
        ProgramBuilder builder = new();
        Assert.Throws<ArgumentException>(() => builder.Compute(BpfOperation.Add, R1, 1, width: 16));
        Assert.Throws<InvalidOperationException>(() => builder.Goto(builder.NewLabel()).Build());
    }
}
