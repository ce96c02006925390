using Saker.Packets;

namespace Saker.Stack.Transport.Udp;

/// <summary>
/// Receives a socket's datagrams on the CPU where they are, in place of an application that reads them (what the kernel calls <c>encap_rcv</c>). One object for all CPUs.
/// </summary>
public interface IDatagramService
{
    /// <summary>Receives a datagram whose checksum is right. Its data begins at the UDP header. It remains the socket's, and must be left as it is.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="replies">By which it can be answered; only now.</param>
    void Receive(PacketBuffer datagram, IDatagramReplies replies);
}

/// <summary>Answers datagrams on a CPU.</summary>
public interface IDatagramReplies
{
    /// <summary>
    /// Sends payload of a datagram back to where it came from. What came to a group or to all is not answered, nor what came from the very port that it came to: two such
    /// services would answer each other for ever.
    /// </summary>
    /// <param name="datagram">The datagram; its data begins at the UDP header.</param>
    /// <param name="offset">Where in the payload the answer's begins.</param>
    /// <param name="length">How many bytes of it.</param>
    /// <returns>False if there is no answer: it must not be, there is no way, or no memory.</returns>
    bool TryReply(PacketBuffer datagram, int offset, int length);
}
