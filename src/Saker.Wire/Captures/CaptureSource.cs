namespace Saker.Wire.Captures;

/// <summary>What a reader was asked to read, and the words for what is wrong with it.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="AnyLinkType">Whether frames are shown that no one here understands.</param>
internal sealed record CaptureSource(string Name, bool AnyLinkType)
{
    /// <summary>Whether frames of a link type are refused.</summary>
    public bool Refuses(LinkType type) => !AnyLinkType && !LinkLayer.IsSupported(type);

    /// <summary>A fault at an offset; the message goes on where "KIND at byte N" would, and says so itself by <see cref="At"/>.</summary>
    public CaptureFault FaultAt(CaptureInput input, CaptureFaultKind kind, long offset, string message) =>
        new(kind, Name, message, offset, input.IsDecompressed);

    /// <summary>A header, record or block that is longer than what is left of the input.</summary>
    public CaptureFault FaultOfCut(CaptureInput input, long offset, string what, long needed)
    {
        long end = input.Position + input.Available;
        return input.Failure is { } failure
            ? FaultOfFailure(input, failure, end)
            : FaultAt(
                input,
                CaptureFaultKind.Truncated,
                offset,
                $"the {what} at {At(input, offset)} is {needed} bytes long, but the capture ends after {end - offset} of them; "
                    + "it was not written or copied whole");
    }

    /// <summary>A failure of the operating system or the decompressor.</summary>
    public CaptureFault FaultOfFailure(CaptureInput input, Exception failure, long offset) => FaultAt(
        input,
        CaptureFaultKind.ReadFailed,
        offset,
        failure is InvalidDataException
            ? $"the gzip data is damaged or cut short: it decompresses only up to {At(input, offset)}; `gzip -t` checks the file"
            : $"reading failed at {At(input, offset)}: {failure.Message}");

    /// <summary>"byte N", and of what where that is not the file itself.</summary>
    public static string At(CaptureInput input, long offset) => input.IsDecompressed ? $"byte {offset} of the decompressed data" : $"byte {offset}";
}
