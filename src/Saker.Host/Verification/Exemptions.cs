using Saker.Host.Oracle;
using Saker.Wire;

namespace Saker.Host.Verification;

/// <summary>
/// What is not compared, each by a rule with a name: parts that are not built, and what the kernel does at a time of its own.
/// One is made for each host, since what TCP remembers of a frame makes those behind it incomparable, too.
/// </summary>
internal sealed class Exemptions
{
    private const int SourceOffset = 12;

    private readonly HashSet<string> _flows = new(StringComparer.Ordinal);
    private readonly List<byte[]> _neighbors = [];

    /// <summary>The rule by which a frame's answers are not compared; null: they are.</summary>
    public string? Find(ReadOnlySpan<byte> frame, Answer kernel, Answer stack)
    {
        var packet = PacketOf(frame);
        var flow = TcpFlow(packet);
        // To be delivered to a TCP socket means that the socket's state decides, which is not built.
        var isTcp = stack.Verdict == "delivered" && stack.Sockets.Any(socket => socket.StartsWith("tcp ", StringComparison.Ordinal));
        if (stack.Verdict == "unsupported" || isTcp)
        {
            if (flow is not null)
            {
                _flows.Add(flow);
            }

            NoteNeighbor(packet, kernel);
            return stack.Location == "ipv6_rcv" ? "not asked: the made host has no IPv6" : $"not built: {(isTcp ? "TCP's states" : stack.Location)}";
        }

        return flow is not null && _flows.Contains(flow) ? "not built: a connection that an earlier frame has begun"
            : NamesNeighbor(frame) ? "not built: a neighbour that a connection has asked for"
            : IsOwnAnswer(kernel, stack) ? "not told apart: what the host has sent to itself, in a raw socket"
            : null;
    }

    /// <summary>The kernel's side does not tell which packet a socket got: the frame, or an answer to it that went to the host itself.</summary>
    private static bool IsOwnAnswer(Answer kernel, Answer stack)
        => kernel.Counters.GetValueOrDefault("Ip.InReceives") > 1
            && kernel.Sockets.Except(stack.Sockets, StringComparer.Ordinal).ToList() is { Count: > 0 } more
            && more.TrueForAll(socket => socket.StartsWith("raw ", StringComparison.Ordinal));

    /// <summary>An answer that waits for its neighbour, or has asked for it, is known to one side only if it comes of a part that is not built.</summary>
    private void NoteNeighbor(ReadOnlySpan<byte> packet, Answer kernel)
    {
        if (!packet.IsEmpty && kernel.Counters.ContainsKey("Ip.OutRequests") && !kernel.Sent.Any(sent => !PacketOf(BytesOf(sent)).IsEmpty))
        {
            _neighbors.Add(packet[SourceOffset..(SourceOffset + IPv4Address.Size)].ToArray());
        }
    }

    /// <summary>Whether one of those neighbours stands in a frame's headers.</summary>
    private bool NamesNeighbor(ReadOnlySpan<byte> frame)
    {
        const int Headers = 60;
        var headers = frame[..Math.Min(frame.Length, Headers)];
        foreach (var neighbor in _neighbors)
        {
            if (headers.IndexOf(neighbor) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Group reports come when a timer says so, which is drawn at random: they are taken out with what they count.</summary>
    public static Answer WithoutGroupReports(Answer answer)
    {
        var reports = answer.Sent.Where(IsGroupReport).ToList();
        if (reports.Count == 0)
        {
            return answer;
        }

        var counters = new SortedDictionary<string, long>(answer.Counters.ToDictionary(), StringComparer.Ordinal);
        foreach (var report in reports)
        {
            var length = report.Length / 2;
            foreach (var (name, amount) in ((string, int)[])
                [
                    ("Ip.OutRequests", 1), ("Ip.OutTransmits", 1), ("IpExt.OutMcastPkts", 1), ("IpExt.OutMcastOctets", length - 14), ("IpExt.OutOctets", length - 14),
                    ("dev.tx_packets", 1), ("dev.tx_bytes", length),
                ])
            {
                counters[name] = counters.GetValueOrDefault(name) - amount;
                if (counters[name] == 0)
                {
                    counters.Remove(name);
                }
            }
        }

        return answer with { Counters = counters, Sent = [.. answer.Sent.Except(reports, StringComparer.Ordinal)] };
    }

    private static bool IsGroupReport(string sent)
        => IPv4View.TryParse(PacketOf(BytesOf(sent)), out var packet) && packet.Protocol == IPProtocol.Igmp && packet.FragmentOffset == 0
            && packet.Payload is [0x12 or 0x16 or 0x17 or 0x22, ..];

    private static byte[] BytesOf(string sent) => Convert.FromHexString(sent.AsSpan(sent.LastIndexOf(' ') + 1));

    /// <summary>Both ends of a TCP segment; null for every other packet.</summary>
    private static string? TcpFlow(ReadOnlySpan<byte> packet)
    {
        const int Ports = 4;
        return IPv4View.TryParse(packet, out var ipv4) && ipv4 is { Protocol: IPProtocol.Tcp, FragmentOffset: 0, IsHeaderComplete: true }
            && packet.Length >= ipv4.HeaderLength + Ports
            ? Convert.ToHexStringLower(packet[SourceOffset..IPv4View.FixedLength]) + Convert.ToHexStringLower(packet.Slice(ipv4.HeaderLength, Ports))
            : null;
    }

    /// <summary>What a frame bears behind its VLAN tags, if that is IPv4 with a header of the least length at the least; else empty.</summary>
    private static ReadOnlySpan<byte> PacketOf(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return [];
        }

        var type = ethernet.Type;
        var packet = frame[EthernetView.FixedLength..];
        while (type.IsVlan && VlanView.TryParse(packet, out var tag))
        {
            type = tag.Type;
            packet = packet[VlanView.FixedLength..];
        }

        return type == EtherType.IPv4 && packet.Length >= IPv4View.FixedLength ? packet : [];
    }
}
