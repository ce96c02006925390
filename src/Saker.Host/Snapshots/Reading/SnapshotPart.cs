namespace Saker.Host.Snapshots.Reading;

/// <summary>A part of a snapshot: the member's name, and the command that prints what belongs there.</summary>
internal sealed record SnapshotPart(string Name, string Command)
{
    private const string WholeSnapshot = "saker snapshot";

    public static readonly SnapshotPart Kernel = new("kernel", WholeSnapshot);
    public static readonly SnapshotPart Links = new("links", "ip -j -d link show");
    public static readonly SnapshotPart ForwardingDatabase = new("fdb", "bridge -j fdb show");
    public static readonly SnapshotPart BridgeVlans = new("bridgeVlans", "bridge -j vlan show");
    public static readonly SnapshotPart TrafficControl = new("tc", WholeSnapshot);
    public static readonly SnapshotPart Addresses = new("addresses", "ip -j -d address show");
    public static readonly SnapshotPart Routes = new("routes", "ip -j -d route show table all");
    public static readonly SnapshotPart Rules = new("rules", "ip -j -d rule show");
    public static readonly SnapshotPart Neighbors = new("neighbors", "ip -j -d neighbor show nud all");
    public static readonly SnapshotPart Multicast = new("multicast", "ip -j -d maddress show");
    public static readonly SnapshotPart Nftables = new("nftables", "nft -j list ruleset");
    public static readonly SnapshotPart Sysctls = new("sysctls", WholeSnapshot);
    public static readonly SnapshotPart Sockets = new("sockets", WholeSnapshot);
    public static readonly SnapshotPart Protocols = new("protocols", WholeSnapshot);
    public static readonly SnapshotPart Features = new("features", WholeSnapshot);
    public static readonly SnapshotPart Ethtool = new("ethtool", WholeSnapshot);
    public static readonly SnapshotPart Queues = new("queues", WholeSnapshot);
}
