using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Classic;

/// <summary>
/// A program of classic BPF that Linux would take for a socket (<c>SO_ATTACH_FILTER</c>): it ends on every way, and neither jumps nor reads its memory where it must
/// not. It does not change.
/// </summary>
public sealed class ClassicProgram
{
    /// <summary>The most instructions of a program (<c>BPF_MAXINSNS</c>).</summary>
    public const int MaximumLength = 4096;

    /// <summary>Words of memory (<c>BPF_MEMWORDS</c>).</summary>
    public const int MemoryWords = 16;

    private readonly ClassicInstruction[] _instructions;
    private readonly ulong _loads;

    private ClassicProgram(ClassicInstruction[] instructions)
    {
        _instructions = instructions;
        foreach (ClassicInstruction instruction in instructions)
        {
            _loads |= instruction.Ancillary is { } load ? BitOf(load) : 0;
        }
    }

    /// <summary>The instructions.</summary>
    public ReadOnlySpan<ClassicInstruction> Instructions => _instructions;

    /// <summary>
    /// Whether it asks for the VLAN tag beside the packet. Then it was made for packets of a device, whose outermost tag was taken out; else it looks for
    /// tags within them.
    /// </summary>
    public bool UsesVlanTag => Loads(AncillaryLoad.VlanTag) || Loads(AncillaryLoad.VlanTagPresent) || Loads(AncillaryLoad.VlanProtocol);

    /// <summary>Whether it asks for anything that stands beside the packet.</summary>
    public bool LoadsAnything => _loads != 0;

    /// <summary>Makes a program, if Linux would take it (<c>bpf_check_classic</c>).</summary>
    /// <param name="instructions">The instructions; they are copied.</param>
    /// <param name="program">The program; null where there is a fault.</param>
    /// <param name="fault">Why it is none; null where there is a program.</param>
    public static bool TryCreate(
        ReadOnlySpan<ClassicInstruction> instructions, [NotNullWhen(true)] out ClassicProgram? program, [NotNullWhen(false)] out ClassicFault? fault)
    {
        fault = ClassicValidation.FaultOf(instructions);
        program = fault is null ? new ClassicProgram([.. instructions]) : null;
        return fault is null;
    }

    /// <summary>Whether it asks for something that stands beside the packet.</summary>
    public bool Loads(AncillaryLoad load) => (_loads & BitOf(load)) != 0;

    /// <summary>As <c>tcpdump -d</c> lists it, a line an instruction.</summary>
    public override string ToString() => ClassicListing.Of(this);

    private static ulong BitOf(AncillaryLoad load) => 1ul << (int)load;
}
