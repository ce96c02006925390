using System.Runtime.CompilerServices;
using Saker.Packets;

namespace Saker.Stack.Nic;

/// <summary>
/// A transmit descriptor: one piece of a frame that is to be sent (Intel X710/XL710 datasheet, section 8.4.2.1, transmit data descriptors).
/// </summary>
/// <remarks>
/// The driver says where the piece is, how long it is, and whether the frame ends with it and the card is to report that it was sent. The card reports by
/// writing the descriptor back as done. The address is the packet itself, in the descriptor with which its frame begins.
/// </remarks>
public struct TransmitDescriptor
{
    private PacketBuffer _frame;
    private int _length;
    private Commands _commands;

    /// <summary>The frame that begins here.</summary>
    internal readonly PacketBuffer Frame => _frame;

    /// <summary>Bytes of the piece.</summary>
    public readonly int Length => _length;

    /// <summary>Whether the frame ends with this piece (EOP).</summary>
    public readonly bool IsEndOfFrame => (_commands & Commands.EndOfFrame) != Commands.None;

    /// <summary>Whether the card is to write it back when the frame is sent (RS).</summary>
    public readonly bool ReportsStatus => (_commands & Commands.ReportStatus) != Commands.None;

    /// <summary>Whether the card has written it back (DD).</summary>
    public readonly bool IsDone => (_commands & Commands.Done) != Commands.None;

    /// <summary>The driver posts a piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Post(PacketBuffer frame, int length)
    {
        _frame = frame;
        _length = length;
        _commands = Commands.None;
    }

    /// <summary>The frame ends with this piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void End() => _commands = Commands.EndOfFrame | Commands.ReportStatus;

    /// <summary>The card has sent the frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteBack() => _commands = Commands.Done;

    [Flags]
    private enum Commands : byte
    {
        None = 0,
        EndOfFrame = 1,
        ReportStatus = 2,
        Done = 4,
    }
}
