using System.Runtime.InteropServices;
using Saker.Host.AfXdp;

namespace Saker.Benchmarks.Comparing;

/// <summary>What an AF_XDP program does by itself for a packet that it receives and drops: rings in memory, no kernel, no root.</summary>
internal static class RingContests
{
    private const int Batch = 64;
    private static readonly string LibraryPath = Path.GetFullPath("artifacts/peers/xsk-rings.so");

    private delegate long RunRings(int touches, int count);

    public static IEnumerable<Contest> All()
    {
        if (!NativeLibrary.TryLoad(LibraryPath, out nint library))
        {
            Console.Error.WriteLine($"compare: {LibraryPath} is missing, so libxdp's rings are left out: bench/install-peers.sh builds it.");
            yield break;
        }

        RunRings peer = Marshal.GetDelegateForFunctionPointer<RunRings>(NativeLibrary.GetExport(library, "run_rings"));
        foreach (bool touches in (bool[])[false, true])
        {
            using RingSocket socket = new();
            XdpPort port = new(socket, new(socket.Memory.Layout, 0, 0), share: 0);
            ReceiveDrop loop = new(Batch, touches);
            long Saker(int count)
            {
                long packets = 0;
                for (int i = 0; i < count; i++)
                {
                    socket.Arrive(Batch);
                    packets += loop.Step(port);
                    socket.TakeFilled(Batch);
                }

                return packets + loop.Touched;
            }

            yield return new Contest($"rings: receive{(touches ? ", read a byte" : "")} and drop, a packet", "C, libxdp's rings", count => peer(touches ? 1 : 0, count), Saker) { OperationsPerCount = Batch };
        }
    }
}
