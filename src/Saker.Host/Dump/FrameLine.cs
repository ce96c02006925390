using Saker.Host.Explain;
using Saker.Host.Replay;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>Tells of dumped frames in a line each.</summary>
public sealed class FrameLine
{
    private readonly EthernetFrames _frames = new();

    /// <summary>Who sends what to whom, whatever the link.</summary>
    public string Describe(in DumpedFrame frame)
    {
        if (frame.LinkType == LinkType.Ethernet)
        {
            return FrameSummary.Describe(frame.Bytes);
        }

        CaptureFrame captured = new()
        {
            Number = frame.Number,
            Offset = 0,
            TimestampNanoseconds = frame.TimestampNanoseconds,
            OriginalLength = frame.OriginalLength,
            InterfaceIndex = frame.InterfaceIndex,
            LinkType = frame.LinkType,
            Bytes = frame.Bytes,
        };
        return LinkLayer.IsSupported(frame.LinkType) && _frames.TryMake(captured, MacAddress.Zero, out ReadOnlySpan<byte> ethernet)
            ? FrameSummary.Describe(ethernet)
            : $"link type {LinkTypes.Describe(frame.LinkType)}";
    }
}
