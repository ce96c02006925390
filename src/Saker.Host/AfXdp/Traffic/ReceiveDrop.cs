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
        using ConsumerBatch<XdpDescriptor> received = port.Receive!.Peek(batch);
        if (received.Length == 0)
        {
            port.Socket.WakeReceive();
            return 0;
        }

        // What was received came out of FILL, so that there is room for it, unless the kernel has yet to say that it took the entries.
        using ProducerBatch<UmemFrame> fill = port.Fill.Reserve(received.Length);
        int packets = 0;
        long bytes = 0;
        for (int done = 0; done < fill.Length;)
        {
            Span<UmemFrame> frames = fill.SpanFrom(done);
            ReadOnlySpan<XdpDescriptor> parts = received.SpanFrom(done);
            int count = Math.Min(parts.Length, frames.Length);
            (int ended, long length) = port.Memory.Layout.FramesOf(parts[..count], frames);
            _touched += touches ? Touch(parts[..count], port.Memory) : 0;
            done += count;
            packets += ended;
            bytes += length;
        }

        fill.Submit();
        received.Release(fill.Length);
        port.CountReceived(packets, bytes);
        return packets;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Touch(ReadOnlySpan<XdpDescriptor> parts, UmemMemory memory)
    {
        long sum = 0;
        foreach (ref readonly XdpDescriptor part in parts)
        {
            Span<byte> bytes = memory.BytesOf(part);
            sum += bytes.IsEmpty ? 0 : bytes[0];
        }

        return sum;
    }
}
