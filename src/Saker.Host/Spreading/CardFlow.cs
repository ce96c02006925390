using System.Runtime.CompilerServices;
using Saker.Wire;

namespace Saker.Host.Spreading;

/// <summary>
/// A flow as a card tells flows apart: the shortest frame that has its kind, addresses and ports. Whatever a card would make of the flow under other settings,
/// it makes of this frame.
/// </summary>
[InlineArray(Size)]
public struct CardFlow : IEquatable<CardFlow>
{
    /// <summary>The octets of the frame.</summary>
    public const int Size = 64;

    private const int NetworkOffset = EthernetView.FixedLength;
    private const int TypeOffset = 2 * MacAddress.Size;
    private const int PortsLength = 4;

    private byte _first;

    /// <summary>Whether two flows are one.</summary>
    public static bool operator ==(CardFlow left, CardFlow right) => left.Equals(right);

    /// <summary>Whether two flows are not one.</summary>
    public static bool operator !=(CardFlow left, CardFlow right) => !left.Equals(right);

    /// <summary>The frame.</summary>
    public static ReadOnlySpan<byte> FrameOf(in CardFlow flow) => flow;

    /// <summary>Makes the flow's frame of one that a card found a flow in.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">What was found in it; not <see cref="RssFlowType.None"/>.</param>
    public static CardFlow Of(ReadOnlySpan<byte> frame, RssFlow found)
    {
        CardFlow flow = default;
        Span<byte> bytes = flow;
        bool isFragment = found.Type is RssFlowType.IPv4Fragment or RssFlowType.IPv6Fragment;
        int transport;
        if (found.IsIPv6)
        {
            const int Addresses = NetworkOffset + 8;
            transport = NetworkOffset + IPv6View.FixedLength;
            (bytes[TypeOffset], bytes[TypeOffset + 1]) = (0x86, 0xdd);
            bytes[NetworkOffset] = 6 << 4;
            bytes[NetworkOffset + 6] = (byte)(isFragment ? IPProtocol.Fragment : ProtocolOf(found));
            frame.Slice(found.AddressOffset, 2 * IPv6Address.Size).CopyTo(bytes[Addresses..]);
            if (isFragment)
            {
                // The first fragment, and more follow.
                bytes[transport] = (byte)found.Protocol;
                bytes[transport + 3] = 1;
            }
        }
        else
        {
            const int Addresses = NetworkOffset + 12;
            transport = NetworkOffset + IPv4View.FixedLength;
            (bytes[TypeOffset], bytes[TypeOffset + 1]) = (0x08, 0x00);
            bytes[NetworkOffset] = 0x45;
            bytes[NetworkOffset + 6] = (byte)(isFragment ? 0x20 : 0);
            bytes[NetworkOffset + 9] = (byte)ProtocolOf(found);
            frame.Slice(found.AddressOffset, 2 * IPv4Address.Size).CopyTo(bytes[Addresses..]);
        }

        if (found.HasPorts)
        {
            frame.Slice(found.PortOffset, PortsLength).CopyTo(bytes[transport..]);
        }

        return flow;
    }

    /// <summary>The flow of the other direction.</summary>
    public static CardFlow Reverse(in CardFlow flow)
    {
        CardFlow reverse = flow;
        Span<byte> bytes = reverse;
        RssFlow found = RssFlow.Find(bytes);
        int size = found.IsIPv6 ? IPv6Address.Size : IPv4Address.Size;
        ReadOnlySpan<byte> frame = flow;
        frame.Slice(found.AddressOffset, size).CopyTo(bytes[(found.AddressOffset + size)..]);
        frame.Slice(found.AddressOffset + size, size).CopyTo(bytes[found.AddressOffset..]);
        if (found.HasPorts)
        {
            frame.Slice(found.PortOffset, 2).CopyTo(bytes[(found.PortOffset + 2)..]);
            frame.Slice(found.PortOffset + 2, 2).CopyTo(bytes[found.PortOffset..]);
        }

        return reverse;
    }

    /// <inheritdoc/>
    public readonly bool Equals(CardFlow other) => FrameOf(this).SequenceEqual(FrameOf(other));

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is CardFlow other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(FrameOf(this)[TypeOffset..]);
        return hash.ToHashCode();
    }

    // A packet whose ports were cut off counts as one of no known protocol; its frame must, too.
    private static IPProtocol ProtocolOf(RssFlow found) => found.Type switch
    {
        RssFlowType.IPv4 or RssFlowType.IPv6 when found.Protocol is IPProtocol.Tcp or IPProtocol.Udp or IPProtocol.Sctp or IPProtocol.Fragment => IPProtocol.NoNextHeader,
        _ => found.Protocol,
    };
}
