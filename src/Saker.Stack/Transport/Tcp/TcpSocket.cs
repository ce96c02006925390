using Saker.Stack.Sockets;

namespace Saker.Stack.Transport.Tcp;

/// <summary>
/// A TCP socket: a listener, or one end of a connection. It tells whose a segment is; what becomes of the segment there is the state machine's, which is
/// not built yet.
/// </summary>
public sealed class TcpSocket : Socket
{
    /// <inheritdoc/>
    public override string ProtocolName => "tcp";

    /// <summary>Its state.</summary>
    public TcpState State { get; init; } = TcpState.Listen;

    /// <summary>Whether it awaits connections.</summary>
    public bool IsListening => State == TcpState.Listen;
}
