using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>The group records of a membership report of IGMPv3 or MLDv2.</summary>
internal static class GroupRecords
{
    /// <summary>Tells the number of records and each of them.</summary>
    /// <param name="header">The report.</param>
    /// <param name="first">Where the first record begins.</param>
    /// <param name="count">How many records the report tells it has.</param>
    /// <param name="records">Those that are there.</param>
    public static void Read<TAddress>(HeaderReader header, int first, int count, GroupRecordEnumerator<TAddress> records)
        where TAddress : struct, INetworkAddress<TAddress>
    {
        header.Field(6, 2, "records", $"{count}");
        int at = first;
        while (records.MoveNext())
        {
            GroupRecordView<TAddress> record = records.Current;
            string sources = record.Sources.Count == 0 ? string.Empty : $", sources {string.Join(' ', record.Sources.ToArray())}";
            header.Field(at, record.RecordLength, "record", $"{Text.Words(record.Type) ?? $"type {(byte)record.Type}"} {record.Group}{sources}");
            at += record.RecordLength;
        }

        if (records.IsMalformed)
        {
            header.Problem($"the record at byte {records.MalformedOffset} is not whole.");
        }
    }
}
