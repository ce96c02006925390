using System.Runtime.CompilerServices;
using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>Receives packets and gives their frames back at once: <c>rxdrop</c>.</summary>
/// <param name="batch">How many packets are taken at once.</param>
/// <param name="touches">Whether a byte of each packet is read, so that it comes into the processor's cache.</param>
public sealed class ReceiveDrop(int batch, bool touches = false) : TrafficLoop
{
    private long _touched;

    /// <summary>The sum of the bytes that were read: so that they are.</summary>
    public long Touched => _touched;

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
        int packets = GiveBack(received, fill, socket.Memory.Layout, out long bytes);
        if (touches)
        {
            _touched += Touch(received, fill.Length, socket.Memory);
        }

        fill.Submit();
        received.Release(fill.Length);
        port.CountReceived(packets, bytes);
        return packets;
    }

    /// <summary>Gives the frames to FILL, and counts. A method of its own: in one that has batches to dispose of, a loop's variables would not stay in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int GiveBack(ConsumerBatch<XdpDescriptor> received, ProducerBatch<UmemFrame> fill, UmemLayout layout, out long bytes)
    {
        long sum = 0;
        int continued = 0, done = 0;
        while (done < fill.Length)
        {
            ReadOnlySpan<XdpDescriptor> packets = received.SpanFrom(done);
            Span<UmemFrame> frames = fill.SpanFrom(done);
            int count = Math.Min(packets.Length, frames.Length);
            packets = packets[..count];
            layout.FramesOf(packets, frames);
            foreach (ref readonly XdpDescriptor packet in packets)
            {
                sum += packet.Length;
                continued += packet.IsContinued ? 1 : 0;
            }

            done += count;
        }

        bytes = sum;
        return done - continued;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Touch(ConsumerBatch<XdpDescriptor> received, int count, UmemMemory memory)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            Span<byte> bytes = memory.BytesOf(received[i]);
            sum += bytes.IsEmpty ? 0 : bytes[0];
        }

        return sum;
    }
}
