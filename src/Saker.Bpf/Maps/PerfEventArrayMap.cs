using System.Numerics;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// Where <c>bpf_perf_event_output</c> puts records (<c>BPF_MAP_TYPE_PERF_EVENT_ARRAY</c>): a ring for each CPU, at the index that is the CPU's number. There are rings from
/// when a reader is opened; without one a program gets ENOENT.
/// </summary>
public sealed unsafe class PerfEventArrayMap : BpfMap
{
    private const int SmallestRing = 4096;
    private const uint CurrentCpu = uint.MaxValue;
    private const int LongestRecord = ushort.MaxValue;

    private PerfRing?[] _rings = [];
    private Reader? _reader;
    private Reader[] _closed = [];

    internal PerfEventArrayMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
    }

    /// <summary>Opens a ring for each CPU that the map has an index for; one reader at a time has them.</summary>
    /// <param name="ringSize">Bytes of each ring; rounded up to a power of two, and to a page.</param>
    /// <exception cref="InvalidOperationException">There is a reader.</exception>
    public IRecordReader OpenReader(int ringSize = 64 << 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ringSize);
        Reader reader = new(this, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(ringSize, SmallestRing)), (int)Math.Min((uint)CpuCount, MaximumEntries));
        if (Interlocked.CompareExchange(ref _reader, reader, null) is not null)
        {
            reader.FreeRings();
            throw new InvalidOperationException($"The perf event array '{Name}' has a reader already.");
        }

        Volatile.Write(ref _rings, reader.Rings);
        return reader;
    }

    /// <summary>What <c>bpf_perf_event_output</c> does.</summary>
    /// <param name="index">The index; all ones: that of the CPU (<c>BPF_F_CURRENT_CPU</c>).</param>
    /// <param name="cpu">The CPU that the program runs on.</param>
    /// <param name="data">The record.</param>
    /// <param name="rest">What is put behind it: the packet's beginning.</param>
    /// <returns><see cref="BpfError.NoSpace"/>: the ring has no room; <see cref="BpfError.OperationNotSupported"/>: it is another CPU's.</returns>
    internal BpfError Output(uint index, int cpu, ReadOnlySpan<byte> data, ReadOnlySpan<byte> rest)
    {
        uint wanted = index == CurrentCpu ? (uint)cpu : index;
        if (wanted >= MaximumEntries || data.Length + (long)rest.Length > LongestRecord)
        {
            return BpfError.TooBig;
        }

        PerfRing?[] rings = Volatile.Read(ref _rings);
        if (wanted >= (uint)rings.Length || rings[wanted] is not { } ring)
        {
            return BpfError.NotFound;
        }

        if (wanted != (uint)cpu)
        {
            return BpfError.OperationNotSupported;
        }

        BpfError error = ring.Write(data, rest);
        Volatile.Read(ref _reader)?.Signal.Set();
        return error;
    }

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu) => null;

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => *(uint*)key >= MaximumEntries ? BpfError.TooBig : BpfError.NotFound;

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        return false;
    }

    /// <inheritdoc/>
    private protected override void Free()
    {
        Volatile.Write(ref _rings, []);
        _reader?.Dispose();
        foreach (Reader reader in _closed)
        {
            reader.FreeRings();
        }
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.NotSupported;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags) =>
        flags != MapOperationFlags.Any ? BpfError.InvalidArgument
            : *(uint*)key >= MaximumEntries ? BpfError.TooBig
            : BpfError.BadDescriptor;

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => ArrayKeys.Next(key, next, MaximumEntries);

    private sealed class Reader : IRecordReader, IRecordSource
    {
        private readonly PerfEventArrayMap _map;
        private PerfRing? _current;
        private ulong _length;
        private int _next;
        private bool _isClosed;

        public Reader(PerfEventArrayMap map, ulong ringSize, int count)
        {
            _map = map;
            Rings = [.. Enumerable.Range(0, count).Select(_ => new PerfRing(ringSize))];
        }

        public PerfRing[] Rings { get; }

        public RecordSignal Signal { get; } = new();

        public bool HasRecord => !_isClosed && Array.Exists(Rings, ring => ring.HasRecord);

        public bool TryRead(out BpfRecord record)
        {
            record = default;
            if (_isClosed)
            {
                return false;
            }

            Pass();
            for (int i = 0; i < Rings.Length; i++)
            {
                int cpu = (_next + i) % Rings.Length;
                if (Rings[cpu].HasRecord)
                {
                    _current = Rings[cpu];
                    _next = cpu + 1;
                    record = _current.Read(cpu, out _length);
                    return true;
                }
            }

            return false;
        }

        public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default)
        {
            if (_isClosed)
            {
                return new ValueTask<bool>(result: false);
            }

            Pass();
            return Signal.WaitAsync(this, cancellationToken);
        }

        /// <summary>Programs that run may still be at a ring, so the rings stay until the map is disposed.</summary>
        public void Dispose()
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            Volatile.Write(ref _map._rings, []);
            Signal.Close();
            _map._closed = [.. _map._closed, this];
            Volatile.Write(ref _map._reader, null);
        }

        public void FreeRings()
        {
            _isClosed = true;
            foreach (PerfRing ring in Rings)
            {
                ring.Dispose();
            }
        }

        private void Pass()
        {
            _current?.Pass(_length);
            _current = null;
        }
    }
}
