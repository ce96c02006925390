using Saker.Bpf;
using Saker.Tests.Bpf.Isa;

namespace Saker.Tests.Bpf.Assembly;

public sealed class AssemblerTests
{
    [Fact]
    public void What_is_disassembled_is_assembled_to_the_same_slots()
    {
        Random random = new(3);
        foreach (var description in InstructionSet.All)
        {
            for (var i = 0; i < 20; i++)
            {
                var slots = Samples.Of(description, random);
                var text = ProgramText.Of(slots, ProgramTextStyle.Llvm);
                Assert.True(Assembler.TryAssemble(text, out var again, out var fault), $"{text}: {fault}");
                Assert.True(slots.AsSpan().SequenceEqual(again), $"{text} {string.Join(' ', slots)} is not {string.Join(' ', again)}");
            }
        }
    }

    [Theory]
    [InlineData("r0 = *(u32 *)(r1 + 4)", "6110040000000000", "(61) r0 = *(u32 *)(r1 +4)")]
    [InlineData("w0 = *(u32 *)(r1 + 4)", "6110040000000000", "(61) r0 = *(u32 *)(r1 +4)")]
    [InlineData("r0 = *(s8 *)(r1 - 4)", "9110fcff00000000", "(91) r0 = *(s8 *)(r1 -4)")]
    [InlineData("*(u8 *)(r10 - 1) = r2", "732affff00000000", "(73) *(u8 *)(r10 -1) = r2")]
    [InlineData("*(u64 *)(r10 - 8) = -7", "7a0af8fff9ffffff", "(7a) *(u64 *)(r10 -8) = -7")]
    [InlineData("if r1 s> 7 goto +3", "6501030007000000", "(65) if r1 s> 0x7 goto pc+3")]
    [InlineData("if w1 s<= w2 goto -3", "de21fdff00000000", "(de) if w1 s<= w2 goto pc-3")]
    [InlineData("if w1 & 0xffffffff goto +0", "46010000ffffffff", "(46) if w1 & 0xffffffff goto pc+0")]
    [InlineData("goto +4", "0500040000000000", "(05) goto pc+4")]
    [InlineData("gotol +70000", "0600000070110100", "(06) gotol pc+70000")]
    [InlineData("may_goto +2", "e500020000000000", "(e5) may_goto pc+2")]
    [InlineData("lock *(u64 *)(r1 + 0) += r2", "db21000000000000", "(db) lock *(u64 *)(r1 +0) += r2")]
    [InlineData("lock *(u32 *)(r1 + 0) ^= w2", "c3210000a0000000", "(c3) lock *(u32 *)(r1 +0) ^= r2")]
    [InlineData("r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)", "db21000001000000", "(db) r2 = atomic64_fetch_add((u64 *)(r1 +0), r2)")]
    [InlineData("w2 = xchg32_32(r1 + 8, w2)", "c3210800e1000000", "(c3) r2 = atomic_xchg((u32 *)(r1 +8), r2)")]
    [InlineData("r0 = cmpxchg_64(r1 + 8, r0, r2)", "db210800f1000000", "(db) r0 = atomic64_cmpxchg((u64 *)(r1 +8), r0, r2)")]
    [InlineData("r0 = load_acquire((u64 *)(r1 + 0))", "db10000000010000", "(db) r0 = load_acquire((u64 *)(r1 +0))")]
    [InlineData("store_release((u16 *)(r1 + 2), w2)", "cb21020010010000", "(cb) store_release((u16 *)(r1 +2), r2)")]
    [InlineData("r0 = bswap16 r0", "d700000010000000", "(d7) r0 = bswap16 r0")]
    [InlineData("r3 = be64 r3", "dc03000040000000", "(dc) r3 = be64 r3")]
    [InlineData("w0 = (s16)w1", "bc10100000000000", "(bc) w0 = (s16)w1")]
    [InlineData("r0 s/= r1", "3f10010000000000", "(3f) r0 s/= r1")]
    [InlineData("w0 s%= -5", "94000100fbffffff", "(94) w0 s%= -5")]
    [InlineData("r0 s>>= 3", "c700000003000000", "(c7) r0 s>>= 3")]
    [InlineData("w5 = -w5", "8405000000000000", "(84) w5 = -w5")]
    [InlineData("r0 = 0x1122334455667788 ll", "18000000887766550000000044332211", "(18) r0 = 0x1122334455667788")]
    [InlineData("r0 = -1 ll", "18000000ffffffff00000000ffffffff", "(18) r0 = 0xffffffffffffffff")]
    [InlineData("r1 = map[fd:5] ll", "18110000050000000000000000000000", "(18) r1 = map[id:5]")]
    [InlineData("r0 = *(u8 *)skb[5]", "3000000005000000", "(30) r0 = *(u8 *)skb[5]")]
    [InlineData("r0 = *(u16 *)skb[r3]", "4830000000000000", "(48) r0 = *(u16 *)skb[r3 + 0]")]
    [InlineData("r0 = addr_space_cast(r1, 1, 0)", "bf10010000000100", "(bf) r0 = addr_space_cast(r1, 1, 0)")]
    [InlineData("call 5", "8500000005000000", "(85) call bpf_ktime_get_ns#5")]
    [InlineData("call +5", "8510000005000000", "(85) call pc+5")]
    [InlineData("callx r3", "8d03000000000000", "(8d) callx r3")]
    [InlineData("exit # done", "9500000000000000", "(95) exit")]
    public void A_line_has_one_encoding_and_is_what_the_kernel_writes(string line, string bytes, string kernel)
    {
        Assert.True(Assembler.TryAssemble(line, out var slots, out var fault), fault?.ToString());
        Assert.Equal(bytes, Convert.ToHexStringLower(BpfInstruction.WriteAll(slots)));
        Assert.Equal(kernel, ProgramText.Of(slots, 0, ProgramTextStyle.Kernel));
    }

    [Fact]
    public void Labels_stand_before_and_behind_their_use_and_count_slots()
    {
        var program = Assembler.Assemble(
            """
            again: r1 = 1 ll       // two slots
            if r1 == 0 goto out; if w1 != 0 goto again
            call function
            gotol out
            function: r0 = 2
            exit
            out: exit
            """);
        Assert.Equal(
            ["r1 = 0x1 ll", "if r1 == 0 goto +5", "if w1 != 0 goto -4", "call +1", "gotol +2", "r0 = 2", "exit", "exit", ""], program.ToString().Split('\n'));
    }

    [Theory]
    [InlineData("r0 = r11", "line 1: 'r0 = r11' is no instruction; at 'r11' is wanted ")]
    [InlineData("exit\nr0 += ", "line 2: 'r0 +=' is no instruction; at the end is wanted a number of 32 bits or a register r0 to r10")]
    [InlineData("exit exit", "line 1: 'exit exit' is no instruction; at 'exit' is wanted the end of the line")]
    [InlineData("goto nowhere", "line 1: there is no label 'nowhere'")]
    [InlineData("a:\na: exit", "line 2: the label 'a' is there already")]
    [InlineData("r0 = 4294967296", "line 1: 'r0 = 4294967296' is no instruction")]
    [InlineData("r0 = be16 r1", "line 1: 'r0 = be16 r1' is no instruction; at 'r1' is wanted a register r0 to r10")]
    [InlineData("goto +32768", "line 1: 'goto +32768' is no instruction; at '+' is wanted a target such as '+3', at most 32767 away, or a label")]
    public void What_is_no_instruction_is_told_with_its_line(string text, string reason)
    {
        Assert.False(Assembler.TryAssemble(text, out _, out var fault));
        Assert.StartsWith(reason, fault.ToString(), StringComparison.Ordinal);
    }
}
