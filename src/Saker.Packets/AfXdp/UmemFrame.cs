using System.Runtime.InteropServices;

namespace Saker.Packets.AfXdp;

/// <summary>
/// A chunk of the UMEM that somebody owns, by the address where it begins: an entry of the FILL and COMPLETION rings. Owning moves: who gives a frame to a ring or to the
/// <see cref="FrameAllocator"/> has it no more. <see cref="FrameLedger"/> watches over that.
/// </summary>
/// <param name="Address">Where the chunk begins, counted from the beginning of the UMEM.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct UmemFrame(ulong Address);
