using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Stack.Nic;

/// <summary>
/// A receive descriptor of 32 bytes in memory that the card and the driver share (Intel X710/XL710 datasheet, section 8.3.2.2, LAN receive descriptors).
/// </summary>
/// <remarks>
/// The driver writes the read form: the address of an empty buffer, and a status of zero. The card writes the answer over it: what it found, and the status
/// last of all, by which the driver knows that the rest is there. The second half holds what real cards keep in registers or do not have: the time of
/// arrival, and what the link calls the frame.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = 32)]
public struct ReceiveDescriptor
{
    private ulong _first;
    private ulong _status;
    private long _timestamp;
    private uint _origin;

    /// <summary>Read form: the address of the buffer, in the memory that the card may write to.</summary>
    public readonly long BufferAddress => (long)_first;

    /// <summary>Written back: the flow hash, or the location of the flow rule that matched; see <see cref="DescriptorStatus.Filter"/>.</summary>
    public readonly uint FilterValue => (uint)(_first >> 32);

    /// <summary>Written back: the VLAN tag that the card took out of the frame, where <see cref="DescriptorStatus.HasVlanTag"/>.</summary>
    public readonly ushort VlanTag => (ushort)(_first >> 16);

    /// <summary>Written back: when the frame arrived, in nanoseconds since the Unix epoch.</summary>
    public readonly long Timestamp => _timestamp;

    /// <summary>Written back: what the link calls the frame.</summary>
    public readonly uint Origin => _origin;

    /// <summary>The status. What is read of the descriptor after it is not older than it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly DescriptorStatus ReadStatus() => new(Volatile.Read(in _status));

    /// <summary>The driver gives the card a buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Post(long address)
    {
        _first = (ulong)address;
        _status = 0;
    }

    /// <summary>The driver forgets what was written back.</summary>
    internal void ClearStatus() => _status = 0;

    /// <summary>The card tells of a frame, or of a part of one; <see cref="WriteBack"/> completes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Describe(uint filterValue, ushort vlanTag, long timestamp, uint origin)
    {
        _first = ((ulong)filterValue << 32) | ((ulong)vlanTag << 16);
        _timestamp = timestamp;
        _origin = origin;
    }

    /// <summary>The card completes the descriptor: everything written before is there for whoever sees this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteBack(DescriptorStatus status) => Volatile.Write(ref _status, status.Bits);
}
