using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>What programs of each type may do and must return, by the rules and in the kernel.</summary>
public sealed class ProgramRulesTests
{
    public static TheoryData<ProgramType, AttachType?> Programs => PacketPrograms.Data;

    [KernelTheory]
    [MemberData(nameof(Programs))]
    public void Results_are_those_that_the_kernel_wants(ProgramType type, AttachType? attachType)
    {
        var wanted = ProgramRules.ResultOf(type, attachType);
        foreach (var result in (int[])[-1, 0, 1, 2, 3, 4, 5, 255, int.MinValue, int.MaxValue])
        {
            AssertSame(wanted?.Contains(result) ?? true, type, attachType, $"r0 = {result}; exit");
        }

        AssertSame(wanted is null, type, attachType, "call 7; exit");
        AssertSame(wanted is null, type, attachType, "r0 = r10; exit");
        AssertSame(wanted is null, type, attachType, "r0 = r1; exit");
        AssertSame(true, type, attachType, "call 7; r0 &= 1; exit");

        // 64 bits are looked at.
        AssertSame(wanted is null, type, attachType, "r0 = 0x100000000 ll; exit");
        AssertSame(false, type, attachType, "exit");
    }

    [KernelTheory]
    [MemberData(nameof(Programs))]
    public void Packet_is_read_and_written_as_the_kernel_lets(ProgramType type, AttachType? attachType)
    {
        var (data, end) = type == ProgramType.Xdp ? (0, 4) : (76, 80);
        var bounds = $"r2 = *(u32 *)(r1 + {data}); r3 = *(u32 *)(r1 + {end}); r4 = r2; r4 += 8; if r4 > r3 goto out;";
        AssertSame(ProgramRules.MayReadPacket(type), type, attachType, $"{bounds} r0 = *(u8 *)(r2 + 0); out: r0 = 0; exit");
        AssertSame(ProgramRules.MayWritePacket(type), type, attachType, $"{bounds} *(u8 *)(r2 + 0) = r4; out: r0 = 0; exit");
        AssertSame(ProgramRules.MayLoadPacket(type), type, attachType, "r6 = r1; r0 = *(u16 *)skb[12]; r0 = 0; exit");
        AssertSame(ProgramRules.MayLoadPacket(type), type, attachType, "r6 = r1; r2 = 3; r0 = *(u8 *)skb[r2 + 12]; r0 = 0; exit");
    }

    private static void AssertSame(bool expected, ProgramType type, AttachType? attachType, string text)
    {
        var isAccepted = PacketPrograms.IsAccepted(type, attachType, Assembler.Assemble(text).Slots, out var said);
        Assert.True(expected == isAccepted, $"{type} {attachType}, '{text}': {(expected ? "allowed" : "not allowed")} by the rules; the kernel: {said}");
    }
}
