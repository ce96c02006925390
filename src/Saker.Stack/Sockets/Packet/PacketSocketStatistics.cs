namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket counts (<c>PACKET_STATISTICS</c>).</summary>
/// <param name="Packets">Packets that its filter let pass, those dropped included (<c>tp_packets</c>).</param>
/// <param name="Drops">Those of them that found the receive buffer full, or no memory (<c>tp_drops</c>).</param>
public readonly record struct PacketSocketStatistics(long Packets, long Drops);
