namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket shows of a frame (packet(7)).</summary>
public enum PacketSocketKind : byte
{
    /// <summary>The frame from its link header on (<c>SOCK_RAW</c>).</summary>
    Raw,

    /// <summary>The packet from its network header on (<c>SOCK_DGRAM</c>).</summary>
    Datagram,
}
