using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>Receives packets and gives their frames back at once: <c>rxdrop</c>.</summary>
/// <param name="batch">How many packets are taken at once.</param>
public sealed class ReceiveDrop(int batch) : TrafficLoop
{
    /// <inheritdoc/>
    public override void Prepare(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        port.Frames.Supply(port.Socket.Fill, port.Share);
    }

    /// <inheritdoc/>
    public override int Step(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        IXdpSocket socket = port.Socket;
        using ConsumerBatch<XdpDescriptor> received = socket.Receive!.Peek(batch);
        if (received.Length == 0)
        {
            socket.WakeReceive();
            return 0;
        }

        // What was received came out of FILL, so that there is room for it, unless the kernel has yet to say that it took the entries.
        using ProducerBatch<UmemFrame> fill = socket.Fill.Reserve(received.Length);
        UmemLayout layout = socket.Memory.Layout;
        long bytes = 0;
        int packets = 0;
        for (int i = 0; i < fill.Length; i++)
        {
            ref readonly XdpDescriptor packet = ref received[i];
            bytes += packet.Length;
            packets += packet.IsContinued ? 0 : 1;
            fill[i] = layout.FrameOf(packet);
        }

        fill.Submit();
        received.Release(fill.Length);
        port.CountReceived(packets, bytes);
        return packets;
    }
}
