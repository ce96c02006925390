namespace Saker.Packets.AfXdp;

/// <summary>
/// An AF_XDP socket, as programs use it, be it the kernel's or one of a stack in user space: the rings, and what wakes the other side. It belongs to one thread, where a ring is not
/// said to belong to another.
/// </summary>
public interface IXdpSocket : IDisposable
{
    /// <summary>The memory in which packets lie.</summary>
    UmemMemory Memory { get; }

    /// <summary>Where frames are given to receive into. Sockets of one UMEM on the same queue have it in common.</summary>
    FillRing Fill { get; }

    /// <summary>Where frames come back that were sent. Sockets of one UMEM on the same queue have it in common.</summary>
    CompletionRing Completion { get; }

    /// <summary>Where packets come; null: the socket does not receive.</summary>
    ReceiveRing? Receive { get; }

    /// <summary>Where packets go; null: the socket does not send.</summary>
    TransmitRing? Transmit { get; }

    /// <summary>Whether packets are not copied between the device and the UMEM.</summary>
    bool IsZeroCopy { get; }

    /// <summary>Tells the other side, where it wants to be told, that frames were given to FILL. To be called when nothing was received.</summary>
    void WakeReceive();

    /// <summary>Tells the other side, where it wants to be told, that packets were put into TX.</summary>
    /// <returns>What came of it. Nothing is lost in any case: what was not sent remains in TX.</returns>
    TransmitKick WakeTransmit();

    /// <summary>Waits until something was received, or, where asked for, TX has room.</summary>
    /// <param name="time">How long at most; <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</param>
    /// <param name="forTransmit">Whether to wait for TX rather than for RX.</param>
    /// <returns>False if there was nothing for so long.</returns>
    bool Wait(TimeSpan time, bool forTransmit = false);

    /// <summary>Waits until something was received, without a thread.</summary>
    /// <returns>False if the socket was closed.</returns>
    ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>What was lost, and why.</summary>
    XdpStatistics Statistics { get; }
}

/// <summary>What came of telling the other side of packets to be sent.</summary>
public enum TransmitKick
{
    /// <summary>It need not be told: it looks by itself.</summary>
    NotNeeded,

    /// <summary>It was told, and has taken what it could.</summary>
    Taken,

    /// <summary>It has taken some, and wants to be told again (<c>EAGAIN</c>, <c>EBUSY</c>, <c>ENOBUFS</c>): after frames were taken out of COMPLETION, if that was full.</summary>
    Again,

    /// <summary>The device is down (<c>ENETDOWN</c>).</summary>
    Down,

    /// <summary>The socket is not bound any more, or was refused otherwise.</summary>
    Failed,
}

/// <summary>What a socket has counted (<c>XDP_STATISTICS</c>).</summary>
/// <param name="ReceiveDropped">Packets lost for other reasons than a full RX ring: there was no frame to receive into, or they were longer than one.</param>
/// <param name="ReceiveInvalid">Entries of RX that were not valid: Linux has the counter and does not move it. Entries of FILL that are no frames it passes over, and counts nowhere.</param>
/// <param name="TransmitInvalid">Descriptors of TX that were not valid, or belong to packets of which one was not, or which have too many.</param>
/// <param name="ReceiveRingFull">Packets lost since RX was full.</param>
/// <param name="FillRingEmpty">How often there was no frame in FILL when one was wanted.</param>
/// <param name="TransmitRingEmpty">How often there was nothing in TX when it was looked at.</param>
public readonly record struct XdpStatistics(
    ulong ReceiveDropped, ulong ReceiveInvalid, ulong TransmitInvalid, ulong ReceiveRingFull, ulong FillRingEmpty, ulong TransmitRingEmpty)
{
    /// <summary>What both have counted.</summary>
    public static XdpStatistics operator +(XdpStatistics left, XdpStatistics right) => new(
        left.ReceiveDropped + right.ReceiveDropped,
        left.ReceiveInvalid + right.ReceiveInvalid,
        left.TransmitInvalid + right.TransmitInvalid,
        left.ReceiveRingFull + right.ReceiveRingFull,
        left.FillRingEmpty + right.FillRingEmpty,
        left.TransmitRingEmpty + right.TransmitRingEmpty);

    /// <summary>What was counted since an earlier moment.</summary>
    public static XdpStatistics operator -(XdpStatistics later, XdpStatistics earlier) => new(
        later.ReceiveDropped - earlier.ReceiveDropped,
        later.ReceiveInvalid - earlier.ReceiveInvalid,
        later.TransmitInvalid - earlier.TransmitInvalid,
        later.ReceiveRingFull - earlier.ReceiveRingFull,
        later.FillRingEmpty - earlier.FillRingEmpty,
        later.TransmitRingEmpty - earlier.TransmitRingEmpty);

    /// <summary>What both have counted.</summary>
    public static XdpStatistics Add(XdpStatistics left, XdpStatistics right) => left + right;

    /// <summary>What was counted since an earlier moment.</summary>
    public static XdpStatistics Subtract(XdpStatistics later, XdpStatistics earlier) => later - earlier;
}
