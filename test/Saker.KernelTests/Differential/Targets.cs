using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Differential;

/// <summary>The addresses and ports that mean something to the hosts that are asked, and some that mean nothing.</summary>
internal static class Targets
{
    // The last four are local in some of the configurations only.
    private static readonly string[] OwnAddresses = ["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.11", "172.16.5.1", "192.168.7.1", "10.0.1.1"];

    private static readonly string[] Peers = ["10.0.0.2", "10.0.0.2", "10.0.0.2", "10.0.0.3", "10.0.0.9", "10.0.0.77"];

    private static readonly string[] OtherAddresses =
    [
        "0.0.0.0", "0.0.0.1", "10.0.0.0", "10.0.0.255", "10.0.1.2", "10.0.1.77", "10.0.1.255", "10.0.1.0", "10.8.1.1", "10.9.1.1", "10.66.0.1", "10.67.0.1", "10.68.0.1",
        "10.69.0.1", "10.70.0.1", "10.71.0.1", "127.0.0.1", "127.1.2.3", "127.255.255.255", "172.16.5.255", "172.16.5.9", "192.168.7.2", "169.254.1.1", "8.8.8.8",
        "224.0.0.1", "224.0.0.2", "224.0.0.22", "224.0.0.251", "239.1.2.3", "239.1.2.4", "239.9.9.9", "239.255.255.255", "240.0.0.1", "255.255.255.255", "255.255.255.254",
    ];

    private static readonly ushort[] Ports = [53, 53, 54, 55, 80, 80, 90, 5300, 5301, 5353, 5354, 5354, 6000, 9999, 9999, 4000, 4789, 67, 0, 65535];

    public static string Own(Random random) => OwnAddresses[random.Next(OwnAddresses.Length)];

    public static string Peer(Random random) => Peers[random.Next(Peers.Length)];

    public static string Other(Random random) => OtherAddresses[random.Next(OtherAddresses.Length)];

    public static string AnyAddress(Random random) => random.Next(6) switch { 0 => Own(random), 1 => Peer(random), _ => Other(random) };

    public static ushort Port(Random random) => Ports[random.Next(Ports.Length)];

    /// <summary>Most often the link address that belongs to an IPv4 destination.</summary>
    public static string Mac(string destination, Random random)
    {
        var first = byte.Parse(destination.Split('.')[0]);
        return random.Next(20) switch
        {
            0 => Frame.Broadcast,
            1 => Frame.GroupMac("239.1.2.3"),
            2 => "02:00:00:00:00:99",
            3 => Frame.Target,
            _ when first is >= 224 and < 240 => Frame.GroupMac(destination),
            _ when destination.EndsWith(".255", StringComparison.Ordinal) => Frame.Broadcast,
            _ => Frame.Target,
        };
    }
}
