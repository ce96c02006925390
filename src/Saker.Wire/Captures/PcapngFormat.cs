namespace Saker.Wire.Captures;

/// <summary>
/// The layout of pcapng files (draft-ietf-opsawg-pcapng): blocks of a type, a length, a body padded to four bytes and the length again, in the byte
/// order that the last section header set.
/// </summary>
internal static class PcapngFormat
{
    public const uint SectionHeader = 0x0a0d0d0a;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;

    /// <summary>Type and length before a body; also the least that the type and length of a block of a body can be told from.</summary>
    public const int BlockHeaderLength = 8;
    public const int BlockTrailerLength = 4;
    public const int MinimumBlockLength = BlockHeaderLength + BlockTrailerLength;
    public const int BlockLengthField = 4;

    public const uint ByteOrderMagic = 0x1a2b3c4d;
    public const int SectionByteOrderMagic = 8;
    public const int SectionMajorVersion = 12;
    public const int SectionMinorVersion = 14;
    public const int SectionLength = 16;
    public const int SectionOptions = 24;
    public const int MinimumSectionHeaderLength = SectionOptions + BlockTrailerLength;
    public const ulong UnknownSectionLength = ulong.MaxValue;
    public const ushort SectionApplicationOption = 4;

    public const int InterfaceLinkType = 8;
    public const int InterfaceSnapLength = 12;
    public const int InterfaceOptions = 16;
    public const ushort InterfaceNameOption = 2;
    public const ushort InterfaceDescriptionOption = 3;
    public const ushort InterfaceTimestampResolutionOption = 9;
    public const ushort InterfaceFcsLengthOption = 13;
    public const ushort InterfaceTimestampOffsetOption = 14;

    public const int EnhancedInterface = 8;
    public const int EnhancedTimestampHigh = 12;
    public const int EnhancedTimestampLow = 16;
    public const int EnhancedCapturedLength = 20;
    public const int EnhancedOriginalLength = 24;
    public const int EnhancedData = 28;

    /// <summary>The obsolete packet block keeps a 16-bit interface and a drop count where the enhanced one keeps its interface.</summary>
    public const int ObsoleteInterface = 8;

    public const int SimpleOriginalLength = 8;
    public const int SimpleData = 12;

    public const int OptionHeaderLength = 4;
    public const ushort EndOfOptions = 0;
    public const ushort CommentOption = 1;

    /// <summary>The options of packets, the same in the enhanced and in the obsolete block.</summary>
    public const ushort FlagsOption = 2;
    public const ushort HashOption = 3;
    public const ushort QueueOption = 6;

    /// <summary>Bits 5 to 8 of the flag word: the length of the frame check sequence in bytes, 0 where the frame does not say.</summary>
    public const int FlagsFcsShift = 5;
    public const uint FlagsFcsMask = 0xf;

    public static int Padded(int length) => (length + 3) & ~3;

    /// <summary>What a reader of the format calls a block, for messages.</summary>
    public static string NameOf(uint type) => type switch
    {
        SectionHeader => "section header block",
        InterfaceDescription => "interface description block",
        ObsoletePacket => "packet block",
        SimplePacket => "simple packet block",
        4 => "name resolution block",
        5 => "interface statistics block",
        EnhancedPacket => "enhanced packet block",
        9 => "systemd journal export block",
        10 => "decryption secrets block",
        0x0bad or 0x4000_0bad => "custom block",
        _ => $"block of type 0x{type:x8}",
    };
}
