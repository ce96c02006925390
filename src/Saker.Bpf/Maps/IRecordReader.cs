namespace Saker.Bpf;

/// <summary>
/// Reads what programs put out through a ring buffer or perf event array, in this process or from the running kernel. One thread at a time may read.
/// </summary>
public interface IRecordReader : IDisposable
{
    /// <summary>Takes the next record, if there is one.</summary>
    /// <param name="record">The record. Its bytes are valid until the next call.</param>
    bool TryRead(out BpfRecord record);

    /// <summary>Waits until there may be a record.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there is one; false: there will be none any more.</returns>
    ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a program put out.</summary>
/// <param name="data">Its bytes.</param>
/// <param name="cpu">The CPU that the program ran on; -1: the reader does not know.</param>
/// <param name="lost">How many records were lost before this one, for want of room, as far as the reader is told.</param>
public readonly ref struct BpfRecord(ReadOnlySpan<byte> data, int cpu, ulong lost)
{
    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>The CPU that the program ran on; -1: the reader does not know.</summary>
    public int Cpu { get; } = cpu;

    /// <summary>How many records were lost before this one, for want of room, as far as the reader is told.</summary>
    public ulong Lost { get; } = lost;
}
