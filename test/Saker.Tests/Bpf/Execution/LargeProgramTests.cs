using System.Runtime.InteropServices;
using System.Text;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Programs that are compiled to many methods give what the interpreter gives.</summary>
public sealed class LargeProgramTests
{
    private static readonly Engine Interpreter = new(BpfEngine.Interpreter), Compiled = new(BpfEngine.Compiled);

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    [InlineData(100_000)]
    public void Straight_on(int length)
    {
        StringBuilder text = new("r2 = *(u64 *)(r1 + 0); *(u64 *)(r10 - 8) = r2; r6 = r1; r7 = 1; w8 = 2\n");
        for (var i = 0; i < length; i += 5)
        {
            text.Append($"r7 += r2; r2 ^= {i}; w8 *= w7; r2 += r8; *(u{8 << (i % 3)} *)(r10 - {8 * (1 + (i % 60))}) = r2\n");
        }

        Same(text + "r3 = *(u64 *)(r10 - 16); r0 = r2; r0 += r3; *(u64 *)(r6 + 0) = r7; exit");
    }

    [Fact]
    public void Loops_that_pass_from_method_to_method_and_back()
    {
        StringBuilder text = new("r2 = *(u64 *)(r1 + 0); r9 = 50; r0 = 0\n");
        for (var i = 0; i < 3_000; i++)
        {
            text.Append($"r2 += r9; r2 ^= {i}; if r2 s> {i * 1000} goto +1; r0 += r2\n");
        }

        Same(text + "r9 += -1; if r9 == 0 goto +2; may_goto +1; gotol -12003; exit");
    }

    [Fact]
    public void Functions_that_call_one_another()
    {
        StringBuilder text = new("r6 = *(u64 *)(r1 + 0); *(u64 *)(r10 - 8) = r6; r1 = r10; r1 += -8; call f; r1 = *(u64 *)(r10 - 8); r0 += r1; exit; f: r7 = *(u64 *)(r1 + 0); r0 = 5; r8 = r1\n");
        for (var i = 0; i < 3_000; i++)
        {
            text.Append($"r7 += {i}; r0 ^= r7\n");
            if (i % 1_000 == 0)
            {
                text.Append("r1 = r7; call g; r7 += r0\n");
            }
        }

        Same(text + "*(u64 *)(r8 + 0) = r0; exit; g: r0 = r1; r0 *= 3; exit");
    }

    private static void Same(string text)
    {
        var program = Assembler.Assemble(text);
        byte[] one = [1, 2, 3, 4, 5, 6, 7, 8], other = [.. one];
        var expected = Interpreter.Of(program).Run(one);
        Assert.True(expected.IsCompleted, expected.Fault.ToString());
        Assert.Equal(expected, Compiled.Of(program).Run(other));
        Assert.Equal(MemoryMarshal.Read<ulong>(one), MemoryMarshal.Read<ulong>(other));
    }
}
