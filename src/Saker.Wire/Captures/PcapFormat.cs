namespace Saker.Wire.Captures;

/// <summary>The layout of pcap files (draft-ietf-opsawg-pcap): a file header, then records of a header and a frame, in the writer's byte order.</summary>
internal static class PcapFormat
{
    public const uint MicrosecondMagic = 0xa1b2c3d4;
    public const uint NanosecondMagic = 0xa1b23c4d;

    /// <summary>The form of Alexey Kuznetzov's libpcap of 1999, whose records say more.</summary>
    public const uint ModifiedMagic = 0xa1b2cd34;

    public const int MagicLength = 4;

    public const int FileHeaderLength = 24;
    public const int MajorVersion = 4;
    public const int MinorVersion = 6;
    public const int SnapLength = 16;
    public const int Network = 20;

    public const int RecordHeaderLength = 16;
    public const int Seconds = 0;
    public const int Fraction = 4;
    public const int CapturedLength = 8;
    public const int OriginalLength = 12;

    /// <summary>The modified form adds an interface index, an EtherType, a packet type and a byte of padding.</summary>
    public const int ModifiedRecordHeaderLength = 24;
    public const int ModifiedPacketType = 22;

    public const ushort CurrentMajorVersion = 2;
    public const ushort CurrentMinorVersion = 4;

    /// <summary>What DG/UX wrote instead of 2.</summary>
    public const ushort DguxMajorVersion = 543;

    /// <summary>Before this minor version, the captured length came after the original one; in it, some writers had not changed yet.</summary>
    public const ushort LengthsExchangedInMinorVersion = 3;

    public const uint LinkTypeMask = 0x0000_ffff;
    public const uint ReservedMask = 0x03ff_0000;
    public const uint FcsPresentFlag = 0x0400_0000;
    public const int FcsLengthShift = 28;

    /// <summary>Whether a file begins with this number in some byte order, and in which.</summary>
    public static bool TryRecognize(ReadOnlySpan<byte> start, out uint magic, out ByteOrder order)
    {
        foreach (bool isBigEndian in (ReadOnlySpan<bool>)[false, true])
        {
            order = new ByteOrder(isBigEndian);
            magic = order.UInt32(start, 0);
            if (magic is MicrosecondMagic or NanosecondMagic or ModifiedMagic)
            {
                return true;
            }
        }

        magic = 0;
        order = default;
        return false;
    }
}
