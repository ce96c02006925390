using Saker.Tests.Wire.Captures;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Wire;

/// <summary>Headers of captures from the world: nothing in them makes a parser throw, and every whole one is emitted again as it was.</summary>
public class CapturedHeadersTests
{
    private static readonly int[] Starts = [0, 4, 14, 18, 22, 34, 38, 42, 54];

    public static TheoryData<string> Names => [.. CaptureFolder.Files().Select(path => Path.GetFileName(path))];

    [CapturesTheory]
    [MemberData(nameof(Names))]
    public void Captured_frames_throw_nothing(string name)
    {
        foreach (byte[] frame in Frames(name, anyLinkType: true).Take(Effort.Inputs(50, int.MaxValue)))
        {
            foreach (EveryParser parser in EveryParser.All)
            {
                Array.ForEach(Starts, start => parser.Touch(frame.AsSpan(Math.Min(start, frame.Length))));
            }
        }
    }

    [CapturesTheory]
    [MemberData(nameof(Names))]
    public void Captured_headers_are_emitted_as_they_were(string name)
    {
        foreach (byte[] frame in Frames(name, anyLinkType: false))
        {
            Walk(frame);
        }
    }

    private static IEnumerable<byte[]> Frames(string name, bool anyLinkType) =>
        CaptureReading.ReadAll(File.OpenRead(CaptureFolder.PathOf(name)), anyLinkType: true).Frames
            .Where(frame => anyLinkType || frame.LinkType == LinkType.Ethernet)
            .Select(frame => Convert.FromHexString(frame.Hex));

    private static void Walk(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out EthernetView ethernet))
        {
            return;
        }

        AssertEmits(frame, ethernet.ToHeader());
        EtherType type = ethernet.Type;
        ReadOnlySpan<byte> payload = ethernet.Payload;
        while (type.IsVlan && VlanView.TryParse(payload, out VlanView vlan))
        {
            AssertEmits(payload, vlan.ToHeader());
            type = vlan.Type;
            payload = vlan.Payload;
        }

        if (type == EtherType.Arp && ArpView.TryParse(payload, out ArpView arp) && arp.IsEthernetIPv4)
        {
            AssertEmits(payload, arp.ToHeader());
        }
        else if (type == EtherType.IPv4 && IPv4View.TryParse(payload, out IPv4View ip) && ip.Version == 4 && ip.IsHeaderComplete)
        {
            AssertEmits(payload, ip.ToHeader());
            WalkTransport(ip);
        }
        else if (type.IsLength && LlcView.TryParse(payload, out LlcView llc) && llc.IsComplete)
        {
            AssertEmits(payload, llc.ToHeader());
        }
    }

    private static void WalkTransport(IPv4View ip)
    {
        if (ip.FragmentOffset != 0)
        {
            return;
        }

        ReadOnlySpan<byte> payload = ip.Payload;
        switch (ip.Protocol)
        {
            case IPProtocol.Udp when UdpView.TryParse(payload, out UdpView udp):
                AssertEmits(payload, udp.ToHeader());
                break;
            case IPProtocol.Tcp when TcpView.TryParse(payload, out TcpView tcp) && tcp.IsHeaderComplete:
                AssertEmits(payload, tcp.ToHeader());
                break;
            case IPProtocol.IcmpV4 when IcmpV4View.TryParse(payload, out IcmpV4View icmp):
                AssertEmits(payload, icmp.ToHeader());
                break;
            case IPProtocol.Igmp when IgmpView.TryParse(payload, out IgmpView igmp):
                AssertEmits(payload, igmp.ToHeader());
                break;
        }
    }

    private static void AssertEmits(ReadOnlySpan<byte> bytes, object header)
    {
        byte[] emitted = EveryParser.Emit(header);
        Assert.True(bytes.StartsWith(emitted), $"{header} was emitted as {Convert.ToHexStringLower(emitted)}");
    }
}
