using System.Diagnostics.CodeAnalysis;

namespace Saker.Packets.AfXdp;

/// <summary>
/// Knows of each chunk of a UMEM who has it, and throws when a program gives away what it has not: a frame submitted twice, or used after it was. There is one in debug builds,
/// and where it is asked for; it costs an interlocked operation for each frame that moves. For any thread.
/// </summary>
public sealed class FrameLedger
{
    private readonly UmemLayout _layout;
    private readonly int[] _states;

    /// <summary>Makes a ledger in which all chunks are free.</summary>
    public FrameLedger(UmemLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _layout = layout;
        _states = new int[layout.ChunkCount];
    }

    /// <summary>Who has a frame.</summary>
    public FrameState this[UmemFrame frame] => (FrameState)Volatile.Read(ref StateOf(frame.Address));

    /// <summary>How many chunks are in a state. The sum over all states is their number, while nothing moves.</summary>
    public int Count(FrameState state)
    {
        int count = 0;
        foreach (int one in _states)
        {
            count += one == (int)state ? 1 : 0;
        }

        return count;
    }

    /// <summary>A frame changes hands.</summary>
    /// <param name="address">An address in it, as it stands in rings.</param>
    /// <param name="from">Who has it.</param>
    /// <param name="to">Who gets it.</param>
    /// <exception cref="InvalidOperationException">Somebody else has it.</exception>
    internal void Move(ulong address, FrameState from, FrameState to)
    {
        int found = Interlocked.CompareExchange(ref StateOf(address), (int)to, (int)from);
        if (found != (int)from)
        {
            ThrowNotOwned(address, (FrameState)found, to);
        }
    }

    private ref int StateOf(ulong address)
    {
        ulong chunk = _layout.ChunkOf(address);
        if (chunk >= (ulong)_states.Length)
        {
            throw new InvalidOperationException($"Address 0x{address:x} lies outside of the UMEM, which has {_layout.Size} bytes.");
        }

        return ref _states[chunk];
    }

    [DoesNotReturn]
    private static void ThrowNotOwned(ulong address, FrameState found, FrameState to) => throw new InvalidOperationException(
        $"The frame at 0x{address:x} cannot become {to}, since it is {found}: it was given away before, or belongs to somebody else.");
}
