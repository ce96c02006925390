using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>What objects of others have that those of this tree have not.</summary>
public sealed class ObjectVerificationTests
{
    private const int TrafficControlLength = 36, PinningOffset = 24, InnerOffset = 28;

    [Theory]
    [InlineData(0u, false)]
    [InlineData(1u, true)]
    [InlineData(2u, true)]
    public void Maps_may_be_defined_as_tc_had_them(uint pinning, bool isPinned)
    {
        ObjectSpec spec = Read(ObjectOf("r0 = 0; exit", (PinningOffset, pinning), (20, 7)), out ObjectFault? fault)!;
        Assert.True(fault is null, fault?.ToString());
        MapSpec map = Assert.Single(spec.Maps);
        Assert.Equal((MapType.Hash, 4u, 8u, 16u, isPinned), (map.Type, map.KeySize, map.ValueSize, map.MaximumEntries, map.IsPinnedByName));
    }

    [Theory]
    [InlineData(PinningOffset, 3u)]
    [InlineData(InnerOffset, 1u)]
    public void What_else_stands_there_is_not_guessed(int offset, uint value)
    {
        Assert.Null(Read(ObjectOf("r0 = 0; exit", (offset, value)), out ObjectFault? fault));
        Assert.Contains("what is there is not known", fault!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_the_code_names_by_a_number_is_none()
    {
        ObjectSpec spec = Read(ObjectOf("r1 = map[fd:0] ll; r0 = 0; exit"), out _)!;
        Assert.Null(spec.Verify(spec.Programs[0], null, out InstructionFault? fault));
        Assert.Equal("instruction 0: it names a map by a number, and which map that is an object cannot know: name the map", fault?.ToString());
    }

    [Fact]
    public void A_map_of_sockets_is_given_sockets()
    {
        const string Socket = "r6 = *(u64 *)(r1 + 168); if r6 == 0 goto end; *(u32 *)(r10 - 4) = 0; r1 = map[fd:0] ll; r2 = r10; r2 += -4; r3 = r6; r4 = 0; call 2; end: r0 = 0; exit";
        Assert.True(VerifyWithSockets(Socket).IsAccepted);
        VerifierRefusal? refusal = VerifyWithSockets(Socket.Replace("r3 = r6", "r3 = r2", StringComparison.Ordinal)).Refusal;
        Assert.Equal(VerifierRule.ArgumentType, refusal?.Rule);
        Assert.Contains("a socket is wanted there", refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_of_the_kernel_that_is_not_known_is_told_by_its_name()
    {
        ProgramSpec program = new()
        {
            Name = "p",
            Section = "xdp",
            Type = ProgramType.Xdp,
            Instructions = [new(0x85), new(0xb7), new(0x95)],
            References = [new InstructionReference(0, ReferenceKind.KernelFunction, "bpf_nobody_knows", 0, IsWeak: false)],
        };
        ObjectSpec spec = Read(ObjectOf("r0 = 0; exit"), out _)! with { License = "GPL", Programs = [program] };
        VerifierResult? result = spec.Verify(program, null, out InstructionFault? fault);
        Assert.True(fault is null, fault?.ToString());
        Assert.Equal(VerifierRule.NotSupported, result?.Refusal?.Rule);
        Assert.Contains("the kernel's function bpf_nobody_knows is not known", result!.Refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_depends_on_what_the_kernel_has_not_says_so()
    {
        VerifierRefusal refusal = VerifyWithSockets("call 195896080; r0 = 0; exit").Refusal!;
        Assert.Equal(VerifierRule.Helper, refusal.Rule);
        Assert.Contains("needs a type, a field or a function that the kernel has not", refusal.Reason, StringComparison.Ordinal);
    }

    private static VerifierResult VerifyWithSockets(string text) => BpfVerifier.Verify(Assembler.Assemble(text), new VerifierOptions
    {
        Type = ProgramType.SchedulerClassifier,
        Maps = new VerifierMaps([new VerifierMap { Name = "sockets", Type = MapType.SocketMap, KeySize = 4, ValueSize = 4, MaximumEntries = 4 }]),
    });

    private static ObjectSpec? Read(byte[] file, out ObjectFault? fault) => BpfObject.TryRead(file, out ObjectSpec? spec, out fault) ? spec : null;

    private static byte[] ObjectOf(string code, params (int Offset, uint Value)[] words)
    {
        byte[] map = new byte[TrafficControlLength];
        (int, uint)[] usual = [(0, (uint)MapType.Hash), (4, 4), (8, 8), (12, 16)];
        foreach ((int offset, uint value) in usual.Concat(words))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(offset), value);
        }

        ObjectWriter writer = new();
        writer.AddCode("xdp", "program", BpfInstruction.WriteAll(Assembler.Assemble(code).Slots, isBigEndian: false));
        writer.AddSymbol("counters", writer.Add("maps", map, ObjectWriter.Writable), 0, TrafficControlLength, 1);
        return writer.ToArray();
    }
}
