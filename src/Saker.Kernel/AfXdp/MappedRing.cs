using Saker.Kernel.Interop;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>A ring of a socket, mapped into this process.</summary>
internal sealed unsafe class MappedRing : IDisposable
{
    private readonly MappedMemory _memory;

    private MappedRing(MappedMemory memory, RingMemory ring)
    {
        _memory = memory;
        Memory = ring;
    }

    /// <summary>Where its parts lie.</summary>
    public RingMemory Memory { get; }

    /// <summary>Maps a ring.</summary>
    /// <param name="socket">The socket that has it.</param>
    /// <param name="offset">Which one it is (<c>XDP_PGOFF_*</c>).</param>
    /// <param name="parts">Where its parts are, as the kernel says.</param>
    /// <param name="capacity">How many entries it has.</param>
    /// <param name="entrySize">Bytes of an entry.</param>
    /// <param name="what">Its name, for the message.</param>
    public static MappedRing Of(SafeSocketDescriptor socket, long offset, in XdpSockets.RingOffset parts, int capacity, int entrySize, string what)
    {
        nuint length = (nuint)parts.desc + ((nuint)capacity * (nuint)entrySize);
        MappedMemory memory = MappedMemory.Of(socket, length, (nint)offset, isWritable: true, $"mmap of the {what} ring");
        byte* start = memory.Start;
        return new MappedRing(memory, new RingMemory((uint*)(start + parts.producer), (uint*)(start + parts.consumer), (uint*)(start + parts.flags), start + parts.desc, capacity));
    }

    public void Dispose() => _memory.Dispose();
}
