namespace Saker.Host.Inspection;

/// <summary>What can be wrong with a frame.</summary>
public enum CaptureProblem : byte
{
    /// <summary>The link header is cut, or says nothing that is known.</summary>
    LinkHeader,

    /// <summary>The IPv4 header is cut, or its version or length cannot be.</summary>
    IPv4Header,

    /// <summary>The IPv4 header's checksum is wrong.</summary>
    IPv4Checksum,

    /// <summary>The IPv4 total length does not fit the frame.</summary>
    IPv4Length,

    /// <summary>The IPv6 header is cut, or its version is wrong.</summary>
    IPv6Header,

    /// <summary>The IPv6 payload length does not fit the frame.</summary>
    IPv6Length,

    /// <summary>The IPv6 extension headers are malformed or cut.</summary>
    IPv6Extensions,

    /// <summary>The UDP header is cut, or its length does not fit.</summary>
    UdpHeader,

    /// <summary>The UDP checksum is wrong.</summary>
    UdpChecksum,

    /// <summary>The TCP header is cut, or its length does not fit.</summary>
    TcpHeader,

    /// <summary>The TCP checksum is wrong.</summary>
    TcpChecksum,

    /// <summary>The checksum of UDP or TCP is that of the pseudo header alone: the frame was captured before a card completed it.</summary>
    ChecksumLeftToCard,

    /// <summary>The ICMP checksum is wrong.</summary>
    IcmpChecksum,

    /// <summary>The ICMPv6 checksum is wrong.</summary>
    IcmpV6Checksum,

    /// <summary>The IGMP checksum is wrong.</summary>
    IgmpChecksum,
}

/// <summary>How often something was wrong.</summary>
/// <param name="Problem">What.</param>
/// <param name="Frames">How often.</param>
/// <param name="FirstFrame">The first frame with it.</param>
public readonly record struct ProblemCount(CaptureProblem Problem, long Frames, long FirstFrame)
{
    /// <summary>What is wrong, in words.</summary>
    public string Description => Problem switch
    {
        CaptureProblem.LinkHeader => "link header cut or unknown",
        CaptureProblem.IPv4Header => "IPv4 header cut or impossible",
        CaptureProblem.IPv4Checksum => "IPv4 header checksum wrong",
        CaptureProblem.IPv4Length => "IPv4 total length does not fit the frame",
        CaptureProblem.IPv6Header => "IPv6 header cut or impossible",
        CaptureProblem.IPv6Length => "IPv6 payload length does not fit the frame",
        CaptureProblem.IPv6Extensions => "IPv6 extension headers malformed",
        CaptureProblem.UdpHeader => "UDP header cut or its length impossible",
        CaptureProblem.UdpChecksum => "UDP checksum wrong",
        CaptureProblem.TcpHeader => "TCP header cut or its length impossible",
        CaptureProblem.TcpChecksum => "TCP checksum wrong",
        CaptureProblem.ChecksumLeftToCard => "checksum left to a card to complete",
        CaptureProblem.IcmpChecksum => "ICMP checksum wrong",
        CaptureProblem.IcmpV6Checksum => "ICMPv6 checksum wrong",
        _ => "IGMP checksum wrong",
    };
}

/// <summary>What is wrong in a capture.</summary>
public sealed class CaptureProblems
{
    private readonly (long Frames, long First)[] _counts = new (long Frames, long First)[Enum.GetValues<CaptureProblem>().Length];

    /// <summary>Those that occur, from the link up.</summary>
    public IEnumerable<ProblemCount> All =>
        _counts.Index().Where(entry => entry.Item.Frames != 0).Select(entry => new ProblemCount((CaptureProblem)entry.Index, entry.Item.Frames, entry.Item.First));

    /// <summary>Checksums that were verified and are right.</summary>
    public long RightChecksums { get; private set; }

    /// <summary>Checksums that could not be verified: of fragments, and of frames that the capture cut.</summary>
    public long UnverifiedChecksums { get; private set; }

    internal void Add(CaptureProblem problem, long frame)
    {
        ref (long Frames, long First) count = ref _counts[(int)problem];
        count = (count.Frames + 1, count.Frames == 0 ? frame : count.First);
    }

    internal void AddRight() => RightChecksums++;

    internal void AddUnverified() => UnverifiedChecksums++;
}
