using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>What a worker does with its sockets, a batch at a time.</summary>
public abstract class TrafficLoop
{
    /// <summary>How often the other side is told at the most before it is waited for otherwise. The kernel takes 32 packets at a time where it copies, so that it is enough for the longest usual ring.</summary>
    protected const int MostKicks = 64;

    /// <summary>Makes a socket ready, once, before it is worked with: gives it frames to receive into, unless the loop does something else.</summary>
    public virtual void Prepare(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        port.Frames.Supply(port.Fill, port.Share);
    }

    /// <summary>Does a batch's work.</summary>
    /// <param name="port">The socket.</param>
    /// <returns>How many packets came or went; 0: nothing was to be done.</returns>
    public abstract int Step(XdpPort port);

    /// <summary>Whether there is nothing more to be done with a socket.</summary>
    public virtual bool IsDone(XdpPort port) => false;

    /// <summary>Whether it is to be waited for room to send, rather than for packets.</summary>
    public virtual bool WaitsForTransmit => false;

    /// <summary>Tells the other side of packets that are in TX.</summary>
    /// <returns>False if the device takes none.</returns>
    protected static bool Kick(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return port.Outstanding == 0 || port.Socket.WakeTransmit() is not (TransmitKick.Down or TransmitKick.Failed);
    }
}
