using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Lets programs find another byte than zero wherever they have written nothing of their stack, so that it shows if they read there. For one run.</summary>
internal sealed unsafe class SoiledStack(BpfCpu cpu) : IInstructionObserver
{
    private const byte Soil = 0xA5;

    private int _depth = -1;

    public void Before(BpfExecutable running, int slot, int depth, ReadOnlySpan<ulong> registers)
    {
        if (depth > _depth)
        {
            new Span<byte>(cpu.StackMemory + (depth * AddressSpace.FrameStride), AddressSpace.FrameSize).Fill(Soil);
        }

        _depth = depth;
    }
}
