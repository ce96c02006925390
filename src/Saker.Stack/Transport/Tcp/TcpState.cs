namespace Saker.Stack.Transport.Tcp;

/// <summary>The state of a TCP socket (RFC 9293 section 3.3.2; the numbers are those of <c>/proc/net/tcp</c>).</summary>
public enum TcpState : byte
{
    /// <summary>Both ends may send.</summary>
    Established = 1,

    /// <summary>Our SYN is out.</summary>
    SynSent = 2,

    /// <summary>A SYN came and ours is out.</summary>
    SynReceived = 3,

    /// <summary>Our FIN is out.</summary>
    FinWait1 = 4,

    /// <summary>Our FIN was acknowledged; the peer may still send.</summary>
    FinWait2 = 5,

    /// <summary>All is done; late segments are waited for.</summary>
    TimeWait = 6,

    /// <summary>No connection.</summary>
    Closed = 7,

    /// <summary>The peer's FIN came; the application may still send.</summary>
    CloseWait = 8,

    /// <summary>The peer's FIN came before, and ours is out.</summary>
    LastAck = 9,

    /// <summary>Connections are awaited.</summary>
    Listen = 10,

    /// <summary>Both FINs are out.</summary>
    Closing = 11,
}
