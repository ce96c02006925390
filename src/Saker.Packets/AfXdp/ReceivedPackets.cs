namespace Saker.Packets.AfXdp;

/// <summary>Goes over the packets of a batch, each of which has one descriptor or several (<c>XDP_USE_SG</c>).</summary>
/// <remarks>
/// A packet whose last descriptor is not in the batch is left out: release <see cref="Descriptors"/> entries, and the next batch begins with it.
/// </remarks>
public ref struct ReceivedPackets
{
    private readonly ConsumerBatch<XdpDescriptor> _batch;
    private int _first;
    private int _count;

    /// <summary>Begins in front of the first packet.</summary>
    public ReceivedPackets(ConsumerBatch<XdpDescriptor> batch) => _batch = batch;

    /// <summary>The packet that it is at.</summary>
    public readonly ReceivedPacket Current => new(_batch, _first, _count);

    /// <summary>How many descriptors the packets have that were gone over.</summary>
    public readonly int Descriptors => _first + _count;

    /// <summary>Goes to the next packet.</summary>
    /// <returns>False if no whole packet follows.</returns>
    public bool MoveNext()
    {
        int first = _first + _count;
        for (int i = first; i < _batch.Length; i++)
        {
            if (!_batch[i].IsContinued)
            {
                _first = first;
                _count = i - first + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>For <c>foreach</c>, where all packets are gone over and the number of descriptors is not wanted.</summary>
    public readonly ReceivedPackets GetEnumerator() => this;
}

/// <summary>A packet with one descriptor or several.</summary>
public readonly ref struct ReceivedPacket
{
    private readonly ConsumerBatch<XdpDescriptor> _batch;
    private readonly int _first;

    internal ReceivedPacket(ConsumerBatch<XdpDescriptor> batch, int first, int count)
    {
        _batch = batch;
        _first = first;
        Count = count;
    }

    /// <summary>How many descriptors it has.</summary>
    public int Count { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length
    {
        get
        {
            long length = 0;
            for (int i = 0; i < Count; i++)
            {
                length += this[i].Length;
            }

            return length;
        }
    }

    /// <summary>A part of it.</summary>
    public ref readonly XdpDescriptor this[int index] => ref _batch[_first + index];
}
