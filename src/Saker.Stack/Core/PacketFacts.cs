using Saker.Bpf.Classic;
using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>Puts packets before filters, on one CPU: what a program may ask beyond the bytes that lie in one piece.</summary>
internal sealed class PacketFacts : IPacketFacts
{
    /// <summary>As many bytes as hold the headers that a payload's place is looked for in.</summary>
    private const int MostHeaders = 256;

    private readonly PacketContext _context;
    private PacketBuffer _packet;
    private int _start;

    public PacketFacts(PacketContext context) => _context = context;

    /// <summary>Asks a filter about a packet whose link header is marked.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="packet">The packet; it remains as it is.</param>
    /// <param name="start">Where the filter's place 0 is, from where the packet's data begins; negative: in front of it.</param>
    /// <returns>How many bytes from there on the filter wants; 0: it does not want the packet.</returns>
    public uint Ask(ClassicFilter filter, PacketBuffer packet, int start)
    {
        ReadOnlySpan<byte> head = packet.LinkHeader;
        int data = head.Length - packet.LinearLength;
        _packet = packet;
        _start = start;
        return filter.Run(new ClassicPacket(head, data + start, packet.Length - start, linkOffset: 0, data + packet.NetworkHeaderOffset, this));
    }

    /// <summary>
    /// The queue of a packet and one, where its driver notes that (<c>skb_record_rx_queue</c>); else 0. The drivers of cards do; the devices that allocate a buffer for each
    /// frame, as a veth, do not.
    /// </summary>
    public uint QueueMappingOf(PacketBuffer packet) =>
        packet.PacketType != PacketType.Outgoing && _context.Devices[packet.Device].FrameMemory != FrameMemory.Allocated ? packet.Queue + 1u : 0;

    /// <inheritdoc/>
    public bool TryLoad(AncillaryLoad load, out uint value)
    {
        value = load switch
        {
            AncillaryLoad.Protocol => _packet.Protocol,
            AncillaryLoad.PacketType => (uint)_packet.PacketType,
            AncillaryLoad.Interface => (uint)_packet.Device,
            AncillaryLoad.HardwareType => _context.Devices[_packet.Device].HardwareType,
            AncillaryLoad.Mark => _packet.Mark,
            AncillaryLoad.Queue => QueueMappingOf(_packet),
            AncillaryLoad.ReceiveHash => _packet.HasHash ? _packet.Hash : 0,
            AncillaryLoad.Cpu => (uint)_context.Cpu.Index,
            AncillaryLoad.VlanTag => _packet.HasVlanTag ? _packet.VlanTag : 0u,
            AncillaryLoad.VlanTagPresent => _packet.HasVlanTag ? 1u : 0,
            AncillaryLoad.VlanProtocol => _packet.HasVlanTag ? _packet.VlanProtocol : 0u,
            AncillaryLoad.PayloadOffset => PayloadOffset(),
            _ => (uint)(_context.Cpu.NextRandom() >> 32),
        };
        return true;
    }

    /// <inheritdoc/>
    public bool TryRead(int offset, Span<byte> destination) =>
        _start + (long)offset <= _packet.Length && _packet.CopyTo(_start + offset, destination) == destination.Length;

    private uint PayloadOffset()
    {
        Span<byte> gathered = stackalloc byte[MostHeaders];
        int network = _packet.NetworkHeaderOffset;
        int length = _packet.CopyTo(network, gathered);
        return FlowDissector.TryFindPayload(gathered[..length], (EtherType)_packet.Protocol, 0, out int payload) ? (uint)(payload + network - _start) : 0;
    }
}
