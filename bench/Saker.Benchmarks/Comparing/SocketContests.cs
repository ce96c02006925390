using Saker.Host.AfXdp;

namespace Saker.Benchmarks.Comparing;

/// <summary>AF_XDP sockets of the running kernel: the loops of <c>saker xsk</c>, and the same by C on libxdp, at the same device with the same options, in turns.</summary>
internal static class SocketContests
{
    private const int Rounds = 8;
    private const string PeerName = "C on libxdp";
    private static readonly string PeerPath = Path.GetFullPath("artifacts/peers/xsk-timestamps");

    /// <summary>The kernel holds a queue for a while after its socket was closed.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    private static readonly SocketWork[] Works =
    [
        new(TrafficKind.ReceiveDrop, Sleeps: true),
        new(TrafficKind.ReceiveDrop, Sleeps: true, Touches: true),
        new(TrafficKind.TransmitOnly, Sleeps: false),
        new(TrafficKind.EchoForward, Sleeps: true),
    ];

    public static void Run()
    {
        if (FindObstacle() is { } obstacle)
        {
            Console.Error.WriteLine($"compare: the sockets are left out: {obstacle}");
            return;
        }

        List<string> rates = [];
        using SocketWire wire = new();
        foreach (SocketWork work in Works)
        {
            string what = $"{work.Name}{(work.Touches ? ", a byte read" : "")}";
            (SocketTurn[] peer, SocketTurn[] saker) = Turns(wire, work);
            double between = Write($"{what}: from packet to packet", peer, saker, turn => turn.Between, saker.Average(turn => turn.Allocated));
            if (work.Kind == TrafficKind.ReceiveDrop)
            {
                Write($"{what}: own time a packet", peer, saker, turn => turn.Own);
            }

            Write($"{what}: processor time a packet", peer, saker, turn => turn.Processor);
            rates.Add(
                $"{what}: {Million(peer)} M packets a second by C, {Million(saker)} by Saker, {1 / between:0.00} times as many; packets a batch {peer.Average(turn => turn.Batch):0} and {saker.Average(turn => turn.Batch):0}");
        }

        Console.WriteLine();
        rates.ForEach(Console.WriteLine);
    }

    private static string? FindObstacle() =>
        !Environment.IsPrivilegedProcess ? "they take root, for namespaces and devices of their own."
        : Environment.ProcessorCount < 2 ? "they take two processors, one for each end."
        : !File.Exists(PeerPath) ? $"{PeerPath} is missing: bench/install-peers.sh builds it; and run from the repository's root."
        : null;

    private static (SocketTurn[] Peer, SocketTurn[] Saker) Turns(SocketWire wire, SocketWork work)
    {
        SocketTurn Turn(Func<SocketTurn> run)
        {
            Thread.Sleep(Rest);
            return work.Kind == TrafficKind.TransmitOnly ? run() : wire.Flooded(run);
        }

        // The first turn is Saker's, and only there to have it compiled.
        Turn(() => SocketTurn.OfSaker(wire, work, seconds: 3));
        List<SocketTurn> peer = [], saker = [];
        for (int i = 0; i < Rounds; i++)
        {
            peer.Add(Turn(() => SocketTurn.OfPeer(PeerPath, wire, work)));
            saker.Add(Turn(() => SocketTurn.OfSaker(wire, work)));
        }

        return ([.. peer], [.. saker]);
    }

    private static double Write(string what, SocketTurn[] peer, SocketTurn[] saker, Func<SocketTurn, double> value, double? allocated = null) =>
        Arena.WriteLine(what, PeerName, "ns", [.. peer.Select(value)], [.. saker.Select(value)], allocated);

    private static string Million(SocketTurn[] turns) => $"{1e3 / turns.Select(turn => turn.Between).Order().ElementAt(turns.Length / 2):0.00}";
}
