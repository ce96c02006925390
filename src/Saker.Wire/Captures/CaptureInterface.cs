namespace Saker.Wire.Captures;

/// <summary>
/// Where the frames of a capture were recorded. A pcap file has one, of which little is known; a pcapng file any number, which it may describe
/// anywhere before their first frame.
/// </summary>
public sealed class CaptureInterface
{
    /// <summary>Its place in <see cref="CaptureReader.Interfaces"/>.</summary>
    public required int Index { get; init; }

    /// <summary>What its frames begin with.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>The most bytes that were recorded of a frame; 0 where there was no limit.</summary>
    public uint SnapLength { get; init; }

    /// <summary>Its name, such as <c>eth0</c> (<c>if_name</c>).</summary>
    public string? Name { get; init; }

    /// <summary>What someone said of it (<c>if_description</c>).</summary>
    public string? Description { get; init; }

    /// <summary>A comment (<c>opt_comment</c>).</summary>
    public string? Comment { get; init; }

    /// <summary>The bytes of frame check sequence at the end of each of its frames; 0 where there are none or nothing says so.</summary>
    public int FcsLength { get; init; }

    /// <summary>Whether its frames are not to be shown, since nothing here understands them.</summary>
    internal bool IsRefused { get; init; }

    /// <summary>How to read its time stamps.</summary>
    internal TimestampScale Scale { get; init; } = TimestampScale.Microseconds;

    /// <inheritdoc/>
    public override string ToString() => Name is null ? $"interface {Index}" : $"interface {Index} ({Name})";
}
