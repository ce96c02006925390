namespace Saker.Stack.Sockets.Packet;

/// <summary>How much room a socket has for a packet (<c>packet_rcv_has_room</c>).</summary>
internal enum ReceiveRoom
{
    /// <summary>None.</summary>
    None,

    /// <summary>No more than a quarter of its buffer would be left.</summary>
    Low,

    /// <summary>Enough.</summary>
    Normal,
}
