using Saker.Wire;

namespace Saker.Tests.Stack.Gro;

/// <summary>Rows of ten segments that are merged into one packet.</summary>
public static class MergedRows
{
    /// <summary>To a port of 10.0.0.1 where nobody listens.</summary>
    public static IReadOnlyList<SegmentFrame> Segments { get; } = Row(new SegmentFrame());

    /// <summary>To 10.0.0.9.</summary>
    public static IReadOnlyList<SegmentFrame> Forwarded { get; } = Row(new SegmentFrame { DestinationHost = 9 });

    /// <summary>UDP to 10.0.0.1.</summary>
    public static IReadOnlyList<SegmentFrame> Datagrams { get; } = Row(new SegmentFrame { IsUdp = true });

    private static SegmentFrame[] Row(SegmentFrame first) =>
    [
        .. Enumerable.Range(0, 10).Select(i => first with
        {
            Sequence = first.Sequence + (uint)(i * 1000),
            Identification = (ushort)(i + 5),
            Payload = SegmentFrame.Bytes(1000, i),
            Flags = i == 9 ? TcpFlags.Ack | TcpFlags.Psh : TcpFlags.Ack,
        }),
    ];
}
