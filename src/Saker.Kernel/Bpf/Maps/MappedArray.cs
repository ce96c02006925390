using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>
/// The values of an array (<c>BPF_F_MMAPABLE</c>) as memory that programs and this process share: what either writes the other sees, without a system call, and with no order
/// but what the processor keeps. Spans are valid until it is disposed.
/// </summary>
public sealed unsafe class MappedArray : IDisposable
{
    private readonly MappedMemory _memory;
    private readonly int _valueSize;
    private readonly int _stride;

    internal MappedArray(KernelMap map, bool isWritable)
    {
        if (map.Type != MapType.Array || (map.Flags & (uint)MapFlags.Mappable) == 0)
        {
            throw new ArgumentException($"The map '{map.Name}' is no array whose values can be mapped (flag BPF_F_MMAPABLE, 0x{(uint)MapFlags.Mappable:x}).", nameof(map));
        }

        _valueSize = map.ValueSize;
        _stride = (map.ValueSize + 7) & ~7;
        Count = map.MaximumEntries;
        IsWritable = isWritable;
        _memory = MappedMemory.Of(map.Descriptor, (nuint)_stride * Count, 0, isWritable, $"mmap of the map '{map.Name}'");
    }

    /// <summary>How many values there are.</summary>
    public uint Count { get; }

    /// <summary>Whether they can be written.</summary>
    public bool IsWritable { get; }

    /// <summary>A value, to be read.</summary>
    /// <param name="index">Which.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    /// <exception cref="ObjectDisposedException">It is unmapped.</exception>
    public ReadOnlySpan<byte> this[uint index] => new(Place(index), _valueSize);

    /// <summary>A value, to be read and written.</summary>
    /// <param name="index">Which.</param>
    /// <exception cref="InvalidOperationException">They are mapped for reading alone.</exception>
    public Span<byte> Value(uint index) => IsWritable ? new(Place(index), _valueSize) : throw new InvalidOperationException("The values are mapped for reading alone.");

    /// <summary>A value, by reference: for atomic operations.</summary>
    /// <typeparam name="T">A type that is no larger than a value.</typeparam>
    /// <param name="index">Which.</param>
    public ref T Value<T>(uint index)
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(Value(index));

    /// <summary>Unmaps it. The map stays.</summary>
    public void Dispose() => _memory.Dispose();

    private byte* Place(uint index)
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _memory.Start + ((nint)_stride * (nint)index);
    }
}
