using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>Programs in the running kernel: loaded, run over packets that nobody sent, and asked what they are.</summary>
public sealed class KernelProgramTests
{
    private const int Pass = 2;

    private static readonly byte[] Packet = [.. Enumerable.Range(0, 64).Select(value => (byte)value)];

    [KernelFact]
    public void Context_of_XDP_goes_in_and_comes_out()
    {
        // Gives the device and queue, moves the metadata's end over 8 bytes more, and the packet's beginning as well.
        using var program = Load(ProgramType.Xdp, """
            r6 = r1
            r7 = *(u32 *)(r1 + 16)
            r2 = -8
            call 54
            r1 = r6
            r2 = 4
            call 44
            r0 = r7
            exit
            """);
        byte[] context = [.. Words(8, 72, 0, 1, 0, 0)];
        byte[] data = [.. Enumerable.Repeat((byte)0xee, 8), .. Packet];
        var changed = new byte[80];
        var after = new byte[24];
        var result = program.TestRun(data, changed, context, after, default);
        Assert.Equal((0u, 24, false), (result.Value, result.ContextLength, result.IsTruncated));
        Assert.Equal(Words(16, 76, 0, 1, 0, 0), after[..24]);
        Assert.Equal(76, result.Length);
    }

    [KernelFact]
    public void Context_of_tc_goes_in_and_comes_out()
    {
        using var program = Load(ProgramType.SchedulerClassifier, "r0 = *(u32 *)(r1 + 8); r2 = 7; *(u32 *)(r1 + 8) = r2; *(u32 *)(r1 + 48) = r0; exit");
        var context = new byte[192];
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(8), 5);
        var after = new byte[192];
        var result = program.TestRun(Packet, new byte[64], context, after, default);
        Assert.Equal(5u, result.Value);
        Assert.Equal((7u, 5u), (BinaryPrimitives.ReadUInt32LittleEndian(after.AsSpan(8)), BinaryPrimitives.ReadUInt32LittleEndian(after.AsSpan(48))));
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(132), 5);
        Assert.Equal(22, Assert.Throws<KernelException>(() => program.TestRun(Packet, new byte[64], context, after, default)).ErrorNumber);
    }

    [KernelFact]
    public void Repeated_run_goes_on_with_the_packet_it_has_changed()
    {
        using var program = Load(ProgramType.Xdp, """
            r2 = *(u32 *)(r1 + 0)
            r3 = *(u32 *)(r1 + 4)
            r4 = r2
            r4 += 8
            r0 = 1
            if r4 > r3 goto out
            r0 = *(u64 *)(r2 + 0)
            r0 += 1
            *(u64 *)(r2 + 0) = r0
            out: exit
            """);
        var changed = new byte[64];
        var result = program.TestRun(new byte[64], changed, 1000);
        Assert.Equal((1000u, 64, 1000ul), (result.Value, result.Length, BinaryPrimitives.ReadUInt64LittleEndian(changed)));
        Assert.InRange(result.Nanoseconds, 0u, 100_000u);
        result = program.TestRun(Packet, changed.AsSpan(0, 10));
        Assert.Equal((true, 64), (result.IsTruncated, result.Length));
    }

    [KernelFact]
    public void Type_that_is_run_for_nobody_says_so()
    {
        using var program = Load(ProgramType.SocketOperations, "r0 = 0; exit");
        Assert.Equal((int)BpfError.NotSupported, Assert.Throws<KernelException>(() => program.TestRun(Packet, default)).ErrorNumber);
        using var filter = Load(ProgramType.SocketFilter, "r0 = 3; exit");
        Assert.Equal(3u, filter.TestRun(Packet, default).Value);
    }

    [KernelFact]
    public void Program_can_run_on_a_CPU_of_choice()
    {
        using var program = Load(ProgramType.RawTracepoint, "r6 = r1; call 8; r0 <<= 8; r1 = *(u64 *)(r6 + 0); r0 |= r1; exit");
        for (var cpu = 0; cpu < Environment.ProcessorCount; cpu++)
        {
            Assert.Equal((uint)((cpu << 8) | 7), program.TestRun(default, default, [7, 0, 0, 0, 0, 0, 0, 0], default, new() { Cpu = cpu, Repeat = 0 }).Value);
        }
    }

    [KernelFact]
    public void Info_tells_what_was_loaded()
    {
        using var map = KernelMap.Create(new() { Name = "counters", Type = MapType.Array, KeySize = 4, ValueSize = 8, MaximumEntries = 1 });
        List<BpfInstruction> code = [.. Assembler.Assemble("r1 = 0 ll; r0 = 2; exit").Slots];
        code[0] = code[0].WithSource((byte)ConstantKind.MapValue).WithImmediate(OpenNumber(map));
        LoadOptions options = new() { Name = "a name with more than 15", License = "MIT" };
        Assert.True(KernelProgram.TryLoad(ProgramType.Xdp, [.. code], options, out var program, out var refusal), refusal?.ToString());
        using (program)
        {
            var info = program.Info;
            Assert.Equal(("a_name_with_mor", ProgramType.Xdp, false, 0u), (info.Name, info.Type, info.IsGplCompatible, info.UserId));
            Assert.Equal([map.Id], info.MapIds.ToArray());
            Assert.Matches("^[0-9a-f]{16}$", info.Tag);
            Assert.Equal((4u, 3u), (info.TranslatedLength, info.VerifiedInstructions));
            Assert.Equal("r0 = 2", ProgramText.Of(program.ReadTranslatedCode(), 2, ProgramTextStyle.Llvm));
            Assert.Equal(info.MachineCodeLength, (uint)program.ReadMachineCode().Length);
            Assert.InRange(info.LoadTime, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(Environment.TickCount64 + 1000));
            Assert.Contains(info.Id, KernelProgram.Ids);
            using var again = KernelProgram.OpenById(info.Id);
            Assert.Equal((info.Id, ProgramType.Xdp), (again.Id, again.Type));
        }

        Assert.Throws<ObjectDisposedException>(() => program.Id);
    }

    [KernelFact]
    public void Runs_are_counted_while_somebody_wants_it()
    {
        using var program = Load(ProgramType.SocketFilter, "r0 = 0; exit");
        program.TestRun(Packet, default, 10);
        Assert.Equal(0ul, program.Info.RunCount);
        using (new RunStatistics())
        {
            program.TestRun(Packet, default, 10);
        }

        Assert.Equal(10ul, program.Info.RunCount);
        Assert.True(program.Info.RunTime > TimeSpan.Zero);
    }

    [KernelFact]
    public void Name_in_a_file_system_keeps_a_program()
    {
        using BpfFolder folder = new();
        var path = folder.PathOf("pass");
        uint id;
        using (var program = Load(ProgramType.Xdp, "r0 = 2; exit"))
        {
            id = program.Id;
            program.Pin(path);
        }

        using (var again = KernelProgram.OpenPinned(path))
        {
            Assert.Equal((id, (uint)Pass), (again.Id, again.TestRun(Packet, default).Value));
        }

        BpfFileSystem.Unpin(path);
        Assert.True(SpinWait.SpinUntil(() => !KernelProgram.Ids.Contains(id), TimeSpan.FromSeconds(10)));
    }

    [KernelFact]
    public void Log_is_whole_however_long_it_is()
    {
        const int Length = 60_000;
        var program = Assembler.Assemble($"r0 = 0; {string.Concat(Enumerable.Repeat("r0 += 1; ", Length))} exit");
        var log = KernelProgram.Log(ProgramType.Xdp, program.Slots);
        Assert.Equal(Length + 2, log.Split('\n').Count(line => line.Contains(": (", StringComparison.Ordinal)));
        Assert.Contains("\nprocessed ", log[^400..], StringComparison.Ordinal);
    }

    [KernelFact]
    public void Refusal_says_the_verifiers_last_word()
    {
        Assert.False(KernelProgram.TryLoad(ProgramType.Xdp, Assembler.Assemble("r0 = *(u64 *)(r1 + 4); exit").Slots, new LoadOptions { Name = "wide" }, out _, out var refusal));
        Assert.Equal("BPF_PROG_LOAD of 'wide' (xdp): Permission denied (errno 13): invalid bpf_context access off=4 size=8", refusal.ToString());
        Assert.Contains("0: (79) r0 = *(u64 *)(r1 +4)", refusal.Log, StringComparison.Ordinal);
        Assert.False(KernelProgram.TryLoad(ProgramType.Xdp, Assembler.Assemble("call 6; r0 = 0; exit").Slots, out _, out refusal, "proprietary"));
        Assert.EndsWith("cannot call GPL-restricted function from non-GPL compatible program", refusal.ToString(), StringComparison.Ordinal);
    }

    private static KernelProgram Load(ProgramType type, string text) => KernelProgram.Load(type, Assembler.Assemble(text));

    private static int OpenNumber(KernelMap map) => (int)map.Descriptor.DangerousGetHandle();

    private static byte[] Words(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];
}
