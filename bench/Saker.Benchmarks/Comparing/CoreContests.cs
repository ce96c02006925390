namespace Saker.Benchmarks.Comparing;

/// <summary>
/// What hangs on a device, against the same way with nothing on it: the difference of the two columns is what it costs a packet. The first line is nothing against
/// nothing, and so tells how far the others can be trusted.
/// </summary>
internal static class CoreContests
{
    // What tcpdump -ddd makes of arp and of ip.
    private const string OfArp = "4,40 0 0 12,21 0 1 2054,6 0 0 262144,6 0 0 0";
    private const string OfIPv4 = "4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0";

    public static IEnumerable<Contest> All()
    {
        using UdpPath plain = new();
        foreach ((string what, Func<UdpPath> make) in ((string, Func<UdpPath>)[])
            [
                ("nothing on the device", () => new UdpPath()),
                ("one tap that looks", () => new UdpPath(CountingTap.Make(1, clones: false))),
                ("one tap that takes clones", () => new UdpPath(CountingTap.Make(1, clones: true))),
                ("ten taps that look", () => new UdpPath(CountingTap.Make(10, clones: false))),
                ("ten taps that take clones", () => new UdpPath(CountingTap.Make(10, clones: true))),
                ("a packet socket whose filter refuses", () => new UdpPath().WithPacketSocket(OfArp)),
                ("a packet socket whose filter takes", () => new UdpPath().WithPacketSocket(OfIPv4)),
                ("a packet socket without a filter", () => new UdpPath().WithPacketSocket(null)),
                ("a VLAN device", () => new UdpPath(upper: UpperDevice.Vlan)),
                ("a bridge to which it is sent", () => new UdpPath(upper: UpperDevice.Bridge)),
            ])
        {
            using UdpPath path = make();
            yield return new Contest($"64-byte UDP frame, {what}, a packet", "nothing on the device", count => Repeat(count, plain), count => Repeat(count, path))
            {
                OperationsPerCount = UdpPath.Batch,
            };
        }

        foreach ((string what, bool isFlooded) in ((string, bool)[])[("from port to port of a bridge", false), ("flooded to three ports of a bridge", true)])
        {
            using BridgePath path = new(isFlooded);
            yield return new Contest($"64-byte UDP frame, {what}", "to a socket, nothing on the device", count => Repeat(count, plain), count => Repeat(count, path))
            {
                OperationsPerCount = UdpPath.Batch,
            };
        }
    }

    private static long Repeat(int count, UdpPath path)
    {
        for (int i = 0; i < count; i++)
        {
            path.Receive();
        }

        return count;
    }

    private static long Repeat(int count, BridgePath path)
    {
        for (int i = 0; i < count; i++)
        {
            path.Receive();
        }

        return count;
    }
}
