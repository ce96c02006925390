namespace Saker.Wire.Captures;

/// <summary>What sort of thing is wrong with a capture.</summary>
public enum CaptureFaultKind
{
    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>The file may not be read by this user.</summary>
    NoPermission,

    /// <summary>The path names a directory.</summary>
    Directory,

    /// <summary>There is not one byte in it.</summary>
    Empty,

    /// <summary>It is something else than a capture, or a capture of a format that is not read here.</summary>
    UnknownFormat,

    /// <summary>A version of pcap or pcapng that does not exist, or not yet.</summary>
    UnsupportedVersion,

    /// <summary>The frames begin with a link-layer header that is not understood here.</summary>
    UnsupportedLinkType,

    /// <summary>The file ends before a header, record or block does.</summary>
    Truncated,

    /// <summary>A header, record or block contradicts itself or the format.</summary>
    Malformed,

    /// <summary>The operating system or the decompressor could not go on reading.</summary>
    ReadFailed,
}

/// <summary>
/// What is wrong with a capture: a value, since a damaged file is nothing unusual. <see cref="ToString"/> is one line for a person, which names
/// the source, says what is wrong and, where something can be done, what.
/// </summary>
/// <param name="Kind">The sort of fault.</param>
/// <param name="Source">The path, or what the stream was called.</param>
/// <param name="Message">What is wrong, and what to do; without the source.</param>
/// <param name="Offset">Where the header, record or block that is at fault begins, in bytes from the beginning of the capture; null where the fault
/// is not in its content.</param>
/// <param name="IsDecompressedOffset">Whether <paramref name="Offset"/> counts in what came out of gzip, not in the file as it lies on the disk.</param>
public sealed record CaptureFault(CaptureFaultKind Kind, string Source, string Message, long? Offset = null, bool IsDecompressedOffset = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Source}: {Message}";
}
