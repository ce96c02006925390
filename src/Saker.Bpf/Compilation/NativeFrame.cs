using System.Runtime.CompilerServices;

namespace Saker.Bpf.Compilation;

/// <summary>The stack frame of a function that runs without checks: it lies on the thread's own stack.</summary>
[InlineArray(AddressSpace.FrameSize / sizeof(ulong))]
internal struct NativeFrame
{
    private ulong _first;
}
