using Saker.Packets.AfXdp;
using Saker.Wire;

namespace Saker.Host.AfXdp;

/// <summary>Sends each packet back by the socket by which it came, or by another one of the same memory, with its link addresses exchanged: <c>l2fwd</c>.</summary>
/// <param name="batch">How many packets are taken at once.</param>
/// <param name="destination">To which station; null: to the one that sent.</param>
/// <param name="source">By which address; null: the one that the packet was for.</param>
public sealed class EchoForward(int batch, MacAddress? destination = null, MacAddress? source = null) : TrafficLoop
{
    private const int AddressLength = 6;

    /// <inheritdoc/>
    public override int Step(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        Complete(port);
        using ConsumerBatch<XdpDescriptor> received = Peek(port.Receive!);
        if (received.Length == 0)
        {
            port.Socket.WakeReceive();
            Kick(port);
            return 0;
        }

        // What finds no room in TX even so remains in RX.
        MakeRoom(port, received.Length);
        using ProducerBatch<XdpDescriptor> transmit = port.Transmit!.Reserve(received.Length);
        long bytes = 0;
        int packets = 0;
        bool isFirst = true;
        int count = WholePackets(received, transmit.Length);
        for (int i = 0; i < count; i++)
        {
            XdpDescriptor part = received[i];
            bytes += part.Length;
            if (isFirst)
            {
                packets++;
                Exchange(port.Memory.BytesOf(part));
            }

            isFirst = !part.IsContinued;
            transmit[i] = part;
        }

        transmit.Submit(count);
        received.Release(count);
        port.CountReceived(packets, bytes);
        port.CountSubmitted(count);
        Kick(port);
        return packets;
    }

    private void MakeRoom(XdpPort port, int count)
    {
        for (int kicks = 0; kicks < MostKicks && port.Transmit!.Free < count && Kick(port); kicks++)
        {
            Complete(port);
        }
    }

    /// <summary>Looks at a batch, or, where a packet has more parts than that, at all that there is.</summary>
    private ConsumerBatch<XdpDescriptor> Peek(ReceiveRing ring)
    {
        ConsumerBatch<XdpDescriptor> received = ring.Peek(batch);
        if (received.Length < batch || WholePackets(received, batch) != 0)
        {
            return received;
        }

        received.Dispose();
        return ring.Peek(ring.Capacity);
    }

    /// <summary>How many descriptors belong to packets all of whose parts fit.</summary>
    private static int WholePackets(ConsumerBatch<XdpDescriptor> received, int most)
    {
        int count = Math.Min(received.Length, most);
        while (count != 0 && received[count - 1].IsContinued)
        {
            count--;
        }

        return count;
    }

    /// <summary>Frames that were sent are received into again.</summary>
    private void Complete(XdpPort port)
    {
        if (port.Outstanding == 0)
        {
            return;
        }

        using ConsumerBatch<UmemFrame> completed = port.Completion.Peek(Math.Max(batch, port.Outstanding));
        using ProducerBatch<UmemFrame> fill = port.Fill.Reserve(completed.Length);
        UmemLayout layout = port.Memory.Layout;
        for (int i = 0; i < fill.Length; i++)
        {
            fill[i] = layout.FrameOf(completed[i]);
        }

        fill.Submit();
        completed.Release(fill.Length);
        port.CountCompleted(fill.Length);
    }

    private void Exchange(Span<byte> packet)
    {
        if (packet.Length < 2 * AddressLength)
        {
            return;
        }

        MacAddress newSource = source ?? MacAddress.ReadFrom(packet);
        MacAddress newDestination = destination ?? MacAddress.ReadFrom(packet[AddressLength..]);
        newDestination.WriteTo(packet);
        newSource.WriteTo(packet[AddressLength..]);
    }
}
