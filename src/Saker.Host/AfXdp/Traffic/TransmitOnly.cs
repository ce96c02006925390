using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>Sends the same packet again and again: <c>txonly</c>.</summary>
public sealed class TransmitOnly : TrafficLoop
{
    private readonly int _batch;
    private readonly byte[] _packet;
    private readonly int _metadata;
    private long _left;

    /// <summary>Makes the loop, for one worker.</summary>
    /// <param name="packet">The packet, from its link header on.</param>
    /// <param name="batch">How many packets are put into TX at once.</param>
    /// <param name="count">How many packets are sent in all; null: no end.</param>
    /// <param name="layout">The memory that they are sent from.</param>
    public TransmitOnly(ReadOnlySpan<byte> packet, int batch, long? count, UmemLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _metadata = layout.TransmitMetadataLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(packet.Length, layout.ChunkSize - _metadata, nameof(packet));
        _packet = packet.ToArray();
        _batch = batch;
        _left = count ?? long.MaxValue;
    }

    /// <inheritdoc/>
    public override bool WaitsForTransmit => true;

    /// <inheritdoc/>
    public override void Prepare(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        List<UmemFrame> frames = [];
        while (port.Frames.TryTake(out UmemFrame frame))
        {
            _packet.CopyTo(port.Memory.BytesOf(frame)[_metadata..]);
            frames.Add(frame);
        }

        frames.ForEach(port.Frames.Return);
    }

    /// <inheritdoc/>
    public override bool IsDone(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return _left == 0 && port.Outstanding == 0;
    }

    /// <inheritdoc/>
    public override int Step(XdpPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        int sent = 0;
        for (int kicks = 0; kicks < MostKicks && sent == 0; kicks++)
        {
            port.CountCompleted(port.Frames.Collect(port.Completion, _batch));
            sent = Submit(port, (int)Math.Min(_left, Math.Min(_batch, port.Frames.Available)));
            if (!Kick(port))
            {
                break;
            }
        }

        _left -= sent;
        return sent;
    }

    /// <summary>Puts a batch into TX, or nothing: the kernel takes some tens at a kick, and small batches cost as much as large ones.</summary>
    private int Submit(XdpPort port, int count)
    {
        using ProducerBatch<XdpDescriptor> transmit = port.Transmit!.ReserveAll(count);
        UmemLayout layout = port.Memory.Layout;
        for (int i = 0; i < transmit.Length; i++)
        {
            port.Frames.TryTake(out UmemFrame frame);
            transmit[i] = new XdpDescriptor(layout.AddressIn(frame, _metadata), (uint)_packet.Length);
        }

        transmit.Submit();
        port.CountSubmitted(transmit.Length);
        return transmit.Length;
    }
}
