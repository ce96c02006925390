using System.Runtime.InteropServices;
using Saker.Bpf.Classic;

namespace Saker.Benchmarks.Comparing;

/// <summary>Packet filters: compiled and interpreted, beside libpcap's interpreter.</summary>
internal static class FilterContests
{
    private const int FrameLength = 64;
    private const int FrameCount = 64;
    private const ushort Port = 9000;
    private static readonly string Library = Path.GetFullPath("artifacts/peers/libpcap-filter.so");

    /// <summary>What tcpdump 4.99.3 makes of expressions. Every other frame is one of UDP to port 9000, the rest go to others.</summary>
    private static readonly (string Expression, string Program)[] Filters =
    [
        ("ip", "4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0"),
        ("udp dst port 9000",
            "16,40 0 0 12,21 0 4 34525,48 0 0 20,21 0 11 17,40 0 0 56,21 8 9 9000,21 0 8 2048,48 0 0 23,21 0 6 17,40 0 0 20,69 4 0 8191,177 0 0 14,72 0 0 16,21 0 1 9000,6 0 0 262144,"
            + "6 0 0 0"),
    ];

    private delegate long RunFilter(ClassicInstruction[] program, byte[] packets, int length, int packetCount, int count);

    public static IEnumerable<Contest> All()
    {
        byte[] frames = [.. Enumerable.Range(0, FrameCount).SelectMany(i => Frames.Udp(FrameLength, (ushort)(40_000 + i), (ushort)(Port + (i % 2)), (ushort)i).AsSpan(0, FrameLength).ToArray())];
        RunFilter? peer = FindPeer();
        foreach ((string expression, string text) in Filters)
        {
            if (!ClassicText.TryParse(text, out ClassicProgram? program, out ClassicFault? fault))
            {
                throw new InvalidOperationException(fault.ToString());
            }

            ClassicInstruction[] instructions = program.Instructions.ToArray();
            Func<int, long> compiled = Runner(new ClassicFilter(program), frames);
            Func<int, long> interpreted = Runner(new ClassicFilter(program, compiles: false), frames);
            if (peer is not null)
            {
                long ByLibpcap(int count) => peer(instructions, frames, FrameLength, FrameCount, count);
                if (ByLibpcap(FrameCount) != compiled(FrameCount) || compiled(FrameCount) != interpreted(FrameCount))
                {
                    throw new InvalidOperationException("The filters differ.");
                }

                yield return new Contest($"filter '{expression}', compiled", "libpcap's interpreter", ByLibpcap, compiled);
                yield return new Contest($"filter '{expression}', interpreted", "libpcap's interpreter", ByLibpcap, interpreted);
            }

            yield return new Contest($"filter '{expression}', compiled", "Saker's interpreter", interpreted, compiled);
        }
    }

    private static Func<int, long> Runner(ClassicFilter filter, byte[] frames) => count =>
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += filter.Run(new ClassicPacket(frames.AsSpan(i % FrameCount * FrameLength, FrameLength)));
        }

        return sum;
    };

    private static RunFilter? FindPeer()
    {
        if (NativeLibrary.TryLoad(Library, out nint library))
        {
            return Marshal.GetDelegateForFunctionPointer<RunFilter>(NativeLibrary.GetExport(library, "run_filter"));
        }

        Console.Error.WriteLine($"compare: {Library} is missing, so libpcap's interpreter is left out: bench/install-peers.sh builds it.");
        return null;
    }
}
