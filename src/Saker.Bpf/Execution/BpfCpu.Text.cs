namespace Saker.Bpf;

/// <content>Memory of which a program does not say how long it is.</content>
public sealed unsafe partial class BpfCpu
{
    /// <summary>A text of the program, up to the end of the memory that it lies in. If there is none, the program is stopped when the helper returns.</summary>
    /// <param name="address">The address, as the program gave it.</param>
    /// <param name="text">The memory; who reads looks for the zero.</param>
    internal bool TryReachText(ulong address, out ReadOnlySpan<byte> text)
    {
        if (TryFindText(address, out text))
        {
            return true;
        }

        Fault = new RunFault(RunFaultKind.OutsideRead, 0, address, 1);
        return false;
    }

    /// <summary>The same, for an address that a program may have wrong.</summary>
    internal bool TryFindText(ulong address, out ReadOnlySpan<byte> text)
    {
        if (!IsChecked)
        {
            bool isFound = TryFindReal(address, out MemoryRegion region);
            text = isFound ? new ReadOnlySpan<byte>(region.Memory, (int)Math.Min(region.Length, int.MaxValue))[(int)(address - region.Address)..] : default;
            return isFound;
        }

        byte* memory = Find(address, 1, writes: false);
        text = memory is null ? default : new ReadOnlySpan<byte>(memory, (int)Math.Min(_recent.Length - (address - _recent.Address), int.MaxValue));
        return memory is not null;
    }

    /// <summary>Puts a number where the program may read it until the next one is put there.</summary>
    /// <returns>Its address for the program.</returns>
    internal ulong Lend(uint number)
    {
        *(uint*)LentMemory = number;
        return (ulong)LentMemory;
    }

    private byte* LentMemory => _stackMemory + (AddressSpace.MaximumFramesOfRun * AddressSpace.FrameStride);

    private bool TryFindReal(ulong address, out MemoryRegion region)
    {
        if (Running!.Options.Maps is { } maps && maps.TryFind(address, out region))
        {
            return true;
        }

        if (Context is { Reachable: var packet })
        {
            region = new MemoryRegion((ulong)packet.Memory, packet.Memory, packet.Length, isWritable: false);
            if (region.Holds(address, 1))
            {
                return true;
            }
        }

        // Frames of programs that are not checked lie on the thread's own stack, between this method and the one that runs the program.
        byte here;
        region = new MemoryRegion((ulong)&here, &here, (uint)(NativeStackEnd - &here), isWritable: true);
        return region.Holds(address, 1);
    }
}
