using System.Buffers.Binary;

namespace Saker.Wire.Captures;

/// <summary>Tells what a file is that is no capture of a form read here, so that its fault can say what to do.</summary>
internal static class CaptureSignature
{
    private const int GzipMagicLength = 2;
    private const int SampleLength = 64;
    private const string ConvertHint = "convert it: editcap -F pcapng IN OUT";

    // What a file begins with, what that is, and what to do.
    private static readonly (byte[] Start, string Name, string Hint)[] Known =
    [
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd compressed data", "decompress it first: zstd -d"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz compressed data", "decompress it first: xz -d"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4 compressed data", "decompress it first: lz4 -d"),
        ("BZh"u8.ToArray(), "bzip2 compressed data", "decompress it first: bzip2 -d"),
        ([0x1f, 0x8b], "gzip data inside gzip data", "decompress it once: gzip -d"),
        ("PK\u0003\u0004"u8.ToArray(), "a zip archive", "unpack it first: unzip"),
        ([0x37, 0x7a, 0xbc, 0xaf], "a 7-Zip archive", "unpack it first"),
        ("snoop\0\0\0"u8.ToArray(), "a snoop capture", ConvertHint),
        ("btsnoop\0"u8.ToArray(), "a Bluetooth snoop capture", "it holds no network frames"),
        ("GMBU"u8.ToArray(), "a Microsoft Network Monitor capture", ConvertHint),
        ("RTSS"u8.ToArray(), "a Microsoft Network Monitor capture", ConvertHint),
        ("TRSNIFF data"u8.ToArray(), "a Sniffer capture", ConvertHint),
        ("XCP\0"u8.ToArray(), "a NetXRay capture", ConvertHint),
        ("iptrace "u8.ToArray(), "an AIX iptrace capture", ConvertHint),
        ([0xd4, 0xc3, 0xb2], "a pcap file with a damaged or private magic number", ConvertHint),
        ([0xa1, 0xb2], "a pcap file with a damaged or private magic number", ConvertHint),
        ([0xcd, 0x34, 0xb2, 0xa1], "a pcap file of a private form", ConvertHint),
        ([0x4d, 0x3c, 0x2b, 0xa1], "a pcap file of a private form", ConvertHint),
        ([0xa1, 0x2b, 0x3c, 0x4d], "a pcap file of a private form", ConvertHint),
        ([0x0d, 0x0a, 0x0d, 0x0d, 0x0a], "a pcapng file damaged by a transfer in text mode", "copy it again as binary"),
        ([0x0a, 0x0a, 0x0a], "a pcapng file damaged by a transfer in text mode", "copy it again as binary"),
        ([0x7f, 0x45, 0x4c, 0x46], "an ELF object", "name a capture"),
    ];

    /// <summary>Whether the input goes on as gzip does.</summary>
    public static bool IsGzip(CaptureInput input) => input.TryPeek(GzipMagicLength, out ReadOnlySpan<byte> start) && start is [0x1f, 0x8b];

    /// <summary>What is wrong with an input that is too short to begin with a magic number.</summary>
    public static CaptureFault FaultOfShort(CaptureInput input, CaptureSource source)
    {
        int length = input.Available;
        string where = input.IsDecompressed ? "what its gzip holds " : "";
        return input.Failure is { } failure
            ? source.FaultOfFailure(input, failure, length)
            : length == 0
            ? source.FaultAt(input, CaptureFaultKind.Empty, 0, $"{where}is empty; a capture without frames would still have a header")
            : source.FaultAt(input, CaptureFaultKind.UnknownFormat, 0, $"{where}has only {length} bytes, which is too short for a capture");
    }

    /// <summary>What is wrong with an input that does not begin as a capture does.</summary>
    public static CaptureFault FaultOfUnknown(CaptureInput input, CaptureSource source)
    {
        // As much as there is; a shorter file leaves all of it in the window.
        input.TryPeek(SampleLength, out _);
        ReadOnlySpan<byte> sample = input.Window;
        sample = sample[..Math.Min(sample.Length, SampleLength)];
        (string looks, string hint) = Recognize(sample);
        string subject = input.IsDecompressed ? "holds gzip data of something that is not" : "is not";
        return source.FaultAt(input, CaptureFaultKind.UnknownFormat, 0, $"{subject} a pcap or pcapng capture: it looks like {looks}; {hint}");
    }

    private static (string Looks, string Hint) Recognize(ReadOnlySpan<byte> sample)
    {
        foreach ((byte[] start, string name, string hint) in Known)
        {
            if (sample.StartsWith(start))
            {
                return (name, hint);
            }
        }

        return IsText(sample) ? ("text", "save the capture as pcapng, or make one of a hex dump with text2pcap")
            : IsErf(sample) ? ("an ERF capture", ConvertHint)
            : sample.IndexOfAnyExcept((byte)0) < 0 ? ("zeros only", "the capture was never written; take it again")
            : ($"nothing known (it begins with {Convert.ToHexStringLower(sample[..4])})", "`file` may tell what it is");
    }

    private static bool IsText(ReadOnlySpan<byte> sample)
    {
        foreach (byte octet in sample)
        {
            // UTF-8 and the usual control characters.
            if (octet is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0c or 0x1b) or 0x7f)
            {
                return false;
            }
        }

        return true;
    }

    // An ERF file begins with a record: a 64-bit little-endian time whose upper half is in seconds, a type, flags, and two lengths in network order.
    private static bool IsErf(ReadOnlySpan<byte> sample)
    {
        const int RecordHeaderLength = 16;
        const int FirstPlausibleYear = 0x3000_0000;
        const int HighestType = 48;
        return sample.Length >= RecordHeaderLength
            && BinaryPrimitives.ReadUInt32LittleEndian(sample[4..]) >= FirstPlausibleYear
            && (sample[8] & 0x7f) is > 0 and <= HighestType
            && BinaryPrimitives.ReadUInt16BigEndian(sample[10..]) is >= RecordHeaderLength and <= 16384
            && BinaryPrimitives.ReadUInt16BigEndian(sample[14..]) <= 16384;
    }
}
