using System.Globalization;
using Saker.Bpf;
using static Saker.KernelTests.Bpf.Helpers.HelperTwice;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Checksums with edge values: as the kernel's.</summary>
public sealed class ChecksumHelperTests
{
    private static readonly uint[] Words = [0, 1, 0xffff, 0x10000, 0xffff_0000, 0xfffe, 0x8000_0000, 0x1234_5678, 0xffff_fffe, 0xffff_ffff];

    [KernelFact]
    public void Difference_is_the_kernels()
    {
        foreach (var seed in Words)
        {
            foreach (var first in Words)
            {
                foreach (var (from, to) in (ReadOnlySpan<(int, int)>)[(0, 0), (4, 0), (0, 4), (4, 4), (8, 4), (4, 8), (2, 4), (4, 6), (8, 8)])
                {
                    var second = Words[(int)(first % (uint)Words.Length)];
                    Compare(
                        ProgramType.Xdp,
                        $"{Store(-8, first)}; {Store(-4, second)}; {Store(-16, second)}; {Store(-12, seed)}; r1 = {Pointer(from, -8)}; r2 = {from}; r3 = {Pointer(to, -16)}; r4 = {to}; {Register(5, seed)}; call 28"
                            .Replace("r1 = r10 - 8", "r1 = r10; r1 += -8", StringComparison.Ordinal).Replace("r3 = r10 - 16", "r3 = r10; r3 += -16", StringComparison.Ordinal),
                        TestFrames.IPv4);
                }
            }
        }
    }

    [KernelTheory]
    [InlineData(10, 24)]
    [InlineData(11, 40)]
    public void Replacement_is_the_kernels(int helper, int offset)
    {
        foreach (var flags in (int[])[0, 2, 4, 1, 3, 8, 0x10, 0x12, 0x14, 0x22, 0x24, 0x34, 0x62, 0x74, 0x80, 0x90, 0x94, 0x100])
        {
            foreach (var sum in (ushort[])[0, 0xffff, 0x1234, 0xfffe])
            {
                foreach (var from in (uint[])[0, 0xffff, 0x1234_5678, 0xffff_ffff])
                {
                    foreach (var to in (uint[])[0, 1, 0xffff, 0xffff_ffff])
                    {
                        var packet = TestFrames.IPv4.ToArray();
                        (packet[offset], packet[offset + 1]) = ((byte)sum, (byte)(sum >> 8));
                        Compare(ProgramType.SchedulerClassifier, $"r2 = {offset}; {Register(3, from)}; {Register(4, to)}; r5 = {flags}; call {helper}", packet);
                    }
                }
            }
        }
    }

    [KernelTheory]
    [InlineData(10)]
    [InlineData(11)]
    public void Offset_must_lie_within_and_be_even(int helper)
    {
        foreach (var offset in (int[])[0, 1, 2, 103, 104, 105, 106, 0xfffe, 0xffff, 0x10000, int.MaxValue, -2])
        {
            Compare(ProgramType.SchedulerClassifier, $"r2 = {offset}; r3 = 1; r4 = 2; r5 = 2; call {helper}", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void What_is_known_of_a_sum_is_asked_and_changed()
    {
        foreach (var level in (int[])[0, 1, 2, 3, 4, -1])
        {
            Compare(ProgramType.SchedulerClassifier, $"r2 = {level}; call 135", TestFrames.IPv4);
            Compare(ProgramType.SchedulerClassifier, $"r2 = 1; call 135; r1 = r6; r2 = 1; call 135; r1 = r6; r2 = {level}; call 135; r8 = r0; r1 = r6; r2 = 0; call 135; r0 <<= 8; r0 += r8", TestFrames.IPv4);
        }

        Compare(ProgramType.SchedulerClassifier, "r2 = 5; call 40", TestFrames.IPv4);
    }

    private static string Pointer(int size, int offset) => size == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"r10 - {-offset}");

    private static string Store(int offset, uint value) => string.Create(CultureInfo.InvariantCulture, $"*(u32 *)(r10 - {-offset}) = {(int)value}");

    private static string Register(int number, uint value) => string.Create(CultureInfo.InvariantCulture, $"w{number} = {(int)value}");
}
