using Saker.Bpf;
using Saker.Kernel.Interop;
using Saker.Kernel.Waiting;

namespace Saker.Kernel.Bpf;

/// <summary>
/// Reads a ring buffer of the kernel where it lies. A ring has one reader at a time, since what was read is noted in the ring itself. Source: Documentation/bpf/ringbuf.rst.
/// </summary>
internal sealed unsafe class RingBufferReader : IRecordReader
{
    private const uint Busy = 1u << 31, Discarded = 1u << 30;
    private const int HeaderSize = 8;

    private readonly DescriptorHold _map;
    private readonly MappedMemory _consumer;
    private readonly MappedMemory _producer;
    private readonly DescriptorWaiter _waiter;
    private readonly ulong _mask;
    private ulong _position;

    public RingBufferReader(KernelMap map)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        string what = $"mmap of the ring buffer '{map.Name}'";
        _mask = map.MaximumEntries - 1;
        _map = new DescriptorHold(map.Descriptor);

        // A page with what was consumed, one with what was produced, and the data twice, so that a record which reaches over the end goes on.
        _consumer = MappedMemory.Of(map.Descriptor, page, 0, isWritable: true, what);
        _producer = MappedMemory.Of(map.Descriptor, page + ((nuint)map.MaximumEntries * 2), (nint)page, isWritable: false, what);
        _position = Volatile.Read(ref Consumed);
        _waiter = new DescriptorWaiter([map.Descriptor], HasRecord);
    }

    private ref ulong Consumed => ref *(ulong*)_consumer.Start;

    private ref ulong Produced => ref *(ulong*)_producer.Start;

    /// <inheritdoc/>
    public bool TryRead(out BpfRecord record)
    {
        ObjectDisposedException.ThrowIf(_producer.IsClosed, this);
        record = default;
        while (HasRecord())
        {
            byte* header = At(_position);
            uint length = *(uint*)header;
            _position += ((ulong)(length & ~Discarded) + HeaderSize + 7) & ~7UL;
            if ((length & Discarded) == 0)
            {
                record = new BpfRecord(new ReadOnlySpan<byte>(header + HeaderSize, (int)length), cpu: -1, lost: 0);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default) => _waiter.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_producer.IsClosed)
        {
            Volatile.Write(ref Consumed, _position);
        }

        _waiter.Dispose();
        _consumer.Dispose();
        _producer.Dispose();
        _map.Dispose();
    }

    /// <summary>Gives back what was read, and says whether a record lies behind it that is whole.</summary>
    private bool HasRecord()
    {
        // The kernel wakes where it sees that everything before a record was consumed: so that must be seen before the record is looked for.
        if (Consumed != _position)
        {
            Volatile.Write(ref Consumed, _position);
            Interlocked.MemoryBarrier();
        }

        return _position < Volatile.Read(ref Produced) && (Volatile.Read(ref *(uint*)At(_position)) & Busy) == 0;
    }

    private byte* At(ulong position) => _producer.Start + Environment.SystemPageSize + (nint)(position & _mask);
}
