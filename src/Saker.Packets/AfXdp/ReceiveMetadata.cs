using System.Runtime.InteropServices;

namespace Saker.Packets.AfXdp;

/// <summary>What of a <see cref="ReceiveMetadata"/> the device has told.</summary>
[Flags]
public enum ReceiveMetadataParts : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><see cref="ReceiveMetadata.Timestamp"/>.</summary>
    Timestamp = 1 << 0,

    /// <summary><see cref="ReceiveMetadata.Hash"/> and <see cref="ReceiveMetadata.HashType"/>.</summary>
    Hash = 1 << 1,

    /// <summary><see cref="ReceiveMetadata.VlanTag"/> and its protocol: there was a tag, which the device took out of the frame.</summary>
    Vlan = 1 << 2,
}

/// <summary>
/// What a device tells of a received packet, as Saker's program puts it in front of the packet where it is asked to: read it with <see cref="UmemMemory.ReceiveMetadataOf{T}"/>. In the
/// machine's byte order, but for <see cref="VlanProtocolBytes"/>. Source: Documentation/networking/xdp-rx-metadata.rst.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public readonly struct ReceiveMetadata
{
    /// <summary>When the packet came, in nanoseconds of the device's clock. A veth tells 0, unless the packet bears a time.</summary>
    [FieldOffset(0)]
    public readonly ulong Timestamp;

    /// <summary>The hash by which the device chose the queue, or would have.</summary>
    [FieldOffset(8)]
    public readonly uint Hash;

    /// <summary>Over what the hash was made, as Linux numbers it (<c>enum xdp_rss_hash_type</c>); 0: unknown.</summary>
    [FieldOffset(12)]
    public readonly uint HashType;

    /// <summary>The tag's EtherType, in network byte order.</summary>
    [FieldOffset(16)]
    public readonly ushort VlanProtocolBytes;

    /// <summary>The tag: priority, drop eligibility, and in the lower 12 bits the VLAN.</summary>
    [FieldOffset(18)]
    public readonly ushort VlanTag;

    /// <summary>What the device has told. All else is 0.</summary>
    [FieldOffset(20)]
    public readonly ReceiveMetadataParts Known;
}
