using Saker.Bpf;

namespace Saker.Tests.Bpf.Programs;

/// <summary>Readers of all that an object's programs put out, open from the beginning: without a reader a perf event array takes nothing.</summary>
internal sealed class RecordReaders : IDisposable
{
    private readonly Dictionary<string, IRecordReader> _readers = new(StringComparer.Ordinal);

    private RecordReaders()
    {
    }

    /// <summary>Opens them.</summary>
    public static RecordReaders Open(ObjectSpec spec, Func<string, IRecordReader> open)
    {
        RecordReaders readers = new();
        foreach (MapSpec map in spec.Maps.Where(map => map.Type is MapType.RingBuffer or MapType.PerfEventArray))
        {
            readers._readers.Add(map.Name, open(map.Name));
        }

        return readers;
    }

    /// <summary>Takes what there is.</summary>
    public List<byte[]> Read(string name)
    {
        List<byte[]> records = [];
        while (_readers[name].TryRead(out BpfRecord record))
        {
            records.Add(record.Data.ToArray());
        }

        return records;
    }

    public void Dispose()
    {
        foreach (IRecordReader reader in _readers.Values)
        {
            reader.Dispose();
        }
    }
}
