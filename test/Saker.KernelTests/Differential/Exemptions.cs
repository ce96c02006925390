using Saker.KernelTests.Vectors;

namespace Saker.KernelTests.Differential;

/// <summary>
/// What is not compared, each by a rule with a name: parts that are not built, and what the kernel does at a time of its own.
/// One is made for each group of frames, since what TCP remembers of a frame makes those behind it incomparable, too.
/// </summary>
internal sealed class Exemptions
{
    private readonly HashSet<string> _flows = new(StringComparer.Ordinal);
    private readonly List<byte[]> _neighbors = [];

    /// <summary>The rule by which a frame's answers are not compared; null: they are.</summary>
    public string? Find(byte[] frame, Answer kernel, Answer stack)
    {
        frame = FrameEditor.WithoutTag(frame);
        var flow = TcpFlow(frame);
        // To be delivered to a TCP socket means that the socket's state decides, which is not built.
        var isTcp = stack.Verdict == "delivered" && stack.Sockets.Any(socket => socket.StartsWith("tcp ", StringComparison.Ordinal));
        if (stack.Verdict == "unsupported" || isTcp)
        {
            if (flow is not null)
            {
                _flows.Add(flow);
            }

            NoteNeighbor(frame, kernel);

            return $"not built: {(isTcp ? "TCP's states" : stack.Location)}";
        }

        return flow is not null && _flows.Contains(flow) ? "not built: a connection that an earlier frame has begun"
            : _neighbors.Exists(neighbor => frame.AsSpan(0, Math.Min(frame.Length, 60)).IndexOf(neighbor) >= 0) ? "not built: a neighbour that a connection has asked for"
            : IsOwnAnswer(kernel, stack) ? "not told apart: what the host has sent to itself, in a raw socket"
            : null;
    }

    /// <summary>The kernel's side does not tell which packet a socket got: the frame, or an answer to it that went to the host itself.</summary>
    private static bool IsOwnAnswer(Answer kernel, Answer stack)
        => kernel.Counters.GetValueOrDefault("Ip.InReceives") > 1
            && kernel.Sockets.Except(stack.Sockets, StringComparer.Ordinal).ToList() is { Count: > 0 } more
            && more.TrueForAll(socket => socket.StartsWith("raw ", StringComparison.Ordinal));

    /// <summary>An answer that waits for its neighbour, or has asked for it, is known to one side only if it comes of a part that is not built.</summary>
    private void NoteNeighbor(byte[] frame, Answer kernel)
    {
        var isOut = kernel.Sent.Any(sent => FrameEditor.IsIPv4(Convert.FromHexString(sent.AsSpan(sent.LastIndexOf(' ') + 1))));
        if (FrameEditor.IsIPv4(frame) && kernel.Counters.ContainsKey("Ip.OutRequests") && !isOut)
        {
            _neighbors.Add(FrameEditor.Packet(frame)[12..16].ToArray());
        }
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
    {
        var frame = Convert.FromHexString(sent.AsSpan(sent.LastIndexOf(' ') + 1));
        return FrameEditor.IsIPv4(frame) && FrameEditor.Protocol(frame) == FrameEditor.Igmp && FrameEditor.Payload(frame) is [0x12 or 0x16 or 0x17 or 0x22, ..];
    }

    private static string? TcpFlow(byte[] frame)
        => FrameEditor.IsIPv4(frame) && FrameEditor.Protocol(frame) == FrameEditor.Tcp && FrameEditor.Payload(frame) is { Length: >= 4 } segment
            ? Convert.ToHexStringLower([.. FrameEditor.Packet(frame)[12..20], .. segment[..4]])
            : null;
}
