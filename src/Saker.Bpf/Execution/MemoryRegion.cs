namespace Saker.Bpf;

/// <summary>
/// Memory that a program may use: where the program sees it, and where it is. A region's memory is whoever's made it, and stays where it is as long as programs may
/// run with it.
/// </summary>
public readonly unsafe struct MemoryRegion
{
    /// <summary>A region over memory that does not move.</summary>
    /// <param name="address">The first address, for the program.</param>
    /// <param name="memory">The first byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isWritable">Whether it may be written.</param>
    public MemoryRegion(ulong address, byte* memory, uint length, bool isWritable)
    {
        Address = address;
        Memory = memory;
        Length = length;
        IsWritable = isWritable;
    }

    /// <summary>The first address, for the program.</summary>
    public ulong Address { get; }

    /// <summary>Bytes.</summary>
    public uint Length { get; }

    /// <summary>Whether it may be written.</summary>
    public bool IsWritable { get; }

    /// <summary>The first byte.</summary>
    internal byte* Memory { get; }

    /// <summary>Whether an access lies within.</summary>
    internal bool Holds(ulong address, uint size)
    {
        ulong offset = address - Address;
        return offset < Length && size <= Length - offset;
    }
}

/// <summary>Regions beside a program's stack and arguments: the values of maps, for example. It is asked where an access is in none that is known yet.</summary>
public interface IMemoryRegions
{
    /// <summary>Finds the region with an address.</summary>
    /// <param name="address">The address, as the program knows it.</param>
    /// <param name="region">The region.</param>
    bool TryFind(ulong address, out MemoryRegion region);
}

/// <summary>Where programs see what is theirs. Packets and contexts lie below 4 GiB, since <c>xdp_md</c> has addresses of 32 bits.</summary>
public static class AddressSpace
{
    /// <summary>The memory that is a program's argument.</summary>
    public const ulong Argument = 0x1000_0000;

    /// <summary>A program's context, where it has one.</summary>
    public const ulong Context = 0x0800_0000;

    /// <summary>The first byte of the memory that a context's packet lies in.</summary>
    public const ulong Packet = 0x2000_0000;

    /// <summary>The handles of maps (<see cref="MapHandles"/>); there is no memory.</summary>
    public const ulong Maps = 0x3a00_0000_0000;

    /// <summary>
    /// The outermost stack frame; others lie <see cref="FrameStride"/> bytes apart. A frame is reached by addresses that come from r10: compiled code does not have all frames in
    /// memory, and one that nobody was given the address of is not found by a number.
    /// </summary>
    public const ulong Stack = 0x7ab0_0000_0000;

    /// <summary>Functions of one program that may be active at a time (<c>MAX_CALL_FRAMES</c>).</summary>
    public const int MaximumFrames = 8;

    /// <summary>Functions of all programs of a run: a tail call takes the place of the function that makes it, but leaves those that wait for that one.</summary>
    internal const int MaximumFramesOfRun = (BpfCpu.MaximumTailCalls * (MaximumFrames - 1)) + MaximumFrames;

    /// <summary>Bytes of a stack frame.</summary>
    public const int FrameSize = 512;

    /// <summary>Bytes from one stack frame to the next; what is between belongs to nobody.</summary>
    public const int FrameStride = 1024;

    /// <summary>The address of a program's first slot, for pointers to functions; slots are 8 bytes.</summary>
    public const ulong Code = 0x5a00_0000_0000;
}
