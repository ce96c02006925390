using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Packets;

namespace Saker.Stack.Nic;

/// <summary>
/// A receive ring: descriptors in memory that card and driver share, and the two registers that say whose they are (RDBAL, RDLEN, RDH, RDT).
/// </summary>
/// <remarks>
/// From head up to tail the descriptors are the card's and bear empty buffers; the others are the driver's. The card alone moves the head, the driver alone the tail,
/// on whichever threads they run. Head equal to tail: the card has no buffer, and what arrives is lost. So that a full ring is no empty one, one descriptor is
/// never the card's.
/// <para>
/// A frame is handed to the driver when its descriptors are written back. The card gathers four of them, which real ones do to write whole cache lines, unless
/// <see cref="WriteBack"/> tells it not to wait.
/// </para>
/// </remarks>
public sealed class DescriptorRing
{
    /// <summary>The fewest descriptors: the driver fills them in batches of 32.</summary>
    public const int MinimumLength = 64;

    /// <summary>The most descriptors.</summary>
    public const int MaximumLength = 8192;

    /// <summary>What the number of descriptors is a multiple of (<c>I40E_REQ_DESCRIPTOR_MULTIPLE</c>).</summary>
    public const int Multiple = 32;

    private const int GatheredAtMost = 4;
    private const int VlanTagOffset = 12;
    private const int VlanTagLength = 4;

    private readonly ReceiveDescriptor[] _descriptors;
    private readonly FrameRegion _memory;
    private readonly int _bufferLength;
    private Registers _registers;
    private Gathered _gathered;
    private int _gatheredCount;

    /// <summary>Makes a ring.</summary>
    /// <param name="length">How many descriptors: a multiple of <see cref="Multiple"/> from <see cref="MinimumLength"/> to <see cref="MaximumLength"/>.</param>
    /// <param name="memory">The memory that the card may write to. Addresses in descriptors are its.</param>
    /// <param name="bufferLength">Bytes of a frame that fit in one buffer.</param>
    public DescriptorRing(int length, FrameRegion memory, int bufferLength)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (length is < MinimumLength or > MaximumLength || length % Multiple != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"A ring has from {MinimumLength} to {MaximumLength} descriptors, a multiple of {Multiple}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bufferLength, DescriptorStatus.MaximumLength);
        _descriptors = new ReceiveDescriptor[length];
        _memory = memory;
        _bufferLength = bufferLength;
    }

    /// <summary>The descriptors, from the ring's base.</summary>
    public ReadOnlySpan<ReceiveDescriptor> Descriptors => _descriptors;

    /// <summary>How many there are.</summary>
    public int Length => _descriptors.Length;

    /// <summary>Bytes of a frame that fit in one buffer.</summary>
    public int BufferLength => _bufferLength;

    /// <summary>The descriptor that the card fills next. The card moves it.</summary>
    public int Head => Volatile.Read(ref _registers.Head);

    /// <summary>One past the last descriptor with an empty buffer. The driver moves it.</summary>
    public int Tail => Volatile.Read(ref _registers.Tail);

    /// <summary>How many descriptors are the card's. For the card.</summary>
    public int FreeCount => Distance(_registers.Head, Tail);

    /// <summary>The descriptor of a number. For the driver, of those that are its.</summary>
    internal ref ReceiveDescriptor this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _descriptors[index];
    }

    /// <summary>The number behind a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int index) => index + 1 == _descriptors.Length ? 0 : index + 1;

    /// <summary>How many descriptors there are from one on, up to and without another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Distance(int from, int to) => to - from + (to < from ? _descriptors.Length : 0);

    /// <summary>Gives the card the descriptors up to a number. What they say is there for whoever sees the new tail. For the driver.</summary>
    internal void MoveTail(int tail) => Volatile.Write(ref _registers.Tail, tail);

    /// <summary>Copies a frame into the buffers of the next descriptors. For the card.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="status">What the descriptor in which it ends says, but for the length. With a VLAN tag, that is taken out on the way.</param>
    /// <param name="filterValue">The flow hash or the rule's location.</param>
    /// <param name="timestamp">When it arrived.</param>
    /// <param name="origin">What the link calls it.</param>
    /// <returns>False if the card has not enough descriptors; nothing was written then.</returns>
    internal bool TryPlace(ReadOnlySpan<byte> frame, DescriptorStatus status, uint filterValue, long timestamp, uint origin)
    {
        int head = _registers.Head;
        if (frame.Length > _bufferLength || status.HasVlanTag)
        {
            return TryPlaceLong(frame, status, filterValue, timestamp, origin);
        }

        if (_registers.TailSeen == head)
        {
            _registers.TailSeen = Tail;
            if (_registers.TailSeen == head)
            {
                return false;
            }
        }

        ref ReceiveDescriptor descriptor = ref _descriptors[head];
        _memory.Fill(descriptor.BufferAddress, frame);
        descriptor.Describe(filterValue, 0, timestamp, origin);
        Advance(head, status.WithLength(frame.Length));
        return true;
    }

    /// <summary>Tells of what became of a change to the flow rules. For the card.</summary>
    /// <returns>False if the card has no descriptor.</returns>
    internal bool TryPlaceProgrammingStatus(uint location)
    {
        int head = _registers.Head;
        if (FreeCount == 0)
        {
            return false;
        }

        _descriptors[head].Describe(location, 0, 0, 0);
        Advance(head, DescriptorStatus.Programming());
        return true;
    }

    /// <summary>Writes back what is gathered, in the order of the descriptors. For the card.</summary>
    internal void WriteBack()
    {
        int count = _gatheredCount;
        int index = _registers.Head - count;
        index += index < 0 ? _descriptors.Length : 0;
        _gatheredCount = 0;
        ReadOnlySpan<ulong> gathered = ((ReadOnlySpan<ulong>)_gathered)[..count];
        Span<ReceiveDescriptor> descriptors = _descriptors;
        if (count == GatheredAtMost && index <= descriptors.Length - GatheredAtMost)
        {
            descriptors = descriptors.Slice(index, GatheredAtMost);
            descriptors[0].WriteBack(new DescriptorStatus(gathered[0]));
            descriptors[1].WriteBack(new DescriptorStatus(gathered[1]));
            descriptors[2].WriteBack(new DescriptorStatus(gathered[2]));
            descriptors[3].WriteBack(new DescriptorStatus(gathered[3]));
            return;
        }

        foreach (ulong status in gathered)
        {
            descriptors[index].WriteBack(new DescriptorStatus(status));
            index = index + 1 == descriptors.Length ? 0 : index + 1;
        }
    }

    private bool TryPlaceLong(ReadOnlySpan<byte> frame, DescriptorStatus status, uint filterValue, long timestamp, uint origin)
    {
        int length = frame.Length - (status.HasVlanTag ? VlanTagLength : 0);
        int needed = Math.Max(1, (length + _bufferLength - 1) / _bufferLength);
        if (FreeCount < needed)
        {
            return false;
        }

        ushort tag = 0;
        ReadOnlySpan<byte> front = default;
        if (status.HasVlanTag)
        {
            tag = (ushort)((frame[VlanTagOffset + 2] << 8) | frame[VlanTagOffset + 3]);
            front = frame[..VlanTagOffset];
            frame = frame[(VlanTagOffset + VlanTagLength)..];
        }

        for (int i = 1; i <= needed; i++)
        {
            int head = _registers.Head;
            ref ReceiveDescriptor descriptor = ref _descriptors[head];
            long address = descriptor.BufferAddress;
            _memory.Fill(address, front);
            int part = Math.Min(frame.Length, _bufferLength - front.Length);
            _memory.Fill(address + front.Length, frame[..part]);
            frame = frame[part..];
            descriptor.Describe(filterValue, tag, timestamp, origin);
            Advance(head, i < needed ? DescriptorStatus.Part(part + front.Length) : status.WithLength(part + front.Length));
            front = default;
        }

        _registers.TailSeen = Tail;
        return true;
    }

    /// <summary>The descriptor at the head is filled: its status is kept, and the fourth lets all go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(int head, DescriptorStatus status)
    {
        _gathered[_gatheredCount++] = status.Bits;
        Volatile.Write(ref _registers.Head, Next(head));
        if (_gatheredCount == GatheredAtMost)
        {
            WriteBack();
        }
    }

    [InlineArray(GatheredAtMost)]
    private struct Gathered
    {
        private ulong _first;
    }

    /// <summary>The registers, those of the two threads on lines of their own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 320)]
    private struct Registers
    {
        /// <summary>Written by the card.</summary>
        [FieldOffset(64)]
        public int Head;

        /// <summary>The tail as the card last read it, so that it does not look at the driver's line for each frame.</summary>
        [FieldOffset(68)]
        public int TailSeen;

        /// <summary>Written by the driver.</summary>
        [FieldOffset(192)]
        public int Tail;
    }
}
