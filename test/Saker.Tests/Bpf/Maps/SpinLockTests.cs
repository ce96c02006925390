using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Tests.Bpf.Helpers;

namespace Saker.Tests.Bpf.Maps;

/// <summary>
/// Values with a spin lock: whoever holds it, programs or user space with <c>BPF_F_LOCK</c>, sees and leaves a whole value. A value is a number thrice, once on either side of
/// the lock and once far behind it.
/// </summary>
public sealed class SpinLockTests
{
    private const int Keys = 2;
    private const int ValueSize = 200, Last = 192, LockOffset = 8;

    /// <summary>Counts the value of the key that the packet begins with, in all its places.</summary>
    private const string Count = """
        r2 = *(u32 *)(r1 + 0)
        r3 = *(u32 *)(r1 + 4)
        r4 = r2
        r4 += 8
        r0 = 0
        if r4 > r3 goto out
        r2 = *(u32 *)(r2 + 0)
        *(u32 *)(r10 - 4) = r2
        r1 = map[fd:0] ll
        r2 = r10
        r2 += -4
        call 1
        if r0 == 0 goto out
        r6 = r0
        r1 = r6
        r1 += 8
        call 93
        r7 = *(u64 *)(r6 + 0)
        r7 += 1
        *(u64 *)(r6 + 0) = r7
        *(u32 *)(r6 + 12) = r7
        *(u64 *)(r6 + 192) = r7
        r1 = r6
        r1 += 8
        call 94
        r0 = 2
        out: exit
        """;

    public static TheoryData<MapType, BpfEngine, MemoryChecks> Cases => new()
    {
        { MapType.Array, BpfEngine.Interpreter, MemoryChecks.All },
        { MapType.Array, BpfEngine.Compiled, MemoryChecks.All },
        { MapType.Array, BpfEngine.Compiled, MemoryChecks.None },
        { MapType.Hash, BpfEngine.Interpreter, MemoryChecks.All },
        { MapType.Hash, BpfEngine.Compiled, MemoryChecks.All },
        { MapType.Hash, BpfEngine.Compiled, MemoryChecks.None },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nobody_who_holds_the_lock_sees_or_leaves_half_a_value(MapType type, BpfEngine engine, MemoryChecks checks)
    {
        using BpfMap map = Create(type);
        MapProgram maker = new(engine, ProgramType.Xdp, map) { Checks = checks };
        Stress.Run(Program(maker), Program(maker), Write, WriteMany, Read, ReadMany);

        void Write(int round) => Assert.Equal(BpfError.None, map.Update(TestMaps.Key((uint)round % Keys), Value((ulong)round), MapOperationFlags.Lock | MapOperationFlags.Exist));

        void WriteMany(int round)
        {
            Assert.Equal(BpfError.None, map.UpdateBatch([.. TestMaps.Key(0), .. TestMaps.Key(1)], [.. Value((ulong)round), .. Value(~(ulong)round)], out int count, MapOperationFlags.Lock));
            Assert.Equal(Keys, count);
        }

        void Read(int round)
        {
            byte[] value = new byte[ValueSize];
            Assert.Equal(BpfError.None, map.Lookup(TestMaps.Key((uint)round % Keys), value, MapOperationFlags.Lock));
            Check(value);
        }

        void ReadMany(int round)
        {
            byte[] keys = new byte[10 * sizeof(uint)], values = new byte[10 * ValueSize];
            Assert.Equal(BpfError.NotFound, map.LookupBatch(new MapCursor(), keys, values, out int count, flags: MapOperationFlags.Lock));
            Assert.Equal(Keys, count);
            Check(values.AsSpan(0, ValueSize));
            Check(values.AsSpan(ValueSize, ValueSize));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_step_of_programs_that_count_is_lost(MapType type, BpfEngine engine, MemoryChecks checks)
    {
        using BpfMap map = Create(type);
        MapProgram maker = new(engine, ProgramType.Xdp, map) { Checks = checks };
        long runs = 0;
        Stress.Run([.. Enumerable.Range(0, 3).Select(_ => Counted(Program(maker)))]);
        ulong sum = 0;
        for (uint key = 0; key < Keys; key++)
        {
            byte[] value = new byte[ValueSize];
            Assert.Equal(BpfError.None, map.Lookup(TestMaps.Key(key), value));
            sum += MemoryMarshal.Read<ulong>(value);
        }

        Assert.Equal((ulong)runs, sum);

        Action<int> Counted(Action<int> program) => round =>
        {
            program(round);
            Interlocked.Increment(ref runs);
        };
    }

    [Theory]
    [InlineData("call 93")]
    [InlineData("call 93; r1 = r6; r1 += 8; call 93")]
    [InlineData("call 93; r1 = r6; r1 += 16; call 94")]
    [InlineData("call 93; r1 = 0; r1 = *(u64 *)(r1 + 0)")]
    public void A_lock_that_a_checked_program_leaves_is_free(string body)
    {
        foreach (BpfEngine engine in (BpfEngine[])[BpfEngine.Interpreter, BpfEngine.Compiled])
        {
            using BpfMap map = Create(MapType.Array);
            MapProgram programs = new(engine, ProgramType.Xdp, map);
            _ = programs.Run($"*(u32 *)(r10 - 4) = 0; r1 = map[fd:0] ll; r2 = r10; r2 += -4; call 1; if r0 != 0 goto +1; exit; r6 = r0; r1 = r6; r1 += 8; {body}; r0 = 0; exit");
            Assert.Equal(BpfError.None, map.Lookup(TestMaps.Key(0), new byte[ValueSize], MapOperationFlags.Lock));
        }
    }

    [Theory]
    [InlineData("r1 += 4")]
    [InlineData("r1 += 12")]
    [InlineData("r1 = r10; r1 += -8; r2 = 0; *(u64 *)(r10 - 8) = r2")]
    [InlineData("r1 = map[fd:0] ll")]
    public void A_checked_program_locks_nothing_but_a_lock(string wrong)
    {
        using BpfMap map = Create(MapType.Hash);
        MapProgram programs = new(BpfEngine.Compiled, ProgramType.Xdp, map);
        const string Find = "*(u32 *)(r10 - 4) = 0; r1 = map[fd:0] ll; r2 = r10; r2 += -4; call 1; if r0 != 0 goto +1; exit; r6 = r0; r1 = r6";
        Assert.Equal(2ul, programs.Value($"{Find}; r1 += 8; call 93; r1 = r6; r1 += 8; call 94; r0 = 2; exit"));
        Assert.Equal(RunFaultKind.HelperFailed, programs.Run($"{Find}; {wrong}; call 93; r0 = 2; exit").Fault.Kind);
        Assert.Equal(RunFaultKind.HelperFailed, programs.Run($"{Find}; r1 += 8; call 94; r0 = 2; exit").Fault.Kind);
    }

    private static BpfMap Create(MapType type)
    {
        BpfMap map = TestMaps.Create(TestMaps.Spec(type, 4, ValueSize, Keys) with { SpinLockOffset = LockOffset });
        for (uint key = 0; key < Keys; key++)
        {
            Assert.Equal(BpfError.None, map.Update(TestMaps.Key(key), Value(0)));
        }

        return map;
    }

    /// <summary>What a thread of its own does that runs the program.</summary>
    private static Action<int> Program(MapProgram maker)
    {
        BpfExecutable executable = maker.Of(Count);
        BpfCpu cpu = new();
        XdpContext context = new();
        byte[] packet = new byte[64];
        return round =>
        {
            packet[0] = (byte)(round % Keys);
            context.Load(packet);
            RunResult result = executable.Run(cpu, context);
            Assert.True(result.IsCompleted && result.Value == 2, $"{result.Fault}");
        };
    }

    private static byte[] Value(ulong number)
    {
        byte[] value = new byte[ValueSize];
        MemoryMarshal.Write(value, number);
        MemoryMarshal.Write(value.AsSpan(LockOffset), 0xffff_ffff);
        MemoryMarshal.Write(value.AsSpan(LockOffset + 4), (uint)number);
        MemoryMarshal.Write(value.AsSpan(Last), number);
        return value;
    }

    private static void Check(ReadOnlySpan<byte> value)
    {
        ulong number = MemoryMarshal.Read<ulong>(value);
        Assert.Equal(
            (number, 0u, (uint)number), (MemoryMarshal.Read<ulong>(value[Last..]), MemoryMarshal.Read<uint>(value[LockOffset..]), MemoryMarshal.Read<uint>(value[(LockOffset + 4)..])));
    }
}
