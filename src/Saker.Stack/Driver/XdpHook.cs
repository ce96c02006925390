using Saker.Packets;

namespace Saker.Stack.Driver;

/// <summary>What becomes of a raw frame (<c>enum xdp_action</c>).</summary>
public enum XdpAction
{
    /// <summary>It is dropped since the program failed.</summary>
    Aborted = 0,

    /// <summary>It is dropped.</summary>
    Drop = 1,

    /// <summary>It goes on as a packet.</summary>
    Pass = 2,

    /// <summary>It leaves by the device that it came by.</summary>
    Transmit = 3,

    /// <summary>It goes elsewhere.</summary>
    Redirect = 4,
}

/// <summary>
/// Sees each frame while it is still bytes in the card's buffers, all of it, before there is a packet (the driver's XDP hook). A ring without a hook does not ask.
/// </summary>
public abstract class XdpHook
{
    /// <summary>Decides about a frame. It may write to the bytes, and with <see cref="XdpFrame.Start"/> and <see cref="XdpFrame.End"/> move the ends of the first part.</summary>
    public abstract XdpAction Run(ref XdpFrame frame);

    /// <summary>Takes a frame that goes elsewhere: from the link header on, its own from now on.</summary>
    public abstract void Take(PacketBuffer frame, XdpAction action);

    /// <summary>The poll is over: what was taken goes out.</summary>
    public virtual void Flush()
    {
    }
}

/// <summary>A frame in the card's buffers (<c>struct xdp_buff</c>).</summary>
public ref struct XdpFrame
{
    private readonly ReceiveRing _ring;

    internal XdpFrame(ReceiveRing ring, Span<byte> buffer, int start, int end, int partCount)
    {
        _ring = ring;
        Buffer = buffer;
        Start = start;
        End = end;
        PartCount = partCount;
    }

    /// <summary>The whole first buffer: headroom, data, and what is behind it.</summary>
    public Span<byte> Buffer { get; }

    /// <summary>Where in the first buffer the frame begins. May be moved into the headroom, or towards the end.</summary>
    public int Start { get; set; }

    /// <summary>Where in the first buffer the data ends.</summary>
    public int End { get; set; }

    /// <summary>How many buffers the frame lies in.</summary>
    public int PartCount { get; }

    /// <summary>The card's queue.</summary>
    public readonly int Queue => _ring.Queue;

    /// <summary>The data of the first buffer.</summary>
    public readonly Span<byte> Data => Buffer[Start..End];

    /// <summary>The data of a further buffer, from 1 on.</summary>
    public readonly Span<byte> Part(int index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, PartCount);
        return _ring.BytesOfPart(index);
    }
}
