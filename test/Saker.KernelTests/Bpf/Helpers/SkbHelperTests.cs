using Saker.Bpf;
using static Saker.KernelTests.Bpf.Helpers.HelperTwice;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Helpers of tc programs with edge values: what they return and leave is what the kernel's do.</summary>
public sealed class SkbHelperTests
{
    private const ProgramType Tc = ProgramType.SchedulerClassifier;

    [KernelFact]
    public void Bytes_are_loaded_and_stored()
    {
        const string Clean = "r3 = 0x0102030405060708 ll; *(u64 *)(r10 - 8) = r3; r3 = r10; r3 += -8";
        foreach (var offset in (int[])[0, 1, 13, 14, 84, 91, 92, 98, 105, 106, 107, 0xffff, 0x10000, int.MaxValue, -1])
        {
            foreach (var length in (int[])[1, 2, 7, 8])
            {
                Compare(Tc, $"r2 = {offset}; {Clean}; r4 = {length}; call 26; r8 = r0; r0 = *(u64 *)(r10 - 8); r0 += r8", TestFrames.IPv4);
                foreach (var start in (int[])[0, 1, 2, -1])
                {
                    Compare(Tc, $"r2 = {offset}; {Clean}; r4 = {length}; r5 = {start}; call 68; r8 = r0; r0 = *(u64 *)(r10 - 8); r0 += r8", TestFrames.IPv4);
                }

                foreach (var flags in (int[])[0, 1, 2, 3, 4, -1])
                {
                    Compare(Tc, $"r2 = {offset}; {Clean}; r4 = {length}; r5 = {flags}; call 9", TestFrames.IPv4);
                }
            }
        }

        foreach (var length in (int[])[0, 1, 14, 105, 106, 107, int.MaxValue, -1])
        {
            Compare(Tc, $"r2 = {length}; call 39", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Tags_are_pushed_and_popped()
    {
        foreach (var packet in (byte[][])[.. TestFrames.All, TestFrames.Short])
        {
            Compare(Tc, "call 19", packet);
            Compare(Tc, "call 19; r1 = r6; call 19", packet);
            Compare(Tc, "call 19; r1 = r6; call 19; r1 = r6; call 19", packet);
            foreach (var protocol in (int[])[0x0081, 0xa888, 0, 0x1234, 0x0008])
            {
                Compare(Tc, $"r2 = {protocol}; r3 = 0x2007; call 18", packet);
                Compare(Tc, $"r2 = {protocol}; r3 = 0xffff; call 18; r1 = r6; r2 = 0x0081; r3 = 0x12345; call 18", packet);
                Compare(Tc, $"r2 = {protocol}; r3 = 5; call 18; r1 = r6; r2 = 0x0081; r3 = 6; call 18; r1 = r6; r2 = {protocol}; r3 = 7; call 18; r1 = r6; call 19", packet);
                Compare(Tc, $"r2 = {protocol}; r3 = 5; call 18; r1 = r6; r2 = 0x0081; r3 = 6; call 18; r1 = r6; call 19; r1 = r6; call 19", packet);
            }
        }
    }

    [KernelFact]
    public void Version_of_IP_changes()
    {
        foreach (var packet in TestFrames.All)
        {
            foreach (var protocol in (int[])[0x0008, 0xdd86, 0x0081, 0])
            {
                Compare(Tc, $"r2 = {protocol}; r3 = 0; call 31", packet);
                Compare(Tc, $"r2 = {protocol}; r3 = 0; call 31; r1 = r6; r2 = 0x0008; r3 = 0; call 31", packet);
            }

            Compare(Tc, "r2 = 0x0008; r3 = 1; call 31", packet);
        }
    }

    [KernelFact]
    public void Type_changes_among_those_received()
    {
        foreach (var type in (int[])[0, 1, 2, 3, 4, 7, -1])
        {
            Compare(Tc, $"r2 = {type}; call 32", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Head_grows()
    {
        foreach (var room in (int[])[0, 1, 14, 64, 100, 1000, 65444, 65445, 70000, -1, int.MaxValue])
        {
            foreach (var flags in (int[])[0, 1])
            {
                if (room is >= 65444 and < 65445)
                {
                    continue;
                }

                Compare(Tc, $"r2 = {room}; r3 = {flags}; call 43", TestFrames.IPv4);
                Compare(Tc, $"r2 = {room}; r3 = {flags}; call 43; r1 = r6; r2 = 20; r3 = 0; r4 = 0; call 50", TestFrames.IPv4);
            }
        }
    }

    [KernelFact]
    public void Tail_moves()
    {
        foreach (var packet in (byte[][])[.. TestFrames.All, TestFrames.Short])
        {
            foreach (var length in (int[])[0, 1, 13, 14, 15, 20, 33, 34, 50, 106, 107, 110, 200, 3000, 16064, 16065, 65535, 65550, 65551, int.MaxValue, -1])
            {
                foreach (var flags in (int[])[0, 1])
                {
                    Compare(Tc, $"r2 = {length}; r3 = {flags}; call 38", packet);
                }
            }
        }
    }

    [KernelFact]
    public void Room_between_headers_is_adjusted()
    {
        long[] flags = [0, 1, 2, 4, 6, 8, 0x0a, 0x12, 0x1a, 0x14, 0x20, 0x40, 0x42, 0x80, 0x100, 0x180, 0x82, 0x200, 0x400, (14L << 56) | 0x42, (20L << 56) | 2, (64L << 56) | 2, 1L << 55];
        foreach (var packet in TestFrames.All)
        {
            foreach (var mode in (int[])[0, 1, 2, -1])
            {
                foreach (var difference in (int[])[0, 1, -1, 20, -20, 28, 40, -40, -52, -53, -60, -72, -73, -92, 0xfff, 0x1000, -0xfff, -0x1000, int.MinValue])
                {
                    foreach (var flag in flags)
                    {
                        if (mode is 0 or 1 || flag == 0)
                        {
                            Compare(Tc, $"r2 = {difference}; r3 = {mode}; r4 = {flag} ll; call 50", packet);
                        }
                    }
                }
            }
        }
    }

    [KernelFact]
    public void Encapsulation_is_done_once()
    {
        foreach (var second in (int[])[0, 2, 4])
        {
            Compare(Tc, $"r2 = 20; r3 = 1; r4 = 2; call 50; r1 = r6; r2 = 40; r3 = 1; r4 = {second}; call 50", TestFrames.IPv4);
            Compare(Tc, $"r2 = 20; r3 = 1; r4 = 2; call 50; r1 = r6; r2 = -20; r3 = 1; r4 = 0; call 50; r1 = r6; r2 = 40; r3 = 1; r4 = {second}; call 50", TestFrames.IPv4);
            Compare(Tc, $"r2 = 20; r3 = 1; r4 = 2; call 50; r1 = r6; r2 = -20; r3 = 1; r4 = 0x80; call 50; r1 = r6; r2 = 40; r3 = 1; r4 = {second}; call 50", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Congestion_is_marked()
    {
        foreach (var source in TestFrames.All)
        {
            for (var service = 0; service < 4; service++)
            {
                foreach (var sum in (ushort[])[0, 1, 2, 0xfffb, 0xfffc, 0xfffd, 0xfffe, 0xffff])
                {
                    var packet = source.ToArray();
                    packet[15] = (byte)(source == TestFrames.IPv6 ? service << 4 : 0xb8 | service);
                    (packet[24], packet[25]) = ((byte)(sum >> 8), (byte)sum);
                    Compare(Tc, "call 97", packet);
                }
            }
        }
    }

    [KernelFact]
    public void Hash_is_set_and_forgotten()
    {
        Compare(Tc, "r2 = 0x12345678; call 48; r0 = *(u32 *)(r6 + 68)", TestFrames.IPv4);
        Compare(Tc, "r2 = 0x12345678; call 48; r1 = r6; call 34", TestFrames.IPv4);
        Compare(Tc, "r2 = 7; call 48; r1 = r6; call 41; r0 = *(u32 *)(r6 + 68)", TestFrames.IPv4);
        Compare(Tc, "r2 = 7; call 48; r1 = r6; r2 = 0; *(u32 *)(r10 - 8) = 1; r3 = r10; r3 += -8; r4 = 1; r5 = 2; call 9; r0 = *(u32 *)(r6 + 68)", TestFrames.IPv4);
        Compare(Tc, "call 24", TestFrames.IPv4);
    }

    [KernelFact]
    public void Time_is_set()
    {
        foreach (var packet in TestFrames.All)
        {
            foreach (var time in (int[])[0, 1, 77])
            {
                foreach (var clock in (int[])[0, 1, 2, 3, -1])
                {
                    Compare(Tc, $"r2 = {time}; r3 = {clock}; call 192; r8 = r0; r0 = *(u64 *)(r6 + 152); r1 = *(u8 *)(r6 + 180); r0 <<= 4; r0 += r1; r0 <<= 8; r0 += r8", packet);
                }
            }
        }
    }

    [KernelFact]
    public void Redirects_take_their_flags()
    {
        foreach (var flags in (long[])[0, 1, 2, 8, -1])
        {
            Compare(Tc, $"r1 = 1; r2 = {flags}; call 23", TestFrames.IPv4);
            Compare(Tc, $"r1 = 1; r2 = {flags}; call 155", TestFrames.IPv4);
            Compare(Tc, $"r1 = 1; r2 = 0; r3 = 0; r4 = {flags}; call 152", TestFrames.IPv4);
            foreach (var size in (int[])[4, 20, 24])
            {
                Compare(Tc, $"*(u64 *)(r10 - 24) = 2; *(u64 *)(r10 - 16) = 5; *(u64 *)(r10 - 8) = 0; r1 = 1; r2 = r10; r2 += -24; r3 = {size}; r4 = {flags}; call 152", TestFrames.IPv4);
            }

            Compare(Tc, $"r2 = 77777; r3 = {flags}; call 13", TestFrames.IPv4);
        }
    }

    [KernelFact]
    public void Lengths_are_compared_with_the_MTU()
    {
        foreach (var device in (int[])[0, 1, 77777])
        {
            foreach (var given in (int[])[0, 1, 65536, 65537, 70000, -1])
            {
                foreach (var difference in (int[])[0, 1, -1, 65444, 65445, int.MaxValue, int.MinValue])
                {
                    foreach (var flags in (int[])[0, 1, 2])
                    {
                        Compare(
                            Tc,
                            $"*(u32 *)(r10 - 4) = {given}; *(u32 *)(r10 - 8) = 0; r2 = {device}; r3 = r10; r3 += -4; r4 = {difference}; r5 = {flags}; call 163; r8 = r0; r0 = *(u32 *)(r10 - 4); r0 <<= 8; r0 += r8",
                            TestFrames.IPv4);
                    }
                }
            }
        }
    }
}
