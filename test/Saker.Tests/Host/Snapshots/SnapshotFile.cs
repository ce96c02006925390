using System.Text;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;

namespace Saker.Tests.Host.Snapshots;

/// <summary>Snapshots for tests: those beside this file, and small ones made on the spot.</summary>
internal static class SnapshotFile
{
    public const string Links = """
        [{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback","address":"00:00:00:00:00:00","broadcast":"00:00:00:00:00:00"},
         {"ifindex":2,"ifname":"eth0","flags":["BROADCAST","MULTICAST","UP"],"mtu":1500,"link_type":"ether","address":"02:00:00:00:00:01","broadcast":"ff:ff:ff:ff:ff:ff"}]
        """;

    public const string Addresses = """
        [{"ifindex":2,"ifname":"eth0","addr_info":[{"family":"inet","local":"10.0.0.1","prefixlen":24,"broadcast":"10.0.0.255","scope":"global"}]}]
        """;

    public const string Routes = """
        [{"type":"local","dst":"10.0.0.1","dev":"eth0","table":"local","protocol":"kernel","scope":"host","prefsrc":"10.0.0.1","flags":[]}]
        """;

    /// <summary>Reads a file that lies beside this one.</summary>
    public static byte[] Recorded(string name) => File.ReadAllBytes(Path.Combine(Repository.Root, "test", "Saker.Tests", "Host", "Snapshots", name));

    /// <summary>The recorded answers of the running kernel, each with the snapshot of the host that was asked.</summary>
    public static string VectorFolder() => Path.Combine(Repository.Root, "test", "vectors", "receive");

    /// <summary>A small snapshot, with parts of it replaced and others added.</summary>
    public static string Make(string links = Links, string addresses = Addresses, string routes = Routes, params string[] others) =>
        $$"""{"links":{{links}},"addresses":{{addresses}},"routes":{{string.Join(",", [routes, .. others])}}}""";

    public static HostConfiguration Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static HostConfiguration Read(ReadOnlyMemory<byte> json)
    {
        Assert.True(SnapshotReader.TryParse(json, "host.json", out HostConfiguration? host, out string? fault), fault);
        Assert.Null(fault);
        return host;
    }

    public static string FaultOf(string json)
    {
        Assert.False(SnapshotReader.TryParse(Encoding.UTF8.GetBytes(json), "host.json", out HostConfiguration? host, out string? fault));
        Assert.Null(host);
        return fault;
    }
}
