using Saker.Bpf;
using static Saker.KernelTests.Bpf.Helpers.HelperTwice;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Helpers of XDP programs with edge values: what they return and leave is what the kernel's do.</summary>
public sealed class XdpHelperTests
{
    private static readonly int[] Deltas =
    [
        0, 1, -1, 2, 4, -4, 8, -8, 12, 14, -14, 32, -32, -33, 36, -36, 60, -64, 80, -100, 101, 102, 106, 107, 108, -128, -200, -204, -208, -212, -215, -216, -217, -220, -252, -253,
        -255, -256, -257, 256, 3000, 3400, 3413, 3414, 3415, 3416, 4000, 65536, -65536, int.MaxValue, int.MinValue,
    ];

    [KernelTheory]
    [InlineData(44)]
    [InlineData(54)]
    [InlineData(65)]
    public void Ends_move_as_in_the_kernel(int helper)
    {
        foreach (var delta in Deltas)
        {
            Compare(ProgramType.Xdp, $"r2 = {delta}; call {helper}", TestFrames.IPv4);
            Compare(ProgramType.Xdp, $"r2 = -8; call 54; r1 = r6; r2 = {delta}; call {helper}", TestFrames.IPv4);
            Compare(ProgramType.Xdp, $"r2 = {delta}; call {helper}; r1 = r6; r2 = -16; call 44; r1 = r6; r2 = 40; call 65", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Metadata_goes_with_the_head()
    {
        const string Write = "r2 = -8; call 54; r1 = *(u32 *)(r6 + 0); r2 = *(u32 *)(r6 + 8); r3 = r2; r3 += 8; r0 = 0; r4 = 0x1122334455667788 ll; if r3 > r1 goto +1; *(u64 *)(r2 + 0) = r4";
        foreach (var delta in Deltas)
        {
            Compare(ProgramType.Xdp, $"{Write}; r1 = r6; r2 = {delta}; call 44", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Bytes_are_loaded_and_stored()
    {
        foreach (var offset in (int[])[0, 1, 13, 98, 105, 106, 107, 0xffff, 0x10000, int.MaxValue, -1])
        {
            foreach (var length in (int[])[1, 2, 7, 8])
            {
                const string Clean = "r3 = 0x0102030405060708 ll; *(u64 *)(r10 - 8) = r3; r3 = r10; r3 += -8";
                Compare(ProgramType.Xdp, $"r2 = {offset}; {Clean}; r4 = {length}; call 189; r8 = r0; r0 = *(u64 *)(r10 - 8); r0 += r8", TestFrames.IPv4);
                Compare(ProgramType.Xdp, $"r2 = {offset}; {Clean}; r4 = {length}; call 190", TestFrames.IPv4);
            }
        }

        Compare(ProgramType.Xdp, "call 188", TestFrames.IPv4);
    }

    [KernelFact]
    public void Redirects_take_their_flags()
    {
        foreach (var flags in (long[])[0, 1, 2, 8, -1])
        {
            Compare(ProgramType.Xdp, $"r1 = 1; r2 = {flags}; call 23", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Lengths_are_compared_with_the_MTU()
    {
        foreach (var device in (int[])[0, 1, 77777])
        {
            foreach (var given in (int[])[0, 1, 65522, 65536, 65537, 70000, -1])
            {
                foreach (var difference in (int[])[0, 1, -1, 65000, 65444, 65445, int.MaxValue, int.MinValue])
                {
                    foreach (var flags in (int[])[0, 1, 2])
                    {
                        Compare(
                            ProgramType.Xdp,
                            $"*(u32 *)(r10 - 4) = {given}; *(u32 *)(r10 - 8) = 0; r2 = {device}; r3 = r10; r3 += -4; r4 = {difference}; r5 = {flags}; call 163; r8 = r0; r0 = *(u32 *)(r10 - 4); r0 <<= 8; r0 += r8",
                            TestFrames.IPv4);
                    }
                }
            }
        }
    }

    [KernelTheory]
    [InlineData(3521)]
    [InlineData(7616)]
    [InlineData(9000)]
    public void Fragments_are_moved_and_read_as_in_the_kernel(int length)
    {
        byte[] packet = [.. Enumerable.Range(0, length).Select(value => (byte)((value * 7) ^ (value >> 8)))];
        Compare(ProgramType.Xdp, "call 188", packet);
        foreach (var delta in (int[])[0, 1, -1, 100, -100, 2712, 2713, 4095, 4096, -1384, -1385, -4096, -5000, 14 - length, 13 - length, 15 - length, 3520 - length, 3519 - length, int.MaxValue, -int.MaxValue])
        {
            // The least number of all is left out: the kernel makes a fragment longer by it, since it has no negative.
            Compare(ProgramType.Xdp, $"r2 = {delta}; call 65; r8 = r0; r1 = r6; call 188; r0 <<= 8; r0 += r8", packet);
            Compare(ProgramType.Xdp, $"r2 = {delta}; call 44", packet);
        }

        foreach (var offset in (int[])[0, 3515, 3519, 3520, 7612, 7616, 8992, 8993, 9000])
        {
            const string Clean = "r3 = 0x0102030405060708 ll; *(u64 *)(r10 - 8) = r3; r3 = r10; r3 += -8; r4 = 8";
            Compare(ProgramType.Xdp, $"r2 = {offset}; {Clean}; call 189; r8 = r0; r0 = *(u64 *)(r10 - 8); r0 += r8", packet);
            Compare(ProgramType.Xdp, $"r2 = {offset}; {Clean}; call 190", packet);
        }
    }
}
