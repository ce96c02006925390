using Saker.Wire.Captures;

namespace Saker.Host.Dump;

/// <summary>A frame that a filter let pass, in place: valid until the next one is asked for.</summary>
public readonly ref struct DumpedFrame
{
    /// <summary>Its number: of a capture that of the frame there, of a device counted from one among those that passed.</summary>
    public required long Number { get; init; }

    /// <summary>When it came or went, in nanoseconds since 1970.</summary>
    public required long TimestampNanoseconds { get; init; }

    /// <summary>How long it was on the wire.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>Its interface, as an index into <see cref="IFrameSource.Interfaces"/>.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>What its bytes begin with.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>The flag word of pcapng (<c>epb_flags</c>): direction, and for whom it was; 0: nothing is known.</summary>
    public uint Flags { get; init; }

    /// <summary>A comment on it.</summary>
    public string? Comment { get; init; }

    /// <summary>As many of its bytes as the filter wants, with its VLAN tag where it was on the wire.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Whether it came or went.</summary>
    public CaptureDirection Direction => (CaptureDirection)(Flags & 3);
}
