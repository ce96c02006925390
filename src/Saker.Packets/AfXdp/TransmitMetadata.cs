using System.Runtime.InteropServices;

namespace Saker.Packets.AfXdp;

/// <summary>What a device is asked to do with a packet that it sends (<c>XDP_TXMD_FLAGS_*</c>).</summary>
[Flags]
public enum TransmitRequests : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To say when the packet was sent.</summary>
    Timestamp = 1 << 0,

    /// <summary>To fill in the transport checksum.</summary>
    Checksum = 1 << 1,

    /// <summary>To send the packet at a time.</summary>
    LaunchTime = 1 << 2,
}

/// <summary>
/// What stands in front of a packet to be sent, <see cref="UmemLayout.TransmitMetadataLength"/> bytes before its first, where its descriptor has
/// <see cref="XdpDescriptorOptions.HasMetadata"/> (<c>struct xsk_tx_metadata</c>). In the machine's byte order. Source: Documentation/networking/xsk-tx-metadata.rst.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
public struct TransmitMetadata
{
    /// <summary>What is asked for. What a device cannot do it does not say.</summary>
    [FieldOffset(0)]
    public TransmitRequests Requests;

    /// <summary>For <see cref="TransmitRequests.Checksum"/>: from where on bytes are summed, counted from the packet's beginning. The sum of the pseudo-header stands in the field.</summary>
    [FieldOffset(8)]
    public ushort ChecksumStart;

    /// <summary>For <see cref="TransmitRequests.Checksum"/>: where the sum goes, counted from <see cref="ChecksumStart"/>.</summary>
    [FieldOffset(10)]
    public ushort ChecksumOffset;

    /// <summary>For <see cref="TransmitRequests.LaunchTime"/>: when, in nanoseconds of the device's clock.</summary>
    [FieldOffset(16)]
    public ulong LaunchTime;

    /// <summary>For <see cref="TransmitRequests.Timestamp"/>, once the frame is completed: when it was sent, in nanoseconds of the device's clock; where the kernel copies and the device has none, of the time of day.</summary>
    [FieldOffset(8)]
    public ulong SentAt;
}
