using Saker.Benchmarks.Micro;
using Saker.Packets;

namespace Saker.Benchmarks.Comparing;

/// <summary>Packets' memory, and their whole way.</summary>
internal static class PacketContests
{
    public static IEnumerable<Contest> Pool()
    {
        using PacketPool pool = new(64);
        using FrameRegion region = new(64);
        byte[] frame = Frames.Udp(64, 40_000, 9000);
        long NewArray(int count)
        {
            long sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += frame.AsSpan().ToArray().Length;
            }

            return sum;
        }

        yield return new Contest("packet: allocate and free", "new array of 64 bytes", NewArray, count =>
        {
            long sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += PacketBenchmarks.AllocateAndFree(pool, region);
            }

            return sum;
        });
        yield return new Contest("packet: allocate, copy 64 bytes in, free", "new array of 64 bytes", NewArray, count =>
        {
            long sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += PacketBenchmarks.CopyInAndFree(pool, region, frame);
            }

            return sum;
        });
    }

    public static IEnumerable<Contest> Path()
    {
        using UdpPath path = new();
        yield return new Contest(
            "64-byte UDP frame, device to socket, a packet",
            "copy, both checksums, free",
            count =>
            {
                long sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += path.CopyAndVerify();
                }

                return sum;
            },
            count =>
            {
                for (int i = 0; i < count; i++)
                {
                    path.Receive();
                }

                return count;
            })
        {
            OperationsPerCount = UdpPath.Batch,
        };
    }
}
