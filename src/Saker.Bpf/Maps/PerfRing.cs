using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>The ring of one CPU in a perf event array: its programs put records in, one reader takes them out. What has no room is lost, and counted.</summary>
internal sealed unsafe class PerfRing(ulong size) : IDisposable
{
    private const uint HeaderSize = 16;

    // A record that reaches over the ring's end goes on behind it.
    private readonly MapMemory _memory = new(size * 2);
    private readonly MapMemory _lock = new(64);
    private ulong _consumed;
    private ulong _produced;
    private ulong _lost;

    /// <summary>Whether there is a record to be read.</summary>
    public bool HasRecord => Volatile.Read(ref _consumed) < Volatile.Read(ref _produced);

    /// <summary>Puts a record in, of two parts.</summary>
    /// <returns><see cref="BpfError.NoSpace"/>: there is no room.</returns>
    public BpfError Write(ReadOnlySpan<byte> data, ReadOnlySpan<byte> rest)
    {
        // Records end on 8 bytes, counted with the 4 bytes of their length (struct perf_raw_record).
        uint length = (((uint)data.Length + (uint)rest.Length + sizeof(uint) + 7) & ~7u) - sizeof(uint);
        ulong whole = ((ulong)length + HeaderSize + 7) & ~7UL;
        WordLock.Enter((int*)_lock.Start);
        ulong end = _produced + whole;
        bool fits = end - Volatile.Read(ref _consumed) < size;
        if (fits)
        {
            byte* header = At(_produced);
            *(ulong*)header = _lost;
            *(uint*)(header + sizeof(ulong)) = length;
            Span<byte> record = new(header + HeaderSize, (int)length);
            data.CopyTo(record);
            rest.CopyTo(record[data.Length..]);
            record[(data.Length + rest.Length)..].Clear();
            _lost = 0;
            Interlocked.Exchange(ref _produced, end);
        }
        else
        {
            _lost++;
        }

        WordLock.Exit((int*)_lock.Start);
        return fits ? BpfError.None : BpfError.NoSpace;
    }

    /// <summary>The next record.</summary>
    /// <param name="cpu">The ring's CPU.</param>
    /// <param name="length">What <see cref="Pass"/> wants when the record is done with.</param>
    public BpfRecord Read(int cpu, out ulong length)
    {
        byte* header = At(_consumed);
        uint bytes = *(uint*)(header + sizeof(ulong));
        length = ((ulong)bytes + HeaderSize + 7) & ~7UL;
        return new BpfRecord(new ReadOnlySpan<byte>(header + HeaderSize, (int)bytes), cpu, *(ulong*)header);
    }

    /// <summary>Gives the room of a record back.</summary>
    public void Pass(ulong length) => Volatile.Write(ref _consumed, _consumed + length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _lock.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* At(ulong position) => _memory.Start + (position & (size - 1));
}
