using Saker.Bpf.Classic;

namespace Saker.Tests.Bpf.Classic;

/// <summary>Runs programs both compiled and interpreted, and insists that it is the same.</summary>
internal static class BothWays
{
    public static ClassicProgram Program(params ClassicInstruction[] instructions)
    {
        Assert.True(ClassicProgram.TryCreate(instructions, out ClassicProgram? program, out ClassicFault? fault), fault?.ToString());
        return program;
    }

    public static uint Run(ClassicProgram program, ClassicPacket packet)
    {
        ClassicFilter compiled = new(program);
        ClassicFilter interpreted = new(program, compiles: false);
        Assert.True(compiled.IsCompiled);
        Assert.False(interpreted.IsCompiled);
        uint result = compiled.Run(in packet);
        Assert.Equal(interpreted.Run(in packet), result);
        return result;
    }
}
