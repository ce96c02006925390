using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Sockets;

namespace Saker.Stack.Observation;

/// <summary>
/// Hears what happens to packets, in the order in which it happens. A receive path built with <see cref="StageTracing"/> or
/// <see cref="DetailTracing"/> calls it on the CPU that does the work; it must not keep, free or change a packet.
/// </summary>
/// <remarks>
/// <see cref="PacketBuffer.Origin"/> tells which received frame a packet comes from, also for clones and answers.
/// </remarks>
public abstract class PacketObserver
{
    /// <summary>
    /// Whether <see cref="Checked"/> and <see cref="Noted"/> are wanted now. Asked before each, where the path is built to tell of details.
    /// </summary>
    public virtual bool WantsDetails => true;

    /// <summary>The packet has come to a stage.</summary>
    public abstract void Entered(PacketBuffer packet, Stage stage);

    /// <summary>The packet, or this copy of it, has come to its end without reaching anybody.</summary>
    public abstract void Dropped(PacketBuffer packet, Stage stage, DropReason reason);

    /// <summary>A frame of which no packet was made has come to its end without reaching anybody.</summary>
    /// <param name="origin">What the link calls it (<see cref="PacketBuffer.Origin"/>).</param>
    /// <param name="stage">Where.</param>
    /// <param name="reason">Why.</param>
    public virtual void Lost(uint origin, Stage stage, DropReason reason)
    {
    }

    /// <summary>A socket has got the packet.</summary>
    public abstract void Delivered(PacketBuffer packet, Stage stage, Socket socket);

    /// <summary>The stack has dealt with the packet itself.</summary>
    public abstract void Consumed(PacketBuffer packet, Stage stage);

    /// <summary>The packet waits for others: a fragment for its datagram, a packet for its neighbour's address.</summary>
    public abstract void Held(PacketBuffer packet, Stage stage);

    /// <summary>A packet that waited is a part of another now.</summary>
    /// <param name="packet">The packet that waited.</param>
    /// <param name="into">The <see cref="PacketBuffer.Origin"/> of the other.</param>
    public abstract void Merged(PacketBuffer packet, uint into);

    /// <summary>The packet goes on to another host.</summary>
    public abstract void Forwarded(PacketBuffer packet, Stage stage);

    /// <summary>The packet has come to a part that is not built.</summary>
    public abstract void Unsupported(PacketBuffer packet, Stage stage);

    /// <summary>A frame leaves by a device, complete with its link header.</summary>
    public abstract void Transmitted(PacketBuffer packet, NetworkDevice device);

    /// <summary>A check was made.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="check">What must hold, in words.</param>
    /// <param name="seen">The value seen.</param>
    /// <param name="passed">Whether it holds.</param>
    public virtual void Checked(PacketBuffer packet, string check, string seen, bool passed)
    {
    }

    /// <summary>Something was found or decided.</summary>
    public virtual void Noted(PacketBuffer packet, string subject, string value)
    {
    }
}
