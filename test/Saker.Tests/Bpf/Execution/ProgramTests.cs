using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

public sealed class InterpretedProgramTests() : ProgramTests(BpfEngine.Interpreter);

public sealed class CompiledProgramTests() : ProgramTests(BpfEngine.Compiled);

public abstract class ProgramTests(BpfEngine kind)
{
    private readonly Engine _engine = new(kind);

    private const string Loaded = "0x8182838485868788";

    [Theory]
    [InlineData("r0 = *(u8 *)(r1 + 1)", 0x87)]
    [InlineData("r0 = *(u16 *)(r1 + 1)", 0x8687)]
    [InlineData("r0 = *(u32 *)(r1 + 1)", 0x84858687)]
    [InlineData("r0 = *(u64 *)(r1 + 0)", 0x8182838485868788)]
    [InlineData("r0 = *(s8 *)(r1 + 1)", 0xffffffffffffff87)]
    [InlineData("r0 = *(s16 *)(r1 + 1)", 0xffffffffffff8687)]
    [InlineData("r0 = *(s32 *)(r1 + 1)", 0xffffffff84858687)]
    [InlineData("w0 = load_acquire((u8 *)(r1 + 1))", 0x87)]
    [InlineData("w0 = load_acquire((u16 *)(r1 + 2))", 0x8586)]
    [InlineData("w0 = load_acquire((u32 *)(r1 + 4))", 0x81828384)]
    [InlineData("r0 = load_acquire((u64 *)(r1 + 0))", 0x8182838485868788)]
    [InlineData("r1 += 7; r0 = *(u32 *)(r1 - 6)", 0x84858687)]
    public void Loads(string text, ulong expected) => Assert.Equal(expected, _engine.Value(text + "; exit", Numbers()));

    [Theory]
    [InlineData("*(u8 *)(r1 + 1) = r2", "112233445566ef88")]
    [InlineData("*(u16 *)(r1 + 1) = r2", "1122334455cdef88")]
    [InlineData("*(u32 *)(r1 + 1) = r2", "11223389abcdef88")]
    [InlineData("*(u64 *)(r1 + 0) = r2", "0123456789abcdef")]
    [InlineData("*(u8 *)(r1 + 1) = -2", "112233445566fe88")]
    [InlineData("*(u16 *)(r1 + 1) = -2", "1122334455fffe88")]
    [InlineData("*(u32 *)(r1 + 1) = -2", "112233fffffffe88")]
    [InlineData("*(u64 *)(r1 + 0) = -2", "fffffffffffffffe")]
    [InlineData("store_release((u8 *)(r1 + 1), w2)", "112233445566ef88")]
    [InlineData("store_release((u16 *)(r1 + 2), w2)", "11223344cdef7788")]
    [InlineData("store_release((u32 *)(r1 + 4), w2)", "89abcdef55667788")]
    [InlineData("store_release((u64 *)(r1 + 0), r2)", "0123456789abcdef")]
    public void Stores(string text, string expected)
    {
        var memory = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(memory, 0x1122334455667788);
        _engine.Value($"r2 = 0x0123456789abcdef ll; {text}; r0 = 0; exit", memory);
        Assert.Equal(expected, BinaryPrimitives.ReadUInt64LittleEndian(memory).ToString("x16"));
    }

    [Theory]
    [InlineData("lock *(u64 *)(r1 + 0) += r2", 0x01, Loaded, 0x8182838485868789, 1)]
    [InlineData("lock *(u64 *)(r1 + 0) |= r2", 0x77, Loaded, 0x81828384858687ff, 0x77)]
    [InlineData("lock *(u64 *)(r1 + 0) &= r2", 0xff, Loaded, 0x88, 0xff)]
    [InlineData("lock *(u64 *)(r1 + 0) ^= r2", 0xff, Loaded, 0x8182838485868777, 0xff)]
    [InlineData("r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)", 0x01, Loaded, 0x8182838485868789, 0x8182838485868788)]
    [InlineData("r2 = atomic_fetch_or((u64 *)(r1 + 0), r2)", 0x77, Loaded, 0x81828384858687ff, 0x8182838485868788)]
    [InlineData("r2 = atomic_fetch_and((u64 *)(r1 + 0), r2)", 0xff, Loaded, 0x88, 0x8182838485868788)]
    [InlineData("r2 = atomic_fetch_xor((u64 *)(r1 + 0), r2)", 0xff, Loaded, 0x8182838485868777, 0x8182838485868788)]
    [InlineData("r2 = xchg_64(r1 + 0, r2)", 0x5, Loaded, 5, 0x8182838485868788)]
    [InlineData("r0 = cmpxchg_64(r1 + 0, r0, r2); r2 = r0", 0x5, Loaded, 5, 0x8182838485868788)]
    [InlineData("r0 = cmpxchg_64(r1 + 0, r0, r2); r2 = r0", 0x5, "0x85868788", 0x8182838485868788, 0x8182838485868788)]
    [InlineData("lock *(u32 *)(r1 + 0) += w2", -1, Loaded, 0x8182838485868787, 0xffffffffffffffff)]
    [InlineData("lock *(u32 *)(r1 + 4) |= w2", 0x77, Loaded, 0x818283f785868788, 0x77)]
    [InlineData("lock *(u32 *)(r1 + 0) &= w2", 0xff, Loaded, 0x8182838400000088, 0xff)]
    [InlineData("lock *(u32 *)(r1 + 0) ^= w2", 0xff, Loaded, 0x8182838485868777, 0xff)]
    [InlineData("w2 = atomic_fetch_add((u32 *)(r1 + 0), w2)", -1, Loaded, 0x8182838485868787, 0x85868788)]
    [InlineData("w2 = atomic_fetch_or((u32 *)(r1 + 0), w2)", 0x77, Loaded, 0x81828384858687ff, 0x85868788)]
    [InlineData("w2 = atomic_fetch_and((u32 *)(r1 + 0), w2)", 0xff, Loaded, 0x8182838400000088, 0x85868788)]
    [InlineData("w2 = atomic_fetch_xor((u32 *)(r1 + 0), w2)", 0xff, Loaded, 0x8182838485868777, 0x85868788)]
    [InlineData("w2 = xchg32_32(r1 + 4, w2)", -1, Loaded, 0xffffffff85868788, 0x81828384)]
    [InlineData("w0 = cmpxchg32_32(r1 + 0, w0, w2); r2 = r0", 0x5, Loaded, 0x8182838400000005, 0x85868788)]
    [InlineData("w0 = cmpxchg32_32(r1 + 0, w0, w2); r2 = r0", 0x5, "0x8182838400000000", 0x8182838485868788, 0x85868788)]
    public void Atomics(string text, int operand, string r0, ulong memory, ulong r2)
    {
        var bytes = Numbers();
        Assert.Equal(r2, _engine.Value($"r0 = {r0} ll; r2 = {operand}; {text}; r0 = r2; exit", bytes));
        Assert.Equal(memory, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
    }

    [Fact]
    public void Functions_have_frames_of_their_own_and_keep_r6_to_r9_for_their_caller()
    {
        const string Text = """
            r6 = 6; r7 = 7; r8 = 8; r9 = 9; r1 = 5
            *(u64 *)(r10 - 8) = 100
            r2 = r10; r2 += -8
            call double
            r0 += r6; r0 += r7; r0 += r8; r0 += r9
            r1 = *(u64 *)(r10 - 8)
            r0 += r1
            exit
            double:
            r6 = 0; r7 = 0; r8 = 0; r9 = 0
            r3 = *(u64 *)(r10 - 8)
            *(u64 *)(r2 + 0) = 1000
            *(u64 *)(r10 - 8) = 4
            r0 = r1; r0 += r1; r0 += r3
            exit
            """;
        Assert.Equal(10 + 30 + 1000UL, _engine.Value(Text));
    }

    [Theory]
    [InlineData("w3 = w2; w3 <<= 8; w4 = w2; w4 >>= 24; w3 |= w4; r0 = r3", 0x23456701)]
    [InlineData("w3 = w2; w3 >>= 28; w4 = w2; w4 <<= 4; w3 |= w4; r0 = r3", 0x12345670)]
    [InlineData("r3 = r2; r3 <<= 16; r4 = r2; r4 >>= 48; r3 |= r4; r0 = r3", 0x8765_0123_4567_fedcUL)]
    [InlineData("w3 = w2; w3 <<= 8; w4 = w2; w4 >>= 23; w3 |= w4; r0 = r3", 0x23456702)]
    [InlineData("w3 = w2; w3 <<= 8; w4 = w2; w4 >>= 24; w2 = 1; w3 |= w4; r0 = r3; r0 += r2", 0x23456702)]
    [InlineData("w3 = w2; w3 <<= 8; w2 += 1; w4 = w2; w4 >>= 24; w3 |= w4; r0 = r3", 0x23456701)]
    [InlineData("w3 = w2; w3 <<= 8; r4 = r2; r4 >>= 24; w3 |= w4; r0 = r3", 0xffc76701)]
    [InlineData("r3 = r2; w3 <<= 8; w4 = w2; w4 >>= 24; r3 |= r4; r0 = r3", 0x23456701)]
    [InlineData("w3 = w2; w3 <<= 8; w4 = w2; w4 >>= 24; w3 |= w4; r0 = r4; r0 <<= 32; r0 |= r3", 0x1_2345_6701)]
    public void Shifts_that_make_a_rotation_or_nearly(string text, ulong expected) =>
        Assert.Equal(expected, _engine.Value($"r2 = 0xfedc876501234567 ll; {text}; exit"));

    [Fact]
    public void Eight_functions_may_be_active_and_not_nine()
    {
        const string Text = "r1 = {0}; call self; exit; self: r0 = r1; if r1 == 0 goto +2; r1 += -1; call self; exit";
        Assert.Equal(0UL, _engine.Value(Text.Replace("{0}", "6", StringComparison.Ordinal)));
        var result = _engine.Run(Text.Replace("{0}", "7", StringComparison.Ordinal));
        Assert.Equal(new RunFault(RunFaultKind.CallsTooDeep, 6), result.Fault);
    }

    [Fact]
    public void Helpers_are_called_by_number_and_by_register_and_may_call_back()
    {
        HelperTable helpers = new();
        helpers.Add(7, static (_, r1, r2, r3, r4, r5) => r1 + (10 * r2) + (100 * r3) + (1000 * r4) + (10000 * r5));
        helpers.Add(181, static (cpu, count, function, context, _, _) =>
        {
            ulong i = 0;
            while (i < count && cpu.TryCall(function, i, context, 0, 0, out var value) && value == 0)
            {
                i++;
            }

            return i;
        });
        helpers.Add(9, static (cpu, address, length, _, _, _) => cpu.TryGetMemory(address, (int)length, writes: true, out var bytes) ? bytes[0]++ : 0UL);
        ExecutionOptions options = new() { Helpers = helpers };
        Assert.Equal(54321UL, _engine.Value("r1 = 1; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call 7; exit", options: options));
        Assert.Equal(54321UL, _engine.Value("r1 = 1; r2 = 2; r3 = 3; r4 = 4; r5 = 5; r6 = 7; callx r6; exit", options: options));
        const string Loop = """
            *(u64 *)(r10 - 8) = 0
            r1 = 10; r2 = function[body] ll; r3 = r10; r3 += -8
            call 181
            r1 = *(u64 *)(r10 - 8)
            r1 *= 100
            r0 += r1
            exit
            body: r3 = *(u64 *)(r2 + 0); r3 += r1; *(u64 *)(r2 + 0) = r3; r0 = 0; if r1 < 6 goto +1; r0 = 1; exit
            """;
        Assert.Equal(2106UL, _engine.Value(Loop, options: options));
        Assert.Equal(3UL, _engine.Value("r6 = function[three] ll; callx r6; exit; three: r0 = 3; exit", options: options));

        byte[] memory = [41, 0];
        Assert.Equal(41UL, _engine.Value("call 9; exit", memory, options));
        Assert.Equal(42, memory[0]);
        Assert.Equal(new RunFault(RunFaultKind.OutsideWrite, 1, AddressSpace.Argument, 3), _engine.Run("r2 = 3; call 9; exit", memory, options).Fault);
        Assert.Equal(RunFaultKind.UnknownCallee, _engine.Run("r6 = 8; callx r6; exit", memory, options).Fault.Kind);
    }

    [Theory]
    [InlineData("r0 = *(u8 *)(r1 + 8)", "instruction 0 reads 1 bytes at 0x10000008, where the program has no memory")]
    [InlineData("r0 = *(u8 *)(r1 - 1)", "instruction 0 reads 1 bytes at 0xfffffff, where the program has no memory")]
    [InlineData("r0 = *(u64 *)(r1 + 1)", "instruction 0 reads 8 bytes at 0x10000001, where the program has no memory")]
    [InlineData("*(u64 *)(r1 + 1) = r1", "instruction 0 writes 8 bytes at 0x10000001, where the program has no memory that it may write")]
    [InlineData("r1 = -4; r0 = *(u64 *)(r1 + 0)", "instruction 1 reads 8 bytes at 0xfffffffffffffffc, where the program has no memory")]
    [InlineData("r0 = *(u8 *)(r10 + 0)", "instruction 0 reads 1 bytes at 0x7ab000000200, where the program has no memory")]
    [InlineData("r0 = *(u8 *)(r10 - 513)", "instruction 0 reads 1 bytes at 0x7aafffffffff, where the program has no memory")]
    [InlineData("r0 = *(u64 *)(r10 - 7)", "instruction 0 reads 8 bytes at 0x7ab0000001f9, where the program has no memory")]
    [InlineData("call f; exit; f: r0 = *(u8 *)(r10 - 513)", "instruction 2 reads 1 bytes at 0x7ab0000003ff, where the program has no memory")]
    [InlineData("call f; r1 = r0; r0 = *(u8 *)(r1 - 1); exit; f: r0 = r10", "instruction 2 reads 1 bytes at 0x7ab0000005ff, where the program has no memory")]
    [InlineData("lock *(u64 *)(r10 - 9) += r1", "instruction 0 is atomic and 8 bytes at 0x7ab0000001f7 are not aligned")]
    [InlineData("w0 = load_acquire((u16 *)(r1 + 1))", "instruction 0 is atomic and 2 bytes at 0x10000001 are not aligned")]
    [InlineData("goto -1", "the budget of instructions was used up at instruction 0")]
    public void What_a_program_must_not_do_stops_it(string text, string reason) => Assert.Equal(reason, _engine.Run(text + "; exit", Numbers()).Fault.ToString());

    [Fact]
    public void The_budget_is_counted_in_instructions()
    {
        const string Text = "r0 = 0; r1 = 5000; r0 += 1; r1 += -1; if r1 != 0 goto -3; exit";
        Assert.Equal(5000UL, _engine.Value(Text, options: new() { Budget = 15003 }));
        var fault = _engine.Run(Text, options: new() { Budget = kind == BpfEngine.Interpreter ? 15002 : 14996 }).Fault;
        Assert.Equal(new RunFault(RunFaultKind.BudgetExhausted, kind == BpfEngine.Interpreter ? 5 : 4), fault);
    }

    [Fact]
    public void Functions_that_call_one_another_without_a_loop_use_the_budget_up()
    {
        var calls = string.Concat(Enumerable.Repeat("call f; ", 40));
        Assert.Equal(RunFaultKind.BudgetExhausted, _engine.Run($"{calls} exit; f: r0 = 0; exit", options: new() { Budget = 60 }).Fault.Kind);
        Assert.Equal(RunFaultKind.None, _engine.Run($"{calls} exit; f: r0 = 0; exit", options: new() { Budget = 121 }).Fault.Kind);
    }

    [Fact]
    public void May_goto_leaves_a_loop_when_it_has_taken_its_share() =>
        Assert.Equal(8UL * 1024 * 1024, _engine.Value("r0 = 0; may_goto +2; r0 += 1; goto -3; exit"));

    [Theory]
    [InlineData("r0 = *(u8 *)skb[1]", 0x87)]
    [InlineData("r0 = *(u16 *)skb[1]", 0x8786)]
    [InlineData("r2 = 3; r0 = *(u32 *)skb[r2 - 2]", 0x87868584)]
    [InlineData("r0 = *(u32 *)skb[5]; r0 = 7", 0)]
    [InlineData("r0 = *(u8 *)skb[-1]; r0 = 7", 0)]
    public void Legacy_loads_read_the_packet_in_network_order_and_end_the_program_where_there_is_none(string text, ulong expected) =>
        Assert.Equal(expected, _engine.Value(text + "; exit", Numbers()));

    [Fact]
    public void Memory_that_is_only_read_is_not_written_and_what_is_elsewhere_is_asked_for()
    {
        MapOfOne map = new();
        ExecutionOptions options = new() { Constants = map, Regions = map };
        Assert.Equal(0x2aUL, _engine.Value("r1 = map[fd:3][0]+4 ll; r0 = *(u32 *)(r1 + 0); exit", options: options));
        Assert.Equal(
            new RunFault(RunFaultKind.OutsideWrite, 2, 0x2000_0004, 4), _engine.Run("r1 = map[fd:3][0]+4 ll; *(u32 *)(r1 + 0) = 1; exit", options: options).Fault);
        Assert.False(BpfExecutable.TryCreate(Assembler.Assemble("r1 = map[fd:4] ll; exit"), options, out _, out var fault));
        Assert.Equal("instruction 0: 'r1 = map[fd:4] ll': what it refers to is not there", fault.ToString());
    }

    [Theory]
    [InlineData("call 5", "instruction 0: 'call 5': bpf_ktime_get_ns is not among the helpers that this program was given")]
    [InlineData("call btf[5]", "instruction 0: 'call btf[5] + 0': there is no function of the kernel with the number 5 here; a loader binds calls by name")]
    [InlineData("r1 = addr_space_cast(r1, 0, 1)", "instruction 0: 'r1 = addr_space_cast(r1, 0, 1)': there are no arenas here, so there is no other address space")]
    public void What_there_is_not_is_refused_before_a_run(string text, string reason)
    {
        Assert.False(BpfExecutable.TryCreate(Assembler.Assemble(text + "; exit"), new(), out _, out var fault));
        Assert.Equal(reason, fault.ToString());
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        var interpreter = _engine.Of(Assembler.Assemble("r6 = *(u64 *)(r1 + 0); *(u64 *)(r10 - 8) = r6; call f; exit; f: r0 = 1; exit"));
        var memory = Numbers();
        interpreter.Run(memory);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            interpreter.Run(memory);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Numbers() => [0x88, 0x87, 0x86, 0x85, 0x84, 0x83, 0x82, 0x81];

    /// <summary>A value of eight bytes that programs may read, as that of a frozen map.</summary>
    private sealed unsafe class MapOfOne : IConstantSource, IMemoryRegions
    {
        private readonly byte[] _value = GC.AllocateArray<byte>(8, pinned: true);

        public MapOfOne() => _value[4] = 0x2a;

        public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            value = 0x2000_0000 + (ulong)second;
            return kind == ConstantKind.MapValue && first == 3;
        }

        public bool TryFind(ulong address, out MemoryRegion region)
        {
            region = new MemoryRegion(0x2000_0000, (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _value[0]), 8, isWritable: false);
            return true;
        }
    }
}
