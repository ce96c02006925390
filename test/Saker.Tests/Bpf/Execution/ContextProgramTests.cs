using Saker.Bpf;
using Saker.Tests.Bpf.Maps;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Programs over packets do the same on all engines, whether their accesses are checked or not.</summary>
public sealed class ContextProgramTests
{
    private static readonly byte[] Frame = [.. Enumerable.Range(1, 60).Select(value => (byte)value)];

    private static readonly ExecutionOptions[] Ways =
    [
        new() { Engine = BpfEngine.Interpreter },
        new() { Engine = BpfEngine.Compiled },
        new() { Engine = BpfEngine.Compiled, HeaviestMethod = 30 },
        new() { Engine = BpfEngine.Compiled, Checks = MemoryChecks.None },
        new() { Engine = BpfEngine.Compiled, Checks = MemoryChecks.None, HeaviestMethod = 30 },
    ];

    [Theory]
    [InlineData("r2 = *(u32 *)(r1 + 0); r3 = *(u32 *)(r1 + 4); r0 = r3; r0 -= r2; exit", 60)]
    [InlineData("r2 = *(u32 *)(r1 + 0); r3 = *(u32 *)(r1 + 4); r4 = r2; r4 += 14; r0 = 0; if r4 > r3 goto +1; r0 = *(u16 *)(r2 + 12); exit", 0x0e0d)]
    [InlineData("*(u64 *)(r10 - 8) = r1; r1 = 0; r6 = *(u64 *)(r10 - 8); r2 = *(u32 *)(r6 + 0); r0 = *(u8 *)(r2 + 59); exit", 60)]
    [InlineData("r6 = r1; r1 = 5; if r1 == 5 goto +1; r6 = 0; r2 = *(u32 *)(r6 + 0); r0 = *(u8 *)(r2 + 0); exit", 1)]
    [InlineData("r6 = r1; r6 += 4; r2 = *(u32 *)(r6 - 4); r0 = *(u8 *)(r2 + 3); exit", 4)]
    [InlineData("call f; exit; f: r2 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r2 + 9); exit", 10)]
    [InlineData("*(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -8; call f; exit; f: r1 = *(u64 *)(r1 + 0); r2 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r2 + 9); exit", 10)]
    [InlineData("r2 = *(u32 *)(r1 + 12); r0 = *(u32 *)(r1 + 16); r0 += r2; exit", 8)]
    [InlineData("r2 = *(u32 *)(r1 + 0); *(u8 *)(r2 + 3) = 200; r0 = *(u32 *)(r2 + 0); exit", 0xc8030201)]
    [InlineData("r6 = r1; r2 = -14; call 44; r2 = *(u32 *)(r6 + 0); r3 = *(u32 *)(r6 + 4); r3 -= r2; *(u8 *)(r2 + 0) = 9; r0 = *(u8 *)(r2 + 14); r0 += r3; exit", 75)]
    [InlineData("r6 = r1; r7 = *(u32 *)(r1 + 0); r8 = *(u8 *)(r7 + 4); r2 = 4; call 44; r2 = *(u32 *)(r6 + 0); r0 = *(u8 *)(r2 + 55); r0 += r8; exit", 65)]
    public void Fields_and_packets_are_reached(string text, ulong expected) => Same(text, expected);

    [Theory]
    [InlineData("if r4 > r3 goto +1; r0 = *(u8 *)(r2 + 60)", RunFaultKind.OutsideRead)]
    [InlineData("if r3 < r4 goto +1; r0 = *(u8 *)(r2 + 61)", RunFaultKind.OutsideRead)]
    [InlineData("if r4 > r3 goto +1; r4 = r2; r0 = *(u16 *)(r4 + 59)", RunFaultKind.OutsideRead)]
    [InlineData("if r4 > r3 goto +1; *(u64 *)(r2 + 53) = r0", RunFaultKind.OutsideWrite)]
    [InlineData("if r4 > r3 goto +1; r0 = *(u8 *)(r2 - 1)", RunFaultKind.OutsideRead)]
    [InlineData("if r4 > r3 goto +4; r1 = r6; r2 = -30; call 65; r0 = *(u8 *)(r7 + 40)", RunFaultKind.OutsideRead)]
    [InlineData("if r4 > r3 goto +4; r1 = r6; r2 = 30; call 44; r0 = *(u8 *)(r7 + 3)", RunFaultKind.OutsideRead)]
    [InlineData("if r4 > r3 goto +2; call f; r0 = *(u8 *)(r7 + 40)", RunFaultKind.OutsideRead)]
    public void Packet_that_was_shown_to_be_long_enough_is_not_reached_beyond(string text, RunFaultKind kind)
    {
        var program = Assembler.Assemble($"r6 = r1; r2 = *(u32 *)(r1 + 0); r7 = r2; r3 = *(u32 *)(r1 + 4); r4 = r2; r4 += 60; {text}; exit; f: r2 = -30; call 65; exit");
        RunFault? first = null;
        foreach (var way in Ways.Where(way => way.Checks == MemoryChecks.All))
        {
            var ready = ReadyProgram.Of(program, way with { Type = ProgramType.Xdp, Helpers = HelperTable.ForProgram(ProgramType.Xdp) });
            XdpContext context = new();
            context.Load(Frame);
            var result = ready.Executable.Run(ready.Cpu, context);
            Assert.Equal(kind, result.Fault.Kind);
            Assert.Equal(first ??= result.Fault, result.Fault);
        }
    }

    [Theory]
    [InlineData(0, 70)]
    [InlineData(1, 71)]
    [InlineData(2, 5)]
    [InlineData(9, 5)]
    public void Tail_calls_go_on_in_another_program_or_behind(int index, ulong expected)
    {
        Same($"r6 = 5; r2 = map[fd:0] ll; r3 = {index}; call 12; r0 = r6; exit", expected);
        Same($"call f; r0 += 1000; exit; f: r6 = 5; r2 = map[fd:0] ll; r3 = {index}; call 12; r0 = r6; exit", expected + 1000);
    }

    [Fact]
    public void Tail_calls_of_a_run_are_thirty_three()
    {
        const string Again = "r6 = r1; r7 = *(u32 *)(r6 + 0); r8 = *(u8 *)(r7 + 0); r8 += 1; *(u8 *)(r7 + 0) = r8; r2 = map[fd:0] ll; r3 = 3; call 12; r0 = r8; exit";
        Same("r2 = map[fd:0] ll; r3 = 3; call 12; r0 = 0; exit", 1 + 33, Again);
    }

    private static void Same(string text, ulong expected, string? again = null)
    {
        foreach (var way in Ways)
        {
            using var map = TestMaps.Create(TestMaps.Spec(MapType.ProgramArray, 4, 4, 4));
            MapHandles maps = new();
            maps.Add(map);
            var options = way with { Type = ProgramType.Xdp, Helpers = HelperTable.ForProgram(ProgramType.Xdp), Maps = maps, Constants = new Constants(map) };
            var programs = (ProgramArrayMap)map;
            programs.Update(0, ReadyProgram.Of(Assembler.Assemble("r2 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r2 + 9); r0 += 60; exit"), options).Executable);
            programs.Update(1, ReadyProgram.Of(Assembler.Assemble("r0 = 71; exit"), options).Executable);
            programs.Update(3, ReadyProgram.Of(Assembler.Assemble(again ?? "r0 = 0; exit"), options).Executable);
            var ready = ReadyProgram.Of(Assembler.Assemble(text), options);
            XdpContext context = new() { IngressDevice = 3, ReceiveQueue = 5 };
            context.Load(Frame);
            var result = ready.Executable.Run(ready.Cpu, context);
            Assert.True(result.IsCompleted && result.Value == expected, $"{way.Engine}, {way.Checks}, {way.HeaviestMethod}: {result}: {text}");
        }
    }

    private sealed class Constants(BpfMap map) : IConstantSource
    {
        public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            value = map.Handle;
            return kind == ConstantKind.Map;
        }
    }
}
