using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Saker.Wire;

namespace Saker.Host.AfXdp;

/// <summary>What a generator's frames look like: UDP over IPv4 or IPv6, with checksums that are right.</summary>
public sealed record GeneratedTraffic
{
    /// <summary>The longest frame that the kernel's live runs take: a page of 4,096 bytes without what it keeps at both ends.</summary>
    public const int LongestFrame = 3408;

    /// <summary>The most flows that there can be.</summary>
    public const int MostFlows = 1 << 24;

    internal const int PortBits = 14, AddressBits = 24, NumberLength = sizeof(ulong);
    private const int EthernetLength = 14, TagLength = 4, IPv4Length = 20, IPv6Length = 40, UdpLength = 8;
    private const ushort LastVlan = 4094;

    /// <summary>The source's link address.</summary>
    public MacAddress SourceMac { get; init; } = new(2, 0, 0, 0, 0, 1);

    /// <summary>The destination's link address.</summary>
    public MacAddress DestinationMac { get; init; } = new(2, 0, 0, 0, 0, 2);

    /// <summary>The source address of the first flow.</summary>
    public IPAddress Source { get; init; } = new([198, 18, 0, 1]);

    /// <summary>The destination address of the first flow, of the same family.</summary>
    public IPAddress Destination { get; init; } = new([198, 19, 0, 1]);

    /// <summary>The source port of the first flow.</summary>
    public ushort SourcePort { get; init; } = 1024;

    /// <summary>The destination port of the first flow.</summary>
    public ushort DestinationPort { get; init; } = 4242;

    /// <summary>A frame's length from its link header, in bytes, without the check sequence at its end.</summary>
    public int Size { get; init; } = 60;

    /// <summary>The VLAN that frames are tagged for; null: they are not.</summary>
    public ushort? Vlan { get; init; }

    /// <summary>How many flows there are, which take turns.</summary>
    public int Flows { get; init; } = 1;

    /// <summary>In what flows differ.</summary>
    public FlowFields Varied { get; init; } = FlowFields.SourcePort | FlowFields.Source;

    /// <summary>Whether the payload begins with the frame's number on the CPU that sends it: 64 bits in network order, from 0.</summary>
    public bool IsNumbered { get; init; }

    /// <summary>Whether it is IPv6.</summary>
    internal bool IsIPv6 => Source.AddressFamily == AddressFamily.InterNetworkV6;

    internal int NetworkOffset => EthernetLength + (Vlan is null ? 0 : TagLength);

    internal int TransportOffset => NetworkOffset + (IsIPv6 ? IPv6Length : IPv4Length);

    internal int PayloadOffset => TransportOffset + UdpLength;

    /// <summary>What of it cannot be, as a sentence without its end; null: it can be.</summary>
    public string? Fault
    {
        get
        {
            int least = PayloadOffset + (IsNumbered ? NumberLength : 0);
            return Source.AddressFamily != Destination.AddressFamily ? $"{Source} and {Destination} are of two families"
                : Size < least || Size > LongestFrame ? $"frames of {Size} bytes: these take {least} at the least, and the kernel's live runs {LongestFrame} at the most"
                : Vlan is 0 or > LastVlan ? $"there is no VLAN {Vlan}: they are numbered from 1 to {LastVlan}"
                : Flows < 1 || Flows > MostFlows ? $"there can be 1 to {MostFlows} flows"
                : BitOperations.Log2((uint)Flows - 1) >= Parts().Sum(part => part.Bits) && Flows > 1 ? $"{Flows} flows do not differ enough: vary more fields"
                : Parts().Where(part => part.IsPort && part.Base + Highest(part) > ushort.MaxValue).Select(part => $"{Flows} flows from port {part.Base} on pass 65535: begin lower, or vary another field").FirstOrDefault();
        }
    }

    /// <summary>The fields that differ, with the bits of a flow's number that each takes.</summary>
    internal IEnumerable<FlowPart> Parts()
    {
        int shift = 0;
        foreach (FlowFields field in (FlowFields[])[FlowFields.SourcePort, FlowFields.Source, FlowFields.DestinationPort, FlowFields.Destination])
        {
            if (Flows > 1 && (Varied & field) != FlowFields.None)
            {
                FlowPart part = Part(field, shift);
                shift += part.Bits;
                yield return part;
            }
        }
    }

    private int Highest(FlowPart part) => (int)Math.Min((Flows - 1L) >> part.Shift, (1L << part.Bits) - 1);

    private FlowPart Part(FlowFields field, int shift)
    {
        int addressLength = IsIPv6 ? 16 : 4, sourceEnd = NetworkOffset + (IsIPv6 ? 8 : 12) + addressLength;
        return field switch
        {
            FlowFields.SourcePort => new FlowPart(TransportOffset, SourcePort, PortBits, shift, IsPort: true),
            FlowFields.DestinationPort => new FlowPart(TransportOffset + sizeof(ushort), DestinationPort, PortBits, shift, IsPort: true),
            FlowFields.Source => new FlowPart(sourceEnd - sizeof(uint), LowBits(Source), AddressBits, shift, IsPort: false),
            _ => new FlowPart(sourceEnd + addressLength - sizeof(uint), LowBits(Destination), AddressBits, shift, IsPort: false),
        };
    }

    private static uint LowBits(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes().AsSpan()[^sizeof(uint)..]);
}

/// <summary>A field that differs from flow to flow: its value is the base and some bits of the flow's number.</summary>
/// <param name="Offset">Where in the frame.</param>
/// <param name="Base">The first flow's value; of an address the low 32 bits.</param>
/// <param name="Bits">How many bits of the number.</param>
/// <param name="Shift">From which bit of it on.</param>
/// <param name="IsPort">Whether it is 16 bits long, else 32.</param>
internal readonly record struct FlowPart(int Offset, uint Base, int Bits, int Shift, bool IsPort);
