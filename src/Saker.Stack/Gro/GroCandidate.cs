using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>A packet that is offered for merging, and what the headers have told of it so far. Offsets are counted from where its data begins.</summary>
internal ref struct GroCandidate
{
    public PacketBuffer Packet;
    public ReceiveOffload Offload;

    /// <summary>The linear bytes.</summary>
    public Span<byte> Bytes;

    public int NetworkOffset;
    public int TransportOffset;
    public int PayloadOffset;

    /// <summary>A digest of addresses and ports: packets of one flow have the same.</summary>
    public ulong Digest;

    public IPProtocol Protocol;
    public bool IsIPv6;

    /// <summary>Something in the network header forbids merging: what is held of the flow goes up before this packet.</summary>
    public bool MustFlush;

    /// <summary>The segments are to be kept whole.</summary>
    public bool KeepsSegments;

    /// <summary>Bytes from the transport header on.</summary>
    public readonly int TransportLength => Packet.Length - TransportOffset;

    /// <summary>Bytes of the transport's payload.</summary>
    public readonly int PayloadLength => Packet.Length - PayloadOffset;

    /// <summary>Makes sure that the first bytes lie together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMakeLinear(int count)
    {
        if (count <= Bytes.Length)
        {
            return true;
        }

        bool isThere = Packet.TryMakeLinear(count);
        Bytes = Packet.Linear;
        return isThere;
    }

    public readonly Span<byte> Transport => Bytes[TransportOffset..];

    /// <summary>How many segments it brings: one, unless a card or a tunnel has merged it before.</summary>
    public readonly int Segments => Math.Max(1, Packet.GsoSegments);
}
