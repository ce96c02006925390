using Saker.Packets.AfXdp;

namespace XdpSock;

/// <summary>
/// What xdpsock does with a socket, a batch at a time. Nothing here knows whose socket it is: the kernel's, or one of a stack in user space.
/// </summary>
/// <param name="socket">The socket.</param>
/// <param name="frames">The frames that it may use.</param>
/// <param name="batch">How many packets are handled at once.</param>
internal sealed class Loops(IXdpSocket socket, FrameAllocator frames, int batch)
{
    private const int AddressLength = 6;

    /// <summary>Packets received so far.</summary>
    public long Received { get; private set; }

    /// <summary>Packets sent so far: those that came back by COMPLETION, which sockets of a queue have in common.</summary>
    public long Sent { get; private set; }

    /// <summary>Gives all frames to the kernel, to receive into.</summary>
    public void Supply() => frames.Supply(socket.Fill);

    /// <summary>Writes a packet into every frame, to be sent again and again.</summary>
    public void Write(ReadOnlySpan<byte> packet)
    {
        List<UmemFrame> written = [];
        while (frames.TryTake(out UmemFrame frame))
        {
            packet.CopyTo(socket.Memory.BytesOf(frame));
            written.Add(frame);
        }

        written.ForEach(frames.Return);
    }

    /// <summary>Receives a batch and drops it.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool ReceiveAndDrop()
    {
        using ConsumerBatch<XdpDescriptor> received = socket.Receive!.Peek(batch);
        if (received.Length == 0)
        {
            socket.WakeReceive();
            return false;
        }

        using ProducerBatch<UmemFrame> fill = socket.Fill.Reserve(received.Length);
        for (int i = 0; i < fill.Length; i++)
        {
            fill[i] = socket.Memory.Layout.FrameOf(received[i]);
        }

        fill.Submit();
        received.Release(fill.Length);
        Received += fill.Length;
        return true;
    }

    /// <summary>Sends a batch.</summary>
    /// <param name="length">Bytes of the packet.</param>
    /// <returns>Whether there was room.</returns>
    public bool Transmit(int length)
    {
        Sent += frames.Collect(socket.Completion);
        using ProducerBatch<XdpDescriptor> transmit = socket.Transmit!.Reserve(Math.Min(batch, frames.Available));
        for (int i = 0; i < transmit.Length && frames.TryTake(out UmemFrame frame); i++)
        {
            transmit[i] = new XdpDescriptor(frame.Address, (uint)length);
        }

        transmit.Submit();
        return socket.WakeTransmit() == TransmitKick.Again || transmit.Length != 0;
    }

    /// <summary>Receives a batch and sends it back, with the two stations exchanged.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Forward()
    {
        Sent += frames.Collect(socket.Completion);
        frames.Supply(socket.Fill);
        using ConsumerBatch<XdpDescriptor> received = socket.Receive!.Peek(batch);

        // What finds no room remains in RX.
        using ProducerBatch<XdpDescriptor> transmit = socket.Transmit!.Reserve(received.Length);
        Span<byte> station = stackalloc byte[AddressLength];
        for (int i = 0; i < transmit.Length; i++)
        {
            Span<byte> packet = socket.Memory.BytesOf(received[i]);
            packet[..AddressLength].CopyTo(station);
            packet.Slice(AddressLength, AddressLength).CopyTo(packet);
            station.CopyTo(packet[AddressLength..]);
            transmit[i] = received[i];
        }

        transmit.Submit();
        received.Release(transmit.Length);
        Received += transmit.Length;
        if (received.Length == 0)
        {
            socket.WakeReceive();
        }

        return socket.WakeTransmit() == TransmitKick.Again || received.Length != 0;
    }
}
