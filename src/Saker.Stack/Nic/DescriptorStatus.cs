using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>What a written-back descriptor says decided the frame's queue, and so what its filter value is (<c>FLTSTAT</c>).</summary>
public enum DescriptorFilter : byte
{
    /// <summary>Nothing: there is no value.</summary>
    None = 0,

    /// <summary>A flow rule: the value is its location.</summary>
    Rule = 1,

    /// <summary>The flow hash: the value is that.</summary>
    Hash = 3,
}

/// <summary>
/// The second quad word of a written-back receive descriptor: status, errors, packet type and length. Zero: the card has written nothing yet.
/// </summary>
/// <remarks>The places of the bits are those of the X710's descriptor; packet types are the model's own, since they are a table of the driver's.</remarks>
/// <param name="Bits">The word.</param>
public readonly record struct DescriptorStatus(ulong Bits)
{
    /// <summary>The longest part of a frame that a descriptor can tell of.</summary>
    public const int MaximumLength = 0x3fff;

    private const ulong Done = 1 << 0;
    private const ulong EndOfPacket = 1 << 1;
    private const ulong VlanTagPresent = 1 << 2;
    private const ulong ChecksumsSeen = 1 << 3;
    private const int TimestampIndexShift = 5;
    private const ulong TimestampValid = 1 << 7;
    private const int FilterShift = 12;
    private const ulong ReceiveError = 1UL << 19;
    private const ulong NetworkChecksumError = 1UL << 22;
    private const ulong TransportChecksumError = 1UL << 23;
    private const ulong ProgrammingStatus = 1UL << 29;
    private const int TypeShift = 30;
    private const int TypeMask = 0x7f;
    private const int TransportHashedShift = 37;
    private const ulong TransportHashed = 1UL << TransportHashedShift;
    private const int LengthShift = 38;

    /// <summary>Whether the card has written the descriptor back (DD).</summary>
    public bool IsDone => (Bits & Done) != 0;

    /// <summary>Whether the frame ends here (EOP).</summary>
    public bool IsEndOfPacket => (Bits & EndOfPacket) != 0;

    /// <summary>Whether a VLAN tag was taken out of the frame (L2TAG1P).</summary>
    public bool HasVlanTag => (Bits & VlanTagPresent) != 0;

    /// <summary>Whether the card has looked at the checksums (L3L4P).</summary>
    public bool HasCheckedSums => (Bits & ChecksumsSeen) != 0;

    /// <summary>Whether the IPv4 header's checksum is wrong (IPE).</summary>
    public bool IsNetworkChecksumWrong => (Bits & NetworkChecksumError) != 0;

    /// <summary>Whether the transport checksum is wrong (L4E).</summary>
    public bool IsTransportChecksumWrong => (Bits & TransportChecksumError) != 0;

    /// <summary>Whether the frame itself is bad (RXE).</summary>
    public bool IsBadFrame => (Bits & ReceiveError) != 0;

    /// <summary>Whether a whole frame is told of, or the end of one, that is not bad and of which no tag was taken.</summary>
    public bool IsUsualFrame => (Bits & (EndOfPacket | VlanTagPresent | ReceiveError)) == EndOfPacket;

    /// <summary>Whether no frame is told of, but what became of a change to the flow rules.</summary>
    public bool IsProgrammingStatus => (Bits & ProgrammingStatus) != 0;

    /// <summary>Which of the card's four time registers holds the time of arrival of a frame of the precision time protocol; -1: none (TSYNINDX).</summary>
    public int TimestampIndex => (Bits & TimestampValid) == 0 ? -1 : (int)(Bits >> TimestampIndexShift) & 3;

    /// <summary>What the descriptor's filter value is.</summary>
    public DescriptorFilter Filter => (DescriptorFilter)((Bits >> FilterShift) & 3);

    /// <summary>The kind of packet.</summary>
    public RssFlowType PacketType => (RssFlowType)((int)(Bits >> TypeShift) & TypeMask);

    /// <summary>Whether a hash counts as one of the transport layer, for this kind of packet.</summary>
    public bool IsTransportHash => (Bits & TransportHashed) != 0;

    /// <summary>Bytes of the frame in this descriptor's buffer.</summary>
    public int Length => (int)(Bits >> LengthShift) & MaximumLength;

    /// <summary>The descriptor of a part of a frame that goes on in the next one.</summary>
    public static DescriptorStatus Part(int length) => new(Done | ((ulong)length << LengthShift));

    /// <summary>The descriptor in which a frame ends, but for the length.</summary>
    public static DescriptorStatus End(RssFlowType type, DescriptorFilter filter, bool isTransportHash) =>
        new(Done | EndOfPacket | ((ulong)filter << FilterShift) | ((ulong)type << TypeShift) | ((isTransportHash ? 1UL : 0) << TransportHashedShift));

    /// <summary>The descriptor that answers a change to the flow rules.</summary>
    public static DescriptorStatus Programming() => new(Done | ProgrammingStatus);

    /// <summary>The same, with the length, which had none.</summary>
    public DescriptorStatus WithLength(int length) => new(Bits | ((ulong)length << LengthShift));

    /// <summary>The same, with a VLAN tag taken out.</summary>
    public DescriptorStatus WithVlanTag() => new(Bits | VlanTagPresent);

    /// <summary>The same, with the time of arrival in one of the four registers.</summary>
    public DescriptorStatus WithTimestamp(int index) => new(Bits | TimestampValid | ((ulong)(index & 3) << TimestampIndexShift));

    /// <summary>The same of a bad frame.</summary>
    public DescriptorStatus WithReceiveError() => new(Bits | ReceiveError);

    /// <summary>The same, with what the card found of the checksums.</summary>
    public DescriptorStatus WithChecksums(bool networkWrong, bool transportWrong) =>
        new(Bits | ChecksumsSeen | (networkWrong ? NetworkChecksumError : 0) | (transportWrong ? TransportChecksumError : 0));
}
