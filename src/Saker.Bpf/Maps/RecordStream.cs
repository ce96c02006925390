using System.Runtime.CompilerServices;

namespace Saker.Bpf;

/// <summary>Records as a stream, for those who want no spans.</summary>
public static class RecordStream
{
    /// <summary>Reads records until there will be none any more, and waits for them.</summary>
    /// <param name="reader">The reader, which stays the caller's.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static async IAsyncEnumerable<StoredRecord> ReadAllAsync(this IRecordReader reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        do
        {
            while (Take(reader) is { } record)
            {
                yield return record;
            }
        }
        while (await reader.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    private static StoredRecord? Take(IRecordReader reader) =>
        reader.TryRead(out BpfRecord record) ? new StoredRecord(record.Data.ToArray(), record.Cpu, record.Lost) : null;
}

/// <summary>A copy of what a program put out.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="Cpu">The CPU that the program ran on; -1: the reader does not know.</param>
/// <param name="Lost">How many records were lost before this one, for want of room, as far as the reader is told.</param>
public sealed record StoredRecord(ReadOnlyMemory<byte> Data, int Cpu, ulong Lost);
