using System.Runtime.InteropServices;

namespace Saker.Bpf.Maps;

/// <summary>Zeroed native memory that does not move. Pages are only taken from the system when they are written.</summary>
internal sealed unsafe class MapMemory : IDisposable
{
    private const ulong PageSize = 4096;
    private const ulong CacheLine = 64;

    private void* _block;

    /// <summary>Takes memory, aligned to a page where it is that long, else to a cache line.</summary>
    /// <param name="length">Bytes.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public MapMemory(ulong length)
    {
        ulong alignment = length >= PageSize ? PageSize : CacheLine;
        _block = NativeMemory.AllocZeroed(checked((nuint)(length + alignment)));
        Start = (byte*)(((nuint)_block + alignment - 1) & ~(nuint)(alignment - 1));
        Length = length;
    }

    /// <summary>The first byte.</summary>
    public byte* Start { get; }

    /// <summary>Bytes.</summary>
    public ulong Length { get; }

    /// <summary>Whether an address lies within.</summary>
    public bool Holds(ulong address) => address - (ulong)Start < Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
