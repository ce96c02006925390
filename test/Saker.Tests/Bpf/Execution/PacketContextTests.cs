using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

public sealed unsafe class PacketContextTests
{
    private static readonly byte[] Frame = [.. Enumerable.Range(0, 60).Select(value => (byte)value)];

    private readonly BpfCpu _cpu = new();

    [Fact]
    public void Xdp_program_reaches_its_frame_and_nothing_beyond()
    {
        XdpContext context = new() { IngressDevice = 3, ReceiveQueue = 5, EgressDevice = 7 };
        context.Load(Frame);
        Assert.Equal(60ul, Value(context, "r2 = *(u32 *)(r1 + 0); r3 = *(u32 *)(r1 + 4); r3 -= r2; r0 = r3; exit"));
        Assert.Equal(59ul, Value(context, "r2 = *(u32 *)(r1 + 4); r0 = *(u8 *)(r2 - 1); exit"));
        Assert.Equal(15ul, Value(context, "r2 = *(u32 *)(r1 + 12); r0 = *(u32 *)(r1 + 16); r0 += r2; r2 = *(u32 *)(r1 + 20); r0 += r2; exit"));
        Assert.Equal(0ul, Value(context, "r2 = *(u32 *)(r1 + 0); *(u8 *)(r2 + 1) = 77; r0 = 0; exit"));
        Assert.Equal(77, context.Data[1]);
        Assert.Equal(RunFaultKind.OutsideRead, Run(context, "r2 = *(u32 *)(r1 + 4); r0 = *(u8 *)(r2 + 0); exit").Fault.Kind);
        Assert.Equal(RunFaultKind.OutsideRead, Run(context, "r2 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r2 - 1); exit").Fault.Kind);
        Assert.Equal(RunFaultKind.OutsideWrite, Run(context, "*(u32 *)(r1 + 16) = 1; r0 = 0; exit").Fault.Kind);
    }

    [Fact]
    public void Xdp_metadata_lies_before_a_placed_frame()
    {
        var memory = new byte[128];
        memory[28] = 9;
        memory[32] = 10;
        fixed (byte* first = memory)
        {
            XdpContext context = new();
            context.Place(first, 128, 32, 60, metadataLength: 4);
            Assert.Equal(19ul, Value(context, "r2 = *(u32 *)(r1 + 8); r0 = *(u8 *)(r2 + 0); r3 = *(u32 *)(r1 + 0); r3 = *(u8 *)(r3 + 0); r0 += r3; exit"));
            Assert.Equal(RunFaultKind.OutsideRead, Run(context, "r2 = *(u32 *)(r1 + 8); r0 = *(u8 *)(r2 - 1); exit").Fault.Kind);
            Assert.Throws<ArgumentOutOfRangeException>(() => Misplace(context, 128, 100, 60, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => Misplace(context, 128, 10, 60, 11));
            Assert.Throws<ArgumentOutOfRangeException>(() => Misplace(context, 128, -1, 60, 0));
        }
    }

    [Fact]
    public void Xdp_fragments_follow_the_linear_bytes()
    {
        var packet = new byte[10_000];
        Random.Shared.NextBytes(packet);
        XdpContext context = new();
        context.Load(packet, 3000);
        Assert.Equal(3000, context.Data.Length);
        Assert.Equal(2, context.FragmentCount);
        Assert.Equal(10_000, context.Length);
        var copy = new byte[10_000];
        Assert.Equal(10_000, context.CopyTo(copy));
        Assert.Equal(packet, copy);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Load(new byte[100_000], 0));
    }

    [Fact]
    public void Skb_fields_are_read_and_written_back()
    {
        SkbContext context = new();
        context.Load(Frame);
        (context.Mark, context.Priority, context.Device, context.VlanTag) = (4, 6, 2, new(0x8100, 0x2005));
        Assert.Equal(60ul + 4 + 6 + 2 + 0x2005, Value(context, """
            r0 = *(u32 *)(r1 + 0); r2 = *(u32 *)(r1 + 8); r0 += r2; r2 = *(u32 *)(r1 + 32); r0 += r2
            r2 = *(u32 *)(r1 + 40); r0 += r2; r2 = *(u32 *)(r1 + 24); r0 += r2; exit
            """));
        Assert.Equal(0x0081ul, Value(context, "r0 = *(u32 *)(r1 + 28); exit"));
        Assert.Equal(0x0d0cul, Value(context, "r0 = *(u32 *)(r1 + 16); exit"));
        Assert.Equal(0ul, Value(context, "*(u32 *)(r1 + 8) = 40; *(u32 *)(r1 + 56) = 41; *(u64 *)(r1 + 152) = 42; *(u32 *)(r1 + 44) = 43; r0 = 0; exit"));
        Assert.Equal((40u, 41u, 42ul, (ushort)43), (context.Mark, context.ControlBlock[2], context.Timestamp, context.TcIndex));
        context.Load(Frame);
        Assert.Equal((0u, 0u, 0ul, null), (context.Mark, context.ControlBlock[2], context.Timestamp, context.VlanTag));
    }

    [Fact]
    public void Skb_that_is_not_linear_is_reached_in_part()
    {
        SkbContext context = new();
        context.Load(Frame);
        context.LinearLength = 20;
        Assert.Equal(20ul, Value(context, "r2 = *(u32 *)(r1 + 76); r0 = *(u32 *)(r1 + 80); r0 -= r2; exit"));
        Assert.Equal(60ul, Value(context, "r0 = *(u32 *)(r1 + 0); exit"));
        Assert.Equal(RunFaultKind.OutsideRead, Run(context, "r2 = *(u32 *)(r1 + 80); r0 = *(u8 *)(r2 + 0); exit").Fault.Kind);
        Assert.Equal(0x28ul, Value(context, "r6 = r1; r0 = *(u8 *)skb[40]; exit"));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.LinearLength = 61);
    }

    private static void Misplace(XdpContext context, int size, int headroom, int length, int metadata)
    {
        fixed (byte* first = new byte[128])
        {
            context.Place(first, size, headroom, length, metadata);
        }
    }

    private ulong Value(BpfContext context, string text)
    {
        var result = Run(context, text);
        Assert.True(result.IsCompleted, result.Fault.ToString());
        return result.Value;
    }

    private RunResult Run(BpfContext context, string text) => ReadyProgram.Of(Assembler.Assemble(text), new()).Executable.Run(_cpu, context);
}
