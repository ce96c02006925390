using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>A pcapng file of dumped frames: the interfaces of their source, and of each frame its time, direction, length and comment.</summary>
public sealed class DumpFile : IDisposable
{
    private readonly PcapngWriter _writer;
    private int _interfaces;

    /// <summary>Begins the file.</summary>
    /// <param name="stream">Where it is written; it is closed with this.</param>
    public DumpFile(Stream stream) => _writer = new PcapngWriter(stream, "saker");

    /// <summary>Writes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="interfaces">Those of its source. They get the same numbers in the file.</param>
    public void Write(in DumpedFrame frame, IReadOnlyList<CaptureInterface> interfaces)
    {
        ArgumentNullException.ThrowIfNull(interfaces);
        for (; _interfaces <= frame.InterfaceIndex; _interfaces++)
        {
            CaptureInterface described = interfaces[_interfaces];
            _writer.AddInterface(described.LinkType, described.Name, described.Description);
        }

        _writer.Write(frame.InterfaceIndex, frame.TimestampNanoseconds, frame.Bytes, frame.OriginalLength, frame.Flags, frame.Comment);
    }

    /// <summary>Gives everything written so far to the stream.</summary>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_interfaces == 0)
        {
            // Tools complain of a file without an interface.
            _writer.AddInterface(LinkType.Ethernet);
        }

        _writer.Dispose();
    }
}
