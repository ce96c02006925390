using System.Buffers.Binary;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Replay;

/// <summary>
/// Makes Ethernet frames of captured ones: those of other link types get an Ethernet header that says what the capture says of the link.
/// </summary>
internal sealed class EthernetFrames
{
    /// <summary>Stands for the station at the other end where a capture does not name it.</summary>
    private static readonly MacAddress UnknownStation = MacAddress.Parse("02:00:00:00:00:fe");

    private byte[] _buffer = [];

    /// <summary>
    /// The host's address, by which its own frames are known in captures that say nothing of the link (raw IP); 0.0.0.0: every frame is to the host.
    /// </summary>
    public IPv4Address HostAddress { get; init; }

    /// <summary>The frame as the host's Ethernet device would get it.</summary>
    /// <param name="frame">The captured frame; of a link type that <see cref="LinkLayer"/> understands.</param>
    /// <param name="host">The host's link address.</param>
    /// <param name="ethernet">The frame; valid until the next call and the reader's next frame.</param>
    /// <returns>False if the frame is too short to say what it bears.</returns>
    public bool TryMake(in CaptureFrame frame, MacAddress host, out ReadOnlySpan<byte> ethernet)
    {
        ethernet = frame.BytesWithoutFcs;
        if (frame.LinkType == LinkType.Ethernet)
        {
            return true;
        }

        if (!LinkLayer.TryResolve(frame.LinkType, ethernet, out LinkLayerInfo info))
        {
            return false;
        }

        ReadOnlySpan<byte> payload = ethernet[info.NetworkOffset..];
        int length = EthernetView.FixedLength + payload.Length;
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, 2048)];
        }

        MacAddress other = info.Source is { IsZero: false } source && source != host ? source : UnknownStation;
        (MacAddress destination, MacAddress origin) = (info.PacketType ?? TypeOf(info.Protocol, payload)) switch
        {
            LinkPacketType.Outgoing => (other, host),
            LinkPacketType.Broadcast => (MacAddress.Broadcast, other),
            LinkPacketType.Multicast => (GroupOf(info.Protocol, payload), other),
            LinkPacketType.OtherHost => (UnknownStation, other),
            _ => (host, other),
        };
        destination.WriteTo(_buffer);
        origin.WriteTo(_buffer.AsSpan(MacAddress.Size));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(2 * MacAddress.Size), (ushort)info.Protocol);
        payload.CopyTo(_buffer.AsSpan(EthernetView.FixedLength));
        ethernet = _buffer.AsSpan(0, length);
        return true;
    }

    private LinkPacketType TypeOf(EtherType protocol, ReadOnlySpan<byte> payload)
    {
        if (HostAddress.IsAny || protocol != EtherType.IPv4 || !IPv4View.TryParse(payload, out IPv4View ipv4))
        {
            return LinkPacketType.Host;
        }

        return ipv4.Source == HostAddress ? LinkPacketType.Outgoing
            : ipv4.Destination == HostAddress ? LinkPacketType.Host
            : ipv4.Destination.IsMulticast ? LinkPacketType.Multicast
            : ipv4.Destination.IsLimitedBroadcast ? LinkPacketType.Broadcast
            : LinkPacketType.OtherHost;
    }

    private static MacAddress GroupOf(EtherType protocol, ReadOnlySpan<byte> payload) =>
        protocol == EtherType.IPv4 && IPv4View.TryParse(payload, out IPv4View ipv4) && ipv4.Destination.IsMulticast
            ? MacAddress.MulticastFor(ipv4.Destination)
            : MacAddress.Broadcast;
}
