using Saker.Wire;

namespace Saker.Tests.Stack.Gro;

/// <summary>A row of segments of one flow.</summary>
public sealed record SegmentRow(SegmentFrame First, int Size, int Count, int Last, int Step, (int Index, int Kind)[] Changes)
{
    public const int KindsOfChange = 14;

    public IEnumerable<SegmentFrame> Frames()
    {
        for (int i = 0; i < Count; i++)
        {
            SegmentFrame frame = First with
            {
                Sequence = First.Sequence + (uint)(i * Size),
                Identification = (ushort)(First.Identification + (i * Step)),
                Payload = SegmentFrame.Bytes(i == Count - 1 ? Last : Size, (i * Size) + First.SourcePort),
                Flags = TcpFlags.Ack | (i == Count - 1 ? TcpFlags.Psh : TcpFlags.None),
            };
            foreach ((_, int kind) in Changes.Where(change => change.Index == i))
            {
                frame = Change(frame, kind);
            }

            yield return frame;
        }
    }

    private static SegmentFrame Change(SegmentFrame frame, int kind) => kind switch
    {
        0 => frame with { Flags = frame.Flags | TcpFlags.Psh },
        1 => frame with { Flags = frame.Flags | TcpFlags.Fin },
        2 => frame with { Flags = frame.Flags | TcpFlags.Cwr },
        3 => frame with { Flags = frame.Flags ^ TcpFlags.Ece },
        4 => frame with { Sequence = frame.Sequence + 1 },
        5 => frame with { Window = 501 },
        6 => frame with { TimeToLive = 63 },
        7 => frame with { TypeOfService = 3 },
        8 => frame with { Identification = (ushort)(frame.Identification + 3) },
        9 => frame with { Payload = SegmentFrame.Bytes(frame.Payload.Length + 1, 3) },
        10 => frame with { Acknowledgment = frame.Acknowledgment + 1 },
        11 => frame with { ChecksumError = 1 },
        12 => frame with { ReservedFlag = true },
        _ => frame with { DontFragment = !frame.DontFragment },
    };
}
