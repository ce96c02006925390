using System.Buffers.Binary;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Wire;

/// <summary>Frames go back to where they came from.</summary>
public class FlowReversalTests
{
    [Theory]
    [MemberData(nameof(FlowDissectorTests.Frames), MemberType = typeof(FlowDissectorTests))]
    public void A_frame_turned_twice_is_what_it_was(string what, string frame, int transport, int payload, string flow)
    {
        _ = (transport, payload, flow);
        byte[] bytes = Convert.FromHexString(frame), before = [.. bytes];
        FlowKey forth = FlowReversal.Reverse(bytes);
        Assert.Equal(before[..6], bytes[6..12]);
        Assert.Equal(before[6..12], bytes[..6]);
        FlowKey back = FlowReversal.Reverse(bytes);
        Assert.Equal(before, bytes);
        bool isEsp = forth.Protocol == IPProtocol.Esp;
        Assert.True(forth.Source == back.Destination && forth.Destination == back.Source && (isEsp || (forth.SourcePort == back.DestinationPort && forth.DestinationPort == back.SourcePort)), what);
    }

    [Fact]
    public void Checksums_stay_right()
    {
        int datagrams = 0;
        Assert.True(CaptureReader.TryOpen(SampleCaptures.PathOf("web.pcapng"), out CaptureReader? reader, out _));
        using CaptureReader opened = reader;
        while (opened.TryReadNext(out CaptureFrame captured))
        {
            byte[] frame = captured.Bytes.ToArray(), before = [.. frame];
            FlowKey flow = FlowReversal.Reverse(frame);
            if (flow.Family == FlowAddressFamily.IPv4 && flow.Protocol is IPProtocol.Tcp or IPProtocol.Udp)
            {
                datagrams++;
                Assert.Equal(SumOf(before), SumOf(frame));
                Assert.Equal((flow.DestinationPort, flow.SourcePort), PortsOf(frame));
            }
        }

        Assert.True(datagrams > 10);
    }

    [Fact]
    public void What_is_cut_or_made_by_chance_is_turned_as_far_as_it_is_there()
    {
        Random random = new(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = Convert.FromHexString((string)FlowDissectorTests.Frames.ElementAt(random.Next(FlowDissectorTests.Frames.Count))[1]);
            frame = frame[..random.Next(frame.Length + 1)];
            for (int changes = random.Next(4); changes > 0 && frame.Length != 0; changes--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            byte[] before = [.. frame];
            FlowReversal.Reverse(frame);
            FlowReversal.Reverse(frame);
            Assert.Equal(before, frame);
        }
    }

    /// <summary>The sum of all 16-bit words behind the stations, which no exchange of words changes.</summary>
    private static long SumOf(byte[] frame)
    {
        long sum = 0;
        for (int i = 12; i + 1 < frame.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(i));
        }

        return sum;
    }

    private static (ushort Source, ushort Destination) PortsOf(byte[] frame)
    {
        FlowKey flow = FlowDissector.Dissect(frame).Key;
        return (flow.SourcePort, flow.DestinationPort);
    }
}
