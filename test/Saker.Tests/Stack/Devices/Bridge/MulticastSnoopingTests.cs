using Saker.Packets;
using Saker.Stack.Devices.Bridge;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices.Bridge;

/// <summary>Who wants which group: times, and bytes of any kind. What messages mean is asked of the kernel.</summary>
public class MulticastSnoopingTests
{
    private static readonly byte[] Query = Frames.Message(0x11, 100, 0, 0, 0, 0);
    private static readonly byte[] Report = Frames.Message(0x16, 0, 239, 1, 2, 3);

    [Fact]
    public void A_group_is_flooded_until_all_have_had_the_time_to_answer_a_query_and_again_when_nobody_asks_any_more()
    {
        using BridgeHost host = new();
        Receive(host, 3, Query, "224.0.0.1");
        Receive(host, 2, Report, "239.1.2.3");
        Wait(host, 10);
        Assert.Equal(4, Send(host).Count);
        Wait(host, 0.1);
        Assert.Equal(["p3 60", "p2 60"], Send(host));
        Wait(host, 244.8);
        Assert.Equal(["p3 60", "p2 60"], Send(host));
        Wait(host, 0.2);
        Assert.Equal(4, Send(host).Count);
    }

    [Fact]
    public void A_port_that_wanted_a_group_wants_it_for_260_seconds()
    {
        using BridgeHost host = new();
        Receive(host, 2, Report, "239.1.2.3");
        Wait(host, 240);
        Receive(host, 3, Query, "224.0.0.1");
        Wait(host, 19.9);
        Assert.Equal(["p3 60", "p2 60"], Send(host));
        Wait(host, 0.1);
        Assert.Equal(["p3 60"], Send(host));
    }

    [Fact]
    public void A_query_about_one_group_ends_it_where_nobody_answers()
    {
        using BridgeHost host = new();
        Receive(host, 3, Query, "224.0.0.1");
        Receive(host, 2, Report, "239.1.2.3");
        Receive(host, 4, Report, "239.1.2.3");
        Wait(host, 20);
        Receive(host, 3, Frames.Message(0x11, 10, 239, 1, 2, 3), "239.1.2.3");
        Receive(host, 4, Report, "239.1.2.3");
        Wait(host, 1.9);
        Assert.Equal(["p4 60", "p3 60", "p2 60"], Send(host));
        Wait(host, 0.2);
        Assert.Equal(["p4 60", "p3 60"], Send(host));
    }

    [Fact]
    public void A_bridge_that_hears_of_too_many_groups_listens_no_longer()
    {
        using BridgeHost host = new();
        for (int i = 0; i <= MulticastSnooping.MostGroups; i++)
        {
            Receive(host, 2, Frames.Message(0x16, 0, 239, 7, (byte)(i >> 8), (byte)i), "239.7.0.1");
            if (i == 10)
            {
                // Those are not wanted any more when there are too many.
                Wait(host, 300);
            }
        }

        Receive(host, 3, Query, "224.0.0.1");
        Wait(host, 20);
        Assert.Equal(["p3 60"], Send(host));
        Assert.False(host.Bridge.Groups.IsOverrun);
        for (int i = 0; i < 12; i++)
        {
            Receive(host, 2, Frames.Message(0x16, 0, 239, 8, 0, (byte)i), "239.8.0.1");
        }

        Assert.Equal(4, Send(host).Count);
        Assert.True(host.Bridge.Groups.IsOverrun);
    }

    [Fact]
    public void A_bridge_that_does_not_snoop_floods_groups_and_faulty_packets_alike()
    {
        using BridgeHost host = new(new BridgeSettings { SnoopsMulticast = false });
        Receive(host, 3, Query, "224.0.0.1");
        Wait(host, 20);
        Assert.Equal(4, Send(host).Count);
        Assert.Equal(4, Receive(host, 1, [0x16, 0, 0, 0, 239, 1, 2, 3], "239.1.2.3").Count);
    }

    [Fact]
    public void Messages_of_any_bytes_end_well()
    {
        using BridgeHost host = new();
        Random random = new(1);
        int frames = Effort.Inputs(5_000, 1_000_000);
        string[] groups = ["224.0.0.1", "239.1.2.3", "224.0.0.13", "224.0.0.106"];
        for (int i = 0; i < frames; i++)
        {
            byte[] message = new byte[random.Next(60)];
            random.NextBytes(message);
            if (message.Length >= 4 && random.Next(2) == 0)
            {
                message[0] = ((byte[])[0x11, 0x12, 0x16, 0x17, 0x22, 0x30])[random.Next(6)];
                message = Frames.Message(message[0], message[1], message[4..]);
            }

            byte[] frame = random.Next(2) == 0
                ? Frame(message, groups[random.Next(groups.Length)], random.Next(8) == 0 ? IPProtocol.Pim : IPProtocol.Igmp)
                : FrameOfIPv6(message, random);
            if (random.Next(3) == 0)
            {
                frame[14 + random.Next(frame.Length - 14)] = (byte)random.Next(256);
            }

            host.Receive(random.Next(4) + 1, random.Next(4) == 0 ? frame[..random.Next(14, frame.Length)] : frame);
        }

        Assert.True(host.DropsOf(DropReason.NotSpecified) > 0);
    }

    private static byte[] FrameOfIPv6(byte[] message, Random random)
    {
        byte[] frame = BridgeHost.Frame("33:33:00:00:00:01", "02:00:00:00:0a:01");
        frame[12] = 0x86;
        frame[13] = 0xdd;
        byte[] options = [58, 0, 5, 2, 0, 0, 1, 0];
        byte[] ip = [0x60, 0, 0, 0, 0, (byte)(options.Length + message.Length), 0, 1, 0xfe, 0x80, .. new byte[14], 0xff, 0x02, .. new byte[13], (byte)random.Next(3)];
        if (message.Length >= 4)
        {
            message[0] = ((byte[])[130, 131, 132, 143, 151])[random.Next(5)];
            message[2] = message[3] = 0;
            Assert.True(IPv6View.TryParse(ip, out IPv6View view));
            ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(message, view.PseudoHeader(IPProtocol.IcmpV6, message.Length)));
            message[2] = (byte)(checksum >> 8);
            message[3] = (byte)checksum;
        }

        return [.. frame[..14], .. ip, .. options, .. message];
    }

    private static List<string> Receive(BridgeHost host, int port, byte[] message, string to) => host.Receive(port, Frame(message, to, IPProtocol.Igmp));

    /// <summary>A packet of the group comes in by p1.</summary>
    private static List<string> Send(BridgeHost host) => host.Receive(1, Frame(Frames.Udp(dataLength: 18), "239.1.2.3", IPProtocol.Udp));

    private static byte[] Frame(byte[] payload, string to, IPProtocol protocol)
    {
        IPv4Address group = IPv4Address.Parse(to);
        return Frames.IPv4(payload, protocol, destination: group, to: MacAddress.MulticastFor(group).ToString());
    }

    private static void Wait(BridgeHost host, double seconds) => host.Clock.AdvanceTo(host.Clock.Now + (long)(seconds * 1_000_000_000));
}
