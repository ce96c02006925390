using System.Runtime.InteropServices;

namespace Saker.Bpf.Classic;

/// <summary>One instruction of classic BPF, with the layout of <c>struct sock_filter</c>.</summary>
/// <param name="Opcode">What it does.</param>
/// <param name="JumpTrue">Of a comparison: how many instructions behind the next one it goes on where the comparison holds.</param>
/// <param name="JumpFalse">The same where it does not hold.</param>
/// <param name="K">Its constant.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ClassicInstruction(ClassicOpcode Opcode, byte JumpTrue, byte JumpFalse, uint K)
{
    /// <summary>An instruction without a branch.</summary>
    public ClassicInstruction(ClassicOpcode opcode, uint k)
        : this(opcode, 0, 0, k)
    {
    }

    /// <summary>What it loads that is not in the packet; null: it loads no such thing.</summary>
    public AncillaryLoad? Ancillary => Opcode.AbsoluteLoadSize() != 0 ? AncillaryLoads.At(K) : null;

    /// <summary>As <c>tcpdump -d</c> writes it where it is the first of a program.</summary>
    public override string ToString() => ClassicListing.Of(this, index: 0);
}
