using Saker.Bpf.Classic;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>What stands beside a captured frame, as far as a capture tells: what a filter asks beyond that ends it.</summary>
internal sealed class CapturedFacts : IPacketFacts
{
    private const int EthernetHardware = 1;

    private readonly bool _isAsked;
    private readonly bool _isAskedForPayload;
    private LinkLayerInfo _link;
    private bool _hasLink;
    private bool _isEthernet;
    private CaptureDirection _direction;
    private uint? _queue;
    private uint _payloadOffset;
    private VlanTag? _tag;
    private ushort _tagProtocol;

    /// <param name="program">Who asks: what it does not ask for is not looked for.</param>
    public CapturedFacts(ClassicProgram program)
    {
        _isAsked = program.LoadsAnything;
        _isAskedForPayload = program.Loads(AncillaryLoad.PayloadOffset);
    }

    /// <summary>Where the network header is; 0 where nobody knows.</summary>
    public int NetworkOffset => _hasLink ? _link.NetworkOffset : 0;

    /// <summary>Takes note of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="bytes">Its bytes as the filter sees them, perhaps without a tag.</param>
    /// <param name="tag">The VLAN tag that was taken out of it.</param>
    /// <param name="tagProtocol">That tag's EtherType.</param>
    public void Set(in CaptureFrame frame, ReadOnlySpan<byte> bytes, VlanTag? tag, ushort tagProtocol)
    {
        _hasLink = LinkLayer.TryResolve(frame.LinkType, bytes, out _link);
        if (!_isAsked)
        {
            return;
        }

        _isEthernet = frame.LinkType == LinkType.Ethernet;
        _direction = frame.Direction;
        _queue = frame.TryGetQueue(out uint queue) ? queue : null;
        _payloadOffset = _isAskedForPayload && _hasLink && FlowDissector.TryFindPayload(bytes, _link.Protocol, _link.NetworkOffset, out int payload) ? (uint)payload : 0;
        (_tag, _tagProtocol) = (tag, tagProtocol);
    }

    /// <inheritdoc/>
    public bool TryLoad(AncillaryLoad load, out uint value)
    {
        uint? known = load switch
        {
            AncillaryLoad.Protocol => _hasLink ? (uint)_link.Protocol : null,
            AncillaryLoad.PacketType => (uint)PacketType,
            AncillaryLoad.HardwareType => _isEthernet ? EthernetHardware : null,
            AncillaryLoad.Queue => _queue ?? 0,
            AncillaryLoad.VlanTag => _tag?.Value ?? 0u,
            AncillaryLoad.VlanTagPresent => _tag is null ? 0u : 1,
            AncillaryLoad.VlanProtocol => _tagProtocol,
            AncillaryLoad.PayloadOffset => _payloadOffset,
            AncillaryLoad.Mark or AncillaryLoad.ReceiveHash or AncillaryLoad.Cpu => 0,
            _ => null,
        };
        value = known ?? 0;
        return known is not null;
    }

    /// <inheritdoc/>
    public bool TryRead(int offset, Span<byte> destination) => false;

    /// <summary>A capture on one's own host tells what was sent; what came may have been for others, which an Ethernet header alone does not tell.</summary>
    private LinkPacketType PacketType => _direction == CaptureDirection.Outbound ? LinkPacketType.Outgoing : _link.PacketType ?? LinkPacketType.Host;
}
