using Saker.Packets;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Host.Live;

/// <summary>Sends every datagram back to where it came from (RFC 862).</summary>
public sealed class EchoService : IDatagramService
{
    /// <inheritdoc/>
    public void Receive(PacketBuffer datagram, IDatagramReplies replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        replies.TryReply(datagram, 0, datagram.Length - UdpView.FixedLength);
    }
}

/// <summary>Takes datagrams and forgets them (RFC 863).</summary>
public sealed class DiscardService : IDatagramService
{
    /// <inheritdoc/>
    public void Receive(PacketBuffer datagram, IDatagramReplies replies)
    {
    }
}
