using System.Runtime.InteropServices;

namespace Saker.Bpf.Interpretation;

/// <summary>
/// A slot made ready to be interpreted: the function that does it, and operands that need no more decoding. Slots keep their numbers: the second slot of a wide
/// instruction has an entry too, at which nothing arrives.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DecodedInstruction
{
    /// <summary>Does the instruction and returns the next one; null: the run is over.</summary>
    public delegate*<BpfCpu, DecodedInstruction*, DecodedInstruction*> Handler;

    /// <summary>The constant, with its sign extended.</summary>
    public long Immediate;

    /// <summary>Where a jump goes, in slots from this one.</summary>
    public int Jump;

    /// <summary>The offset of an access.</summary>
    public short Offset;

    public byte Destination;

    public byte Source;
}
