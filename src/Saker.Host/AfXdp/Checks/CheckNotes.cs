using System.Globalization;

namespace Saker.Host.AfXdp;

/// <summary>What is no obstacle, and should be known.</summary>
internal static class CheckNotes
{
    /// <summary>The UMEM of usual size: 4,096 chunks.</summary>
    private const int UsualChunks = 4096;

    public static IEnumerable<CheckAnswer> Of(XdpCheck check)
    {
        string device = check.Link.Name;
        yield return Spreading(check, device);
        yield return HugePages(check);
        yield return Memory(check);
        if (check.Link is { IsUp: true, HasCarrier: false })
        {
            TransmitFault fault = TransmitFault.Carrier(check.Link);
            yield return new CheckAnswer("carrier", false, fault.Reason, fault.Remedy);
        }

        if (check.Settings.MergesSegments)
        {
            yield return new CheckAnswer("merging", false, "the card merges segments (LRO), which most drivers refuse along with XDP", $"ethtool -K {device} lro off");
        }

        if (check.Link.Kind == "veth" || check.Link.IsLoopback)
        {
            yield return new CheckAnswer(
                "checksums", false, "a sender on this machine leaves checksums of UDP and TCP unfilled", check.Link.IsLoopback ? $"ethtool -K {device} tx off" : "ethtool -K PEER tx off, at the other end");
        }
    }

    private static CheckAnswer Spreading(XdpCheck check, string device)
    {
        const string Name = "steering";
        if (check.Queues == 1)
        {
            return new CheckAnswer(Name, true, "one queue: one socket gets all frames");
        }

        string one = check.Settings.ReceiveChannels is null ? "" : $"ethtool -L {device} {(check.Settings.HasCombinedChannels ? "combined" : "rx")} 1";
        return check.Settings switch
        {
            { HasFlowRules: true } => new CheckAnswer(Name, true, $"frames spread over {check.Queues} queues; flow rules send what is wanted to one: ethtool -N {device} flow-type udp4 dst-port PORT action QUEUE"),
            { HashesUdpPorts: { } ports } => new CheckAnswer(
                Name, true, $"frames spread over {check.Queues} queues by a hash of {(ports ? "addresses and ports" : "addresses")}: a socket at each of them, or one queue", one.Length > 0 ? one : null),
            _ when check.Link.Kind == "veth" => new CheckAnswer(
                Name, true, $"the CPU that sends chooses among {check.Queues} queues: a socket at each of them, or one queue", one.Length > 0 ? one : null),
            _ => new CheckAnswer(Name, null, $"{check.Queues} queues, and the driver does not tell how frames spread: a socket at each of them, or one queue", one.Length > 0 ? one : null),
        };
    }

    private static CheckAnswer HugePages(XdpCheck check)
    {
        long wanted = (long)UsualChunks * check.ChunkSize;
        if (check.Rights.HugePageSize == 0)
        {
            return new CheckAnswer("huge pages", null, "the kernel has none: a UMEM lies in usual pages");
        }

        long pages = (wanted + check.Rights.HugePageSize - 1) / check.Rights.HugePageSize;
        string size = string.Create(CultureInfo.InvariantCulture, $"{check.Rights.FreeHugePages} free of {check.Rights.HugePageSize >> 20} MiB, {pages} wanted for {UsualChunks} chunks");
        return check.Rights.FreeHugePages >= pages
            ? new CheckAnswer("huge pages", true, size)
            : new CheckAnswer("huge pages", false, size, string.Create(CultureInfo.InvariantCulture, $"echo {pages} > /proc/sys/vm/nr_hugepages (or do without: usual pages serve as well)"));
    }

    private static CheckAnswer Memory(XdpCheck check)
    {
        long wanted = (long)UsualChunks * check.ChunkSize;
        return check.Rights.LockableMemory is not { } limit ? new CheckAnswer("locked memory", true, "no limit")
            : limit >= wanted ? new CheckAnswer("locked memory", true, string.Create(CultureInfo.InvariantCulture, $"{limit:N0} bytes may be locked"))
            : new CheckAnswer(
                "locked memory", false, string.Create(CultureInfo.InvariantCulture, $"{limit:N0} bytes may be locked, and {UsualChunks} chunks take {wanted:N0}"), "run it with CAP_IPC_LOCK, raise 'ulimit -l', or take fewer chunks");
    }
}
