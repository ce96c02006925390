using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// A ring that programs put records into and one reader takes them out of, in the order in which room was reserved (<c>BPF_MAP_TYPE_RINGBUF</c>). Before each record there
/// are 8 bytes: its length with two bits, still being written and given up, and where in the ring it is.
/// </summary>
public sealed unsafe class RingBufferMap : BpfMap, IRecordSource
{
    /// <summary>A record is put out without waking the reader (<c>BPF_RB_NO_WAKEUP</c>).</summary>
    public const ulong NoWakeup = 1;

    /// <summary>A record is put out and the reader woken, whatever it does (<c>BPF_RB_FORCE_WAKEUP</c>).</summary>
    public const ulong ForceWakeup = 2;

    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const uint HeaderSize = 8;
    private const ulong LongestRecord = uint.MaxValue / 4;
    private const int PageShift = 12;

    private readonly MapMemory _memory;
    private readonly MapMemory _lock = new(64);
    private readonly RecordSignal _signal = new();
    private readonly byte* _data;
    private readonly ulong _mask;
    private PaddedPosition _consumed;
    private PaddedPosition _produced;
    private ulong _pending;
    private int _readers;

    internal RingBufferMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        // A record that reaches over the ring's end goes on behind it, in as much memory again, so that all records are in one piece.
        _memory = new MapMemory((ulong)MaximumEntries * 2);
        _data = _memory.Start;
        _mask = MaximumEntries - 1;
    }

    /// <inheritdoc/>
    bool IRecordSource.HasRecord
    {
        get
        {
            ulong position = Volatile.Read(ref _consumed.Value);
            return position < Volatile.Read(ref _produced.Value) && (Volatile.Read(ref *(uint*)At(position)) & Busy) == 0;
        }
    }

    /// <summary>Opens the ring for reading; one reader at a time has it.</summary>
    /// <exception cref="InvalidOperationException">It has a reader.</exception>
    public IRecordReader OpenReader() =>
        Interlocked.Exchange(ref _readers, 1) == 0 ? new Reader(this) : throw new InvalidOperationException($"The ring buffer '{Name}' has a reader already.");

    /// <summary>What <c>bpf_ringbuf_reserve</c> does: takes room for a record.</summary>
    /// <param name="size">Bytes of the record.</param>
    /// <param name="flags">Must be 0.</param>
    /// <returns>The record, to be given to <see cref="Submit"/> or <see cref="Discard"/>; null: there is no room.</returns>
    internal byte* Reserve(ulong size, ulong flags)
    {
        ulong length = (size + HeaderSize + 7) & ~7UL;
        if (flags != 0 || size > LongestRecord || length > MaximumEntries)
        {
            return null;
        }

        WordLock.Enter((int*)_lock.Start);
        ulong position = _produced.Value;
        ulong end = position + length;
        Pass(position);
        byte* header = At(position);
        bool fits = end - Volatile.Read(ref _consumed.Value) <= _mask && end - _pending <= _mask;
        if (fits)
        {
            *(uint*)header = (uint)size | Busy;
            *(uint*)(header + sizeof(uint)) = (uint)((position & _mask) >> PageShift);
            Volatile.Write(ref _produced.Value, end);
        }

        WordLock.Exit((int*)_lock.Start);
        return fits ? header + HeaderSize : null;
    }

    /// <summary>What <c>bpf_ringbuf_submit</c> does: the record can be read.</summary>
    /// <param name="record">What <see cref="Reserve"/> gave.</param>
    /// <param name="flags"><see cref="NoWakeup"/> or <see cref="ForceWakeup"/>.</param>
    internal void Submit(byte* record, ulong flags) => Commit(record, 0, flags);

    /// <summary>What <c>bpf_ringbuf_discard</c> does: the record is passed over.</summary>
    /// <param name="record">What <see cref="Reserve"/> gave.</param>
    /// <param name="flags"><see cref="NoWakeup"/> or <see cref="ForceWakeup"/>.</param>
    internal void Discard(byte* record, ulong flags) => Commit(record, Discarded, flags);

    /// <summary>What <c>bpf_ringbuf_output</c> does: puts a copy in.</summary>
    /// <param name="data">The record.</param>
    /// <param name="size">Bytes of it.</param>
    /// <param name="flags"><see cref="NoWakeup"/> or <see cref="ForceWakeup"/>.</param>
    /// <returns><see cref="BpfError.TryAgain"/>: there is no room.</returns>
    internal BpfError Output(byte* data, ulong size, ulong flags)
    {
        if ((flags & ~(NoWakeup | ForceWakeup)) != 0)
        {
            return BpfError.InvalidArgument;
        }

        byte* record = Reserve(size, 0);
        if (record is null)
        {
            return BpfError.TryAgain;
        }

        Unsafe.CopyBlockUnaligned(record, data, (uint)size);
        Commit(record, 0, flags);
        return BpfError.None;
    }

    /// <summary>What <c>bpf_ringbuf_query</c> tells.</summary>
    /// <param name="what">0: bytes not read, 1: bytes of the ring, 2: where the reader is, 3: where room is reserved next. Of others it tells 0.</param>
    internal ulong Query(ulong what) => what switch
    {
        0 => Volatile.Read(ref _produced.Value) - Volatile.Read(ref _consumed.Value),
        1 => MaximumEntries,
        2 => Volatile.Read(ref _consumed.Value),
        3 => Volatile.Read(ref _produced.Value),
        _ => 0,
    };

    /// <summary>Whether an address is that of a record that is being written: what unverified programs must be asked before they put it out.</summary>
    internal bool IsReserved(ulong address) => TryFindValue(address, out MemoryRegion region) && region.Address == address;

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu) => null;

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.NotSupported;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => BpfError.NotSupported;

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        if (!_memory.Holds(address))
        {
            return false;
        }

        WordLock.Enter((int*)_lock.Start);
        bool found = false;
        for (ulong position = _pending; position < _produced.Value && !found; position += Span(*(uint*)At(position)))
        {
            byte* record = At(position) + HeaderSize;
            uint length = Volatile.Read(ref *(uint*)At(position));
            region = new MemoryRegion((ulong)record, record, length & ~(Busy | Discarded), isWritable: true);
            found = (length & Busy) != 0 && (region.Holds(address, 1) || (ulong)record == address);
        }

        WordLock.Exit((int*)_lock.Start);
        return found;
    }

    /// <inheritdoc/>
    private protected override void Free()
    {
        _signal.Close();
        _memory.Dispose();
        _lock.Dispose();
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.NotSupported;

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => BpfError.NotSupported;

    /// <summary>Bytes from a record to the next.</summary>
    private static ulong Span(uint length) => ((ulong)(length & ~(Busy | Discarded)) + HeaderSize + 7) & ~7UL;

    private byte* At(ulong position) => _data + (position & _mask);

    /// <summary>Passes the records, from the oldest, that are not being written any more: a ring must not come round to one that is.</summary>
    private void Pass(ulong end)
    {
        while (_pending < end)
        {
            uint length = Volatile.Read(ref *(uint*)At(_pending));
            if ((length & Busy) != 0)
            {
                break;
            }

            _pending += Span(length);
        }
    }

    private void Commit(byte* record, uint bits, ulong flags)
    {
        byte* header = record - HeaderSize;
        uint length = (*(uint*)header & ~Busy) | bits;
        Interlocked.Exchange(ref *(uint*)header, length);
        ulong consumed = Volatile.Read(ref _consumed.Value) & _mask;
        if ((flags & ForceWakeup) != 0 || (consumed == (ulong)(header - _data) && (flags & NoWakeup) == 0))
        {
            _signal.Set();
        }
    }

    /// <summary>A position that has its cache lines for itself.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedPosition
    {
        [FieldOffset(64)]
        public ulong Value;
    }

    private sealed class Reader(RingBufferMap map) : IRecordReader
    {
        private ulong _next = map._consumed.Value;
        private bool _isDisposed;

        public bool TryRead(out BpfRecord record)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            record = default;
            if (map._signal.IsClosed)
            {
                return false;
            }

            Volatile.Write(ref map._consumed.Value, _next);
            while (_next < Volatile.Read(ref map._produced.Value))
            {
                byte* header = map.At(_next);
                uint length = Volatile.Read(ref *(uint*)header);
                if ((length & Busy) != 0)
                {
                    return false;
                }

                _next += Span(length);
                if ((length & Discarded) == 0)
                {
                    record = new BpfRecord(new ReadOnlySpan<byte>(header + HeaderSize, (int)length), -1, 0);
                    return true;
                }

                Volatile.Write(ref map._consumed.Value, _next);
            }

            return false;
        }

        public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (map._signal.IsClosed)
            {
                return new ValueTask<bool>(result: false);
            }

            Volatile.Write(ref map._consumed.Value, _next);
            return map._signal.WaitAsync(map, cancellationToken);
        }

        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                Volatile.Write(ref map._consumed.Value, _next);
                Volatile.Write(ref map._readers, 0);
            }
        }
    }
}
