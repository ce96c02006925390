using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>IPv4's entry (<c>ip_rcv</c>, <c>ip_rcv_core</c>): is this a packet at all, and is it ours to look at?</summary>
internal sealed class IPv4Receive<TTrace> : ReceiveStage<TTrace>, IPacketTypeHandler
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly IPv4Dispatch<TTrace> _next;

    public IPv4Receive(Cpu cpu, DeviceTable devices, IPv4Dispatch<TTrace> next)
        : base(cpu)
    {
        _devices = devices;
        _next = next;
    }

    /// <inheritdoc/>
    public ushort Protocol => (ushort)EtherType.IPv4;

    /// <inheritdoc/>
    public void Receive(ref PacketList packets)
    {
        PacketList valid = default;
        while (packets.TryTake(out PacketBuffer packet))
        {
            if (Validate(packet))
            {
                valid.Add(packet);
            }
        }

        _next.Receive(ref valid);
    }

    /// <summary>The checks of <c>ip_rcv_core</c>, in its order. A packet that fails one has been dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Validate(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv4Receive);
        if (!Check(packet, "the frame was for this host", packet.PacketType, packet.PacketType != PacketType.OtherHost))
        {
            _devices[packet.Device].Counters.Of(Cpu).Add(DeviceCounter.RxOtherHostDropped);
            Decline(packet, Stage.IPv4Receive, DropReason.OtherHost);
            return false;
        }

        Counters.Add(Counter.IpInReceives);
        Counters.Add(Counter.IpExtInOctets, packet.Length);

        if (!Check(packet, "20 bytes of header are there", packet.Length, packet.TryMakeLinear(IPv4View.FixedLength))
            || !IPv4View.TryParse(packet.Linear, out IPv4View header))
        {
            return FailHeader(packet, DropReason.IPInHeader);
        }

        // One look at the first octet answers what is asked of most headers; who wants to hear of the checks is told of each.
        bool isPlain = !TTrace.Details && header.IsPlain;
        if (!isPlain
            && (!Check(packet, "version is 4", header.Version, header.Version == 4)
                || !Check(packet, "header length is at least 20", header.HeaderLength, header.HeaderLength >= IPv4View.FixedLength)))
        {
            return FailHeader(packet, DropReason.IPInHeader);
        }

        Counters.Add(Counter.IpExtInNoECTPkts + (ushort)header.Ecn, Math.Max(1, packet.GsoSegments));
        int headerLength = isPlain ? IPv4View.FixedLength : header.HeaderLength;
        if (!isPlain
            && (!Check(packet, "the whole header is there", headerLength, packet.Length, packet.TryMakeLinear(headerLength))
                || !IPv4View.TryParse(packet.Linear, out header)))
        {
            return FailHeader(packet, DropReason.IPInHeader);
        }

        ReadOnlySpan<byte> bytes = packet.Linear;
        if (!Check(packet, "header checksum is right", new Hex(header.HeaderChecksum), InternetChecksum.VerifyIPv4Header(bytes[..headerLength])))
        {
            Counters.Add(Counter.IpExtInCsumErrors);
            return FailHeader(packet, DropReason.IPChecksum);
        }

        int length = header.TotalLength;
        if (!Check(packet, "total length is within the packet", length, packet.Length, length <= packet.Length))
        {
            Counters.Add(Counter.IpExtInTruncatedPkts);
            Drop(packet, Stage.IPv4Receive, DropReason.PacketTooSmall);
            return false;
        }

        if (!Check(packet, "total length holds the header", length, length >= headerLength))
        {
            return FailHeader(packet, DropReason.IPInHeader);
        }

        // Ethernet pads short frames: what is behind the total length is not the packet's.
        packet.Trim(length);
        packet.MarkTransportHeader(headerLength);
        packet.Control<IPv4Control>() = new IPv4Control { InputDevice = packet.Device };
        return true;
    }

    private bool FailHeader(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(Counter.IpInHdrErrors);
        Drop(packet, Stage.IPv4Receive, reason);
        return false;
    }
}
