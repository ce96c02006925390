using System.Runtime.CompilerServices;

namespace Saker.Bpf.Compilation;

/// <summary>The registers of a function of several methods, while none of them has them: r0 to r10, and what else they have in common.</summary>
[InlineArray(Loops + 1)]
internal struct RegisterFile
{
    /// <summary>Where the frame ends, in memory.</summary>
    public const int FrameEnd = BpfInstruction.RegisterCount;

    /// <summary>How many loops <c>may_goto</c> still grants.</summary>
    public const int Loops = FrameEnd + 1;

    private ulong _first;
}
