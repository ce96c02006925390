using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Kernel.Interop;
using Saker.Kernel.Waiting;

namespace Saker.Kernel.Bpf;

/// <summary>Reads a perf event array of the kernel: a ring for each CPU, one after another.</summary>
internal sealed class PerfEventReader : IRecordReader
{
    private readonly KernelMap _map;
    private readonly DescriptorHold _hold;
    private readonly List<PerfEventRing> _rings = [];
    private readonly DescriptorWaiter _waiter;
    private readonly ulong[] _lost;
    private int _next;
    private bool _isDisposed;

    public PerfEventReader(KernelMap map, int ringSize)
    {
        _map = map;
        _hold = new DescriptorHold(map.Descriptor);
        try
        {
            for (int cpu = 0; cpu < Math.Min(PossibleCpus.Count, map.MaximumEntries); cpu++)
            {
                if (PerfEventRing.TryOpen(cpu, ringSize) is { } ring)
                {
                    _rings.Add(ring);
                    Put(map, ring);
                }
            }

            _lost = new ulong[_rings.Count];
            _waiter = new DescriptorWaiter(_rings.Select(ring => ring.Descriptor), HasRecord);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryRead(out BpfRecord record)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        for (int i = 0; i < _rings.Count; i++)
        {
            int at = (_next + i) % _rings.Count;
            if (_rings[at].TryRead(out ReadOnlySpan<byte> data, ref _lost[at]))
            {
                record = new BpfRecord(data, _rings[at].Cpu, _lost[at]);
                _lost[at] = 0;
                _next = at;
                return true;
            }
        }

        record = default;
        return false;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default) => _waiter.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _waiter.Dispose();
            Close();
        }
    }

    private static void Put(KernelMap map, PerfEventRing ring)
    {
        using HeldDescriptor held = new(ring.Descriptor);
        BpfError error = map.Update(Key(ring), MemoryMarshal.AsBytes<int>([held.Number]));
        if (error != BpfError.None)
        {
            throw new KernelRefusal($"the perf event of CPU {ring.Cpu} in the map '{map.Name}'", (int)error).ToException();
        }
    }

    private bool HasRecord() => _rings.Exists(ring => ring.HasRecord());

    private void Close()
    {
        foreach (PerfEventRing ring in _rings)
        {
            // Who has disposed of the map has taken its events out with it.
            if (!_map.Descriptor.IsClosed)
            {
                _ = _map.Delete(Key(ring));
            }

            ring.Dispose();
        }

        _hold.Dispose();
    }

    private static ReadOnlySpan<byte> Key(PerfEventRing ring) => MemoryMarshal.AsBytes<int>(new int[] { ring.Cpu });
}
