using Saker.Bpf.Classic;
using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>The frames of a capture that pass a filter.</summary>
public sealed class CaptureFrames : IFrameSource
{
    private readonly CaptureReader _reader;
    private readonly CaptureFilter? _filter;

    /// <summary>Reads a capture.</summary>
    /// <param name="reader">The capture; it is closed with this.</param>
    /// <param name="program">The filter; null: every frame passes whole.</param>
    public CaptureFrames(CaptureReader reader, ClassicProgram? program)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _reader = reader;
        _filter = program is null ? null : new CaptureFilter(program);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CaptureInterface> Interfaces => _reader.Interfaces;

    /// <inheritdoc/>
    public bool IsAtEnd { get; private set; }

    /// <inheritdoc/>
    public bool TryNext(out DumpedFrame frame)
    {
        while (_reader.TryReadNext(out CaptureFrame captured))
        {
            int kept = captured.Bytes.Length;
            if (_filter is not null && !_filter.Passes(captured, out kept))
            {
                continue;
            }

            frame = new DumpedFrame
            {
                Number = captured.Number,
                TimestampNanoseconds = captured.TimestampNanoseconds,
                OriginalLength = captured.OriginalLength,
                InterfaceIndex = captured.InterfaceIndex,
                LinkType = captured.LinkType,
                Flags = captured.TryGetFlags(out uint flags) ? flags : (uint)captured.Direction,
                Comment = captured.Options.Bytes.IsEmpty ? null : captured.Comment,
                Bytes = captured.Bytes[..kept],
            };
            return true;
        }

        IsAtEnd = true;
        frame = default;
        return false;
    }

    /// <inheritdoc/>
    public DumpSummary Summarize() => new(_reader.FrameCount, Fault: _reader.Fault?.ToString());

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
