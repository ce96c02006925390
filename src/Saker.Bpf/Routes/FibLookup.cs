using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Saker.Bpf;

/// <summary>
/// A look-up of a route by a program, over the structure that it gave (<c>struct bpf_fib_lookup</c>, 64 bytes). Some fields say what is looked up; some, which may be the
/// same bytes, get the answer: write the answer when nothing more is read.
/// </summary>
public readonly ref struct FibLookup
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 64;

    /// <summary>The number of IPv4's family (<c>AF_INET</c>).</summary>
    internal const byte IPv4Family = 2;

    /// <summary>The number of IPv6's family (<c>AF_INET6</c>).</summary>
    internal const byte IPv6Family = 10;

    /// <summary>Where <see cref="Length"/> is.</summary>
    internal const int LengthField = 6;

    private const int TransportField = 1;
    private const int SourcePortField = 2;
    private const int DestinationPortField = 4;
    private const int DeviceField = 8;
    private const int ServiceField = 12;
    private const int SourceField = 16;
    private const int DestinationField = 32;
    private const int TableField = 48;
    private const int MarkField = 52;
    private const int SourceLinkField = 52;
    private const int DestinationLinkField = 58;
    private const int AddressLength = 16;
    private const int LinkAddressLength = 6;

    private readonly Span<byte> _bytes;

    internal FibLookup(Span<byte> bytes, FibFlags flags, bool comparesLength)
    {
        _bytes = bytes;
        Flags = flags;
        ComparesLength = comparesLength;
    }

    /// <summary>What is wanted.</summary>
    public FibFlags Flags { get; }

    /// <summary>
    /// Whether <see cref="Length"/> is to be compared with the route's MTU, which then is told where the packet can be forwarded, too. Else that is compared which the packet has,
    /// by who asks.
    /// </summary>
    public bool ComparesLength { get; }

    /// <summary>Whether addresses are of IPv6.</summary>
    public bool IsIPv6 => _bytes[0] == IPv6Family;

    /// <summary>The transport protocol.</summary>
    public byte Transport => _bytes[TransportField];

    /// <summary>The source port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[SourcePortField..]);

    /// <summary>The destination port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[DestinationPortField..]);

    /// <summary>Bytes of the packet's network part, to be compared with the route's MTU. As answer that MTU.</summary>
    public ref ushort Length => ref MemoryMarshal.AsRef<ushort>(_bytes[LengthField..]);

    /// <summary>The index of the device that the packet came by, or goes by (<see cref="FibFlags.Output"/>). As answer of the device that it is to be sent by.</summary>
    public ref uint Device => ref MemoryMarshal.AsRef<uint>(_bytes[DeviceField..]);

    /// <summary>The type of service; of IPv6 traffic class and flow label, in network byte order.</summary>
    public uint Service => IsIPv6 ? BitConverter.ToUInt32(_bytes[ServiceField..]) : _bytes[ServiceField];

    /// <summary>As answer, the route's metric.</summary>
    public void SetMetric(uint metric) => BitConverter.TryWriteBytes(_bytes[ServiceField..], metric);

    /// <summary>The source address, 4 or 16 bytes; as answer, with <see cref="FibFlags.Source"/>, the one to be used.</summary>
    public Span<byte> Source => _bytes.Slice(SourceField, IsIPv6 ? AddressLength : sizeof(uint));

    /// <summary>The destination address; as answer that of the next hop.</summary>
    public Span<byte> Destination => _bytes.Slice(DestinationField, IsIPv6 ? AddressLength : sizeof(uint));

    /// <summary>The routing table, with <see cref="FibFlags.Table"/>.</summary>
    public uint Table => BitConverter.ToUInt32(_bytes[TableField..]);

    /// <summary>The mark, with <see cref="FibFlags.Mark"/>.</summary>
    public uint Mark => BitConverter.ToUInt32(_bytes[MarkField..]);

    /// <summary>As answer, the address of the device that the packet is to be sent by, 6 bytes.</summary>
    public Span<byte> SourceLinkAddress => _bytes.Slice(SourceLinkField, LinkAddressLength);

    /// <summary>As answer, the next hop's link address, 6 bytes.</summary>
    public Span<byte> DestinationLinkAddress => _bytes.Slice(DestinationLinkField, LinkAddressLength);

    /// <summary>As answer, that there is no VLAN tag to be put on.</summary>
    public void ClearVlan() => _bytes.Slice(TableField, sizeof(uint)).Clear();

    /// <summary>Makes the answer's address of the next hop one of the other family.</summary>
    /// <param name="nextHop">4 or 16 bytes.</param>
    public void SetNextHop(ReadOnlySpan<byte> nextHop)
    {
        _bytes[0] = (byte)(nextHop.Length == AddressLength ? IPv6Family : IPv4Family);
        nextHop.CopyTo(_bytes[DestinationField..]);
    }
}

/// <summary>What a program wants of a look-up (<c>BPF_FIB_LOOKUP_*</c>).</summary>
[Flags]
public enum FibFlags : uint
{
    /// <summary>A look-up as of a packet that is received.</summary>
    None = 0,

    /// <summary>Without rules, in the table of the device.</summary>
    Direct = 1,

    /// <summary>As of a packet that is sent.</summary>
    Output = 2,

    /// <summary>Without the neighbour.</summary>
    SkipNeighbor = 4,

    /// <summary>In the table that is named, with <see cref="Direct"/>.</summary>
    Table = 8,

    /// <summary>With the source address to be used.</summary>
    Source = 16,

    /// <summary>With the mark.</summary>
    Mark = 32,
}

/// <summary>What became of a look-up (<c>BPF_FIB_LKUP_RET_*</c>). Negative ones are errors.</summary>
public enum FibResult
{
    /// <summary>It can be forwarded.</summary>
    Success,

    /// <summary>A route of type blackhole.</summary>
    Blackhole,

    /// <summary>A route of type unreachable.</summary>
    Unreachable,

    /// <summary>A route of type prohibit.</summary>
    Prohibit,

    /// <summary>It is not to be forwarded: local, broadcast, or there is no route.</summary>
    NotForwarded,

    /// <summary>The device does not forward.</summary>
    ForwardingDisabled,

    /// <summary>The route wants an encapsulation.</summary>
    UnsupportedTunnel,

    /// <summary>The next hop's link address is not known.</summary>
    NoNeighbor,

    /// <summary>It is larger than the MTU.</summary>
    FragmentationNeeded,

    /// <summary>There is no source address.</summary>
    NoSourceAddress,
}
