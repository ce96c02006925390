using System.Runtime.InteropServices;
using Saker.Packets;

namespace Saker.Stack.Driver.Links;

/// <summary>
/// A frame that a link has put into a chunk of its queue's memory, or a part of one: what a descriptor says, whatever the link is made of. A frame of several parts has
/// what is known of it in its first.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public record struct LinkFrame
{
    /// <summary>The most parts that a frame may have: room for 64 KiB in chunks of 2 KiB.</summary>
    public const int MostParts = 64;

    /// <summary>The chunk. It is the driver's when it has the frame.</summary>
    public int Chunk { get; set; }

    /// <summary>Where in the chunk the bytes begin.</summary>
    public int Offset { get; set; }

    /// <summary>How many bytes of the frame are in the chunk.</summary>
    public int Length { get; set; }

    /// <summary>The frame goes on in the next part (<c>XDP_PKT_CONTD</c>).</summary>
    public bool IsContinued { get; set; }

    /// <summary>What is known of the transport checksum: <see cref="ChecksumState.None"/>, <see cref="ChecksumState.Unnecessary"/> or <see cref="ChecksumState.Partial"/>.</summary>
    public ChecksumState Checksum { get; set; }

    /// <summary>When it arrived, in nanoseconds since the Unix epoch; 0: not known, and the time of the poll is taken.</summary>
    public long Timestamp { get; set; }

    /// <summary>What the link calls it (<see cref="PacketBuffer.Origin"/>).</summary>
    public uint Origin { get; set; }

    /// <summary>The flow's hash, where <see cref="HasHash"/>.</summary>
    public uint Hash { get; set; }

    /// <summary>Whether the link has hashed it.</summary>
    public bool HasHash { get; set; }

    /// <summary>Whether the hash covers ports as well as addresses.</summary>
    public bool HashCoversPorts { get; set; }

    /// <summary>The EtherType of a VLAN tag that is not in the bytes, host order; 0: there is none.</summary>
    public ushort VlanProtocol { get; set; }

    /// <summary>That tag.</summary>
    public ushort VlanTag { get; set; }

    /// <summary>How a frame that stands for several is to be cut; <see cref="GsoType.None"/>: it stands for itself.</summary>
    public GsoType SegmentKind { get; set; }

    /// <summary>Bytes of payload in each of those segments but the last.</summary>
    public ushort SegmentSize { get; set; }
}
