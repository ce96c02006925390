using System.Net;
using Saker.Bpf;
using Saker.Tests.Bpf.Maps;

namespace Saker.Tests.Bpf.Helpers;

public sealed class InterpretedHelperTests() : HelperTests(BpfEngine.Interpreter);

public sealed class CompiledHelperTests() : HelperTests(BpfEngine.Compiled);

/// <summary>Helpers that the kernel cannot be asked about without a network, types or a reader. What it can be asked about stands in the tests that ask it.</summary>
public abstract class HelperTests(BpfEngine engine)
{
    [Theory]
    [InlineData("r1 = 5; r4 = 0", 5)]
    [InlineData("r1 = 0; r4 = 0", 0)]
    [InlineData("r1 = 100; r4 = 0", 8)]
    [InlineData("r1 = 5; r4 = 1", -22)]
    [InlineData("r1 = 8388609; r4 = 0", -7)]
    public void A_loop_ends_where_its_function_says(string arguments, long expected)
    {
        var result = Xdp().Value($"*(u64 *)(r10 - 8) = 0; r2 = function[each] ll; r3 = r10; r3 += -8; {arguments}; call 181; exit; each: r3 = *(u64 *)(r2 + 0); r3 += r1; *(u64 *)(r2 + 0) = r3; r0 = 0; if r1 != 7 goto +1; r0 = 1; exit");
        Assert.Equal(expected, (long)result);
    }

    [Theory]
    [InlineData(MapType.Array)]
    [InlineData(MapType.Hash)]
    public void Entries_are_walked(MapType type)
    {
        using var map = TestMaps.Create(TestMaps.Spec(type, 4, 8, 3));
        for (uint i = 0; i < 3; i++)
        {
            map.Update(TestMaps.Key(i), TestMaps.Value(10 * (i + 1)));
        }

        const string Walk = "*(u64 *)(r10 - 8) = 0; r1 = map[fd:0] ll; r2 = function[each] ll; r3 = r10; r3 += -8; r4 = 0; call 164; r1 = *(u64 *)(r10 - 8); r1 <<= 8; r0 += r1; exit; ";
        const string Each = "each: r5 = *(u32 *)(r2 + 0); r1 = *(u64 *)(r3 + 0); r5 += r1; r1 = *(u64 *)(r4 + 0); r1 += r5; *(u64 *)(r4 + 0) = r1; r0 = 0; exit";
        Assert.Equal((63ul << 8) + 3, new MapProgram(engine, ProgramType.Xdp, map).Value(Walk + Each));
        Assert.Equal(1ul, new MapProgram(engine, ProgramType.Xdp, Again(map)).Value(Walk + "each: r0 = 1; exit"));
    }

    [Fact]
    public void Functions_that_call_too_deep_or_for_ever_stop_the_run()
    {
        Assert.Equal(RunFaultKind.CallsTooDeep, Xdp().Run("r1 = 2; r2 = function[f] ll; r3 = 0; r4 = 0; call 181; exit; f: r1 = 2; r2 = function[f] ll; r3 = 0; r4 = 0; call 181; r0 = 0; exit").Fault.Kind);
        Assert.Equal(RunFaultKind.BudgetExhausted, Xdp().Run("r1 = 8000000; r2 = function[f] ll; r3 = 0; r4 = 0; call 181; exit; f: r1 = 10; again: r1 += -1; if r1 != 0 goto again; r0 = 0; exit").Fault.Kind);
        Assert.Equal(RunFaultKind.UnknownCallee, Xdp().Run("r1 = 2; r2 = 77; r3 = 0; r4 = 0; call 181; exit").Fault.Kind);
    }

    [Fact]
    public void Records_reach_the_ring_s_reader()
    {
        using var ring = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using var reader = ring.OpenReader();
        MapProgram maker = new(engine, ProgramType.Xdp, ring);
        Assert.Equal(0ul, maker.Value("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto out; *(u64 *)(r0 + 0) = 5; r1 = r0; r2 = 0; call 132; out: r0 = 0; exit"));
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(TestMaps.Value(5), record.Data);
        Assert.Equal(0ul, maker.Value("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; r1 = r0; r2 = 0; call 133; r0 = 0; exit"));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(RunFaultKind.HelperFailed, maker.Run("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; r1 = r0; r1 += 8; r2 = 0; call 132; r0 = 0; exit").Fault.Kind);
        Assert.Equal(RunFaultKind.HelperFailed, maker.Run("r1 = r10; r2 = 0; call 132; r0 = 0; exit").Fault.Kind);
    }

    [Theory]
    [InlineData("r0 = *(u64 *)(r0 + 8); r0 = 1")]
    [InlineData("r0 = 1")]
    public void A_record_that_a_checked_program_leaves_does_not_hold_up_the_ring(string end)
    {
        using var ring = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using var reader = ring.OpenReader();
        MapProgram maker = new(engine, ProgramType.Xdp, ring);
        maker.Run("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; " + end + "; exit");
        Assert.Equal(64ul, maker.Value("r6 = 0; again: r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto out; r6 += 1; goto again; out: r0 = r6; exit"));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(0ul, maker.Value("*(u64 *)(r10 - 8) = 6; r1 = map[fd:0] ll; r2 = r10; r2 += -8; r3 = 8; r4 = 0; call 130; exit"));
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(TestMaps.Value(6), record.Data);
    }

    [Fact]
    public void Perf_events_bring_the_packet_s_beginning_along()
    {
        using var events = (PerfEventArrayMap)TestMaps.Create(TestMaps.Spec(MapType.PerfEventArray, 4, 4, TestMaps.CpuCount));
        using var reader = events.OpenReader(4096);
        var context = MapProgram.Frame();
        context.Data.Fill(7);
        Assert.Equal(0ul, new MapProgram(engine, ProgramType.Xdp, events).Value("*(u64 *)(r10 - 8) = 5; r2 = map[fd:0] ll; r3 = 0x3ffffffff ll; r4 = r10; r4 += -8; r5 = 8; call 25; exit", context));
        Assert.True(reader.TryRead(out var record));
        Assert.Equal([5, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7], record.Data[..11].ToArray());
    }

    [Theory]
    [InlineData(MapType.PerCpuArray)]
    [InlineData(MapType.PerCpuHash)]
    [InlineData(MapType.LruPerCpuHash)]
    public void A_CPU_that_a_map_has_no_values_for_gets_none(MapType type)
    {
        using var map = TestMaps.Create(TestMaps.Spec(type, 4, 8, 1), new MapEnvironment { CpuCount = 2 });
        Assert.Equal(BpfError.None, map.Update(TestMaps.Key(0), new byte[map.EntrySize]));
        MapProgram maker = new(engine, ProgramType.Xdp, map);
        const string Key = "*(u32 *)(r10 - 4) = 0; r1 = map[fd:0] ll; r2 = r10; r2 += -4";
        foreach (int number in (int[])[0, 1, 2, 1000, int.MaxValue])
        {
            BpfCpu cpu = new(number);
            bool isKnown = number < 2;
            Assert.Equal(isKnown ? 0 : -(long)BpfError.InvalidArgument, (long)maker.Value($"*(u64 *)(r10 - 16) = 7; {Key}; r3 = r10; r3 += -16; r4 = 0; call 2; exit", cpu: cpu));
            Assert.Equal(isKnown ? 7ul : 0, maker.Value($"{Key}; call 1; if r0 == 0 goto +1; r0 = *(u64 *)(r0 + 0); exit", cpu: cpu));
            Assert.Equal(isKnown ? 1ul : 0, maker.Value("r1 = map[fd:0] ll; r2 = function[each] ll; r3 = 0; r4 = 0; call 164; exit; each: r0 = 0; exit", cpu: cpu));
        }

        Assert.Equal(7ul, maker.Value($"{Key}; r3 = 1; call 195; if r0 == 0 goto +1; r0 = *(u64 *)(r0 + 0); exit"));
        Assert.Equal(0ul, maker.Value($"{Key}; r3 = 2; call 195; exit"));
    }

    [Fact]
    public void Redirects_are_noted_with_their_target()
    {
        using var devices = TestMaps.Create(TestMaps.Spec(MapType.DeviceMap, 4, 4, 4));
        devices.Update(TestMaps.Key(2), BitConverter.GetBytes(9u));
        MapProgram maker = new(engine, ProgramType.Xdp, devices);
        BpfCpu cpu = new();
        Assert.Equal(4ul, maker.Value("r1 = map[fd:0] ll; r2 = 2; r3 = 0; call 51; exit", cpu: cpu));
        Assert.Equal(new BpfRedirect(RedirectKind.Map, 9, devices, 2), cpu.Redirect);
        Assert.Equal(4ul, maker.Value("r1 = map[fd:0] ll; r2 = 0; r3 = 24; call 51; exit", cpu: cpu));
        Assert.Equal(new BpfRedirect(RedirectKind.Broadcast, 0, devices, 0, BpfRedirect.Broadcast | BpfRedirect.ExcludeIngress), cpu.Redirect);
        Assert.Equal(2ul, maker.Value("r1 = 5; r2 = 0; call 23; r1 = map[fd:0] ll; r2 = 3; r3 = 2; call 51; exit", cpu: cpu));
        Assert.Equal(default, cpu.Redirect);
    }

    [Fact]
    public void Traffic_control_redirects_to_a_neighbour_and_sends_copies()
    {
        TableHost host = new();
        host.Add(3, new BpfDevice(1500));
        BpfCpu cpu = new(host: host);
        SkbContext context = new();
        context.Load(new byte[60]);
        MapProgram maker = new(engine, ProgramType.SchedulerClassifier);
        Assert.Equal(7ul, maker.Value("*(u32 *)(r10 - 24) = 2; *(u32 *)(r10 - 20) = 0x0100000a; *(u64 *)(r10 - 16) = 0; *(u32 *)(r10 - 8) = 0; r1 = 3; r2 = r10; r2 += -24; r3 = 20; r4 = 0; call 152; exit", context, cpu));
        Assert.Equal((RedirectKind.Neighbor, 3u, 2u), (cpu.Redirect.Kind, cpu.Redirect.Device, cpu.Redirect.NextHop.Family));
        Assert.Equal(((UInt128)0xffff << 32) | 0x0a000001, cpu.Redirect.NextHop.Address);
        Assert.Equal(0ul, maker.Value("r2 = 3; r3 = 1; call 13; exit", context, cpu));
        Assert.Equal((3u, true, 60), (host.Sent[0].Device, host.Sent[0].IsIngress, host.Sent[0].Bytes.Length));
    }

    [Fact]
    public void Segments_are_measured_with_their_headers()
    {
        TableHost host = new();
        host.Add(3, new BpfDevice(1400));
        SkbContext context = new();
        ulong Check(ushort headers, ushort segment, int flags)
        {
            context.Load(new byte[3000]);
            (context.SegmentSize, context.SegmentHeaderLength) = (segment, headers);
            MapProgram maker = new(engine, ProgramType.SchedulerClassifier);
            return maker.Value($"*(u32 *)(r10 - 4) = 0; r2 = 3; r3 = r10; r3 += -4; r4 = 0; r5 = {flags}; call 163; exit", context, new BpfCpu(host: host));
        }

        Assert.Equal(1ul, Check(0, 0, 0));
        Assert.Equal(0ul, Check(0, 1400, 0));
        Assert.Equal(unchecked((ulong)-22L), Check(0, 1360, 1));
        Assert.Equal(0ul, Check(40, 1360, 1));
        Assert.Equal(2ul, Check(41, 1360, 1));
    }

    [Fact]
    public void Routes_are_the_host_s()
    {
        TableHost host = new();
        host.Add(1, new BpfDevice(1500));
        host.Add(2, new BpfDevice(1400));
        host.Add(new FibRoute(IPNetwork.Parse("10.0.0.0/8"), 2) { NextHop = IPAddress.Parse("10.9.9.9") });
        host.AddNeighbor(2, IPAddress.Parse("10.9.9.9"), new byte[] { 2, 0, 0, 0, 0, 9 });
        host.Add(new FibRoute(IPNetwork.Parse("10.1.0.0/16")) { Type = FibRouteType.Blackhole });
        host.Add(new FibRoute(IPNetwork.Parse("10.2.0.0/16"), 2));
        BpfCpu cpu = new(host: host);
        const string Lookup = "r6 = r1; {0}*(u8 *)(r10 - 64) = 2; *(u16 *)(r10 - 58) = {2}; *(u32 *)(r10 - 56) = 1; *(u32 *)(r10 - 32) = {1}; r1 = r6; r2 = r10; r2 += -64; r3 = 64; r4 = {3}; call 69; ";
        var clear = string.Concat(Enumerable.Range(0, 8).Select(word => $"*(u64 *)(r10 - {64 - (word * 8)}) = 0; "));
        ulong Ask(int destination, int length, int flags, string answer = "") =>
            Xdp().Value(string.Format(System.Globalization.CultureInfo.InvariantCulture, Lookup, clear, destination, length, flags) + answer + "exit", cpu: cpu);
        Assert.Equal(0ul, Ask(0x0505000a, 100, 0));
        Assert.Equal(2ul, Ask(0x0505000a, 100, 0, "r0 = *(u32 *)(r10 - 56); "));
        Assert.Equal(0x0909090aul, Ask(0x0505000a, 100, 0, "r0 = *(u32 *)(r10 - 32); "));
        Assert.Equal(0x0900_0000_0002ul, Ask(0x0505000a, 100, 0, "r0 = *(u64 *)(r10 - 8); r0 >>= 16; "));
        Assert.Equal((ulong)FibResult.FragmentationNeeded, Ask(0x0505000a, 1401, 0));
        Assert.Equal((ulong)FibResult.Blackhole, Ask(0x0505010a, 100, 0));
        Assert.Equal((ulong)FibResult.NoNeighbor, Ask(0x0505020a, 100, 0));
        Assert.Equal((ulong)FibResult.Success, Ask(0x0505020a, 100, 4));
        Assert.Equal((ulong)FibResult.NotForwarded, Ask(0x0505020b, 100, 0));
    }

    [Fact]
    public void Kernel_functions_tell_what_the_device_knows()
    {
        var functions = KernelFunctionTable.ForProgram(ProgramType.Xdp);
        var context = MapProgram.Frame();
        ulong Ask(string name, string read)
        {
            Assert.True(functions.TryFind(name, out var number, out _));
            return Xdp().Value($"*(u64 *)(r10 - 8) = 0; r2 = r10; r2 += -8; r3 = r10; r3 += -4; call btf[{number}]; r1 = {read}(r10 - 8); r0 <<= 32; r0 += r1; exit", context);
        }

        Assert.Equal(unchecked((ulong)-95L << 32), Ask("bpf_xdp_metadata_rx_timestamp", "*(u64 *)"));
        (context.ReceiveTimestamp, context.ReceiveHash, context.VlanTag) = (77, new(5, 6), new(0x8100, 9));
        Assert.Equal(77ul, Ask("bpf_xdp_metadata_rx_timestamp", "*(u64 *)"));
        Assert.Equal((6ul << 32) + 5, Ask("bpf_xdp_metadata_rx_hash", "*(u64 *)"));
        Assert.Equal((9ul << 32) + 0x81, Ask("bpf_xdp_metadata_rx_vlan_tag", "*(u64 *)"));
    }

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(3, 3, 0)]
    [InlineData(-2, 2, 4)]
    [InlineData(5, 3, 0)]
    public void A_counter_of_the_kernel_counts(int first, int end, int expected)
    {
        var functions = KernelFunctionTable.ForProgram(ProgramType.Xdp);
        Assert.True(functions.TryFind("bpf_iter_num_new", out var make, out _) & functions.TryFind("bpf_iter_num_next", out var next, out _));
        Assert.Equal((ulong)expected, Xdp().Value(
            $"r6 = 0; r1 = r10; r1 += -8; r2 = {first}; r3 = {end}; call btf[{make}]; again: r1 = r10; r1 += -8; call btf[{next}]; if r0 == 0 goto out; r6 += 1; goto again; out: r0 = r6; exit"));
    }

    [Theory]
    [InlineData("r1 = 5; r2 = 0; call 44")]
    [InlineData("r1 = r10; r2 = 0; call 65")]
    [InlineData("r1 = 5; r2 = r10; r2 += -8; call 1")]
    [InlineData("r1 = r10; r1 += 8; call 93")]
    [InlineData("r1 = 0; call 93")]
    [InlineData("r1 = r10; r1 += -8; *(u64 *)(r10 - 8) = 1; call 93")]
    [InlineData("r2 = 0; r3 = 5; r4 = 8; call 189")]
    [InlineData("r2 = 0; r3 = r10; r3 += -8; r4 = -1; call 190")]
    [InlineData("r1 = r10; r2 = 8; r3 = 0; r4 = 0; call 105")]
    [InlineData("r1 = r10; r1 += -8; r2 = 8; r3 = 0; call 182")]
    [InlineData("r1 = r10; r1 += -8; r2 = 8; r3 = 7; r4 = 0; r5 = 0; call 165")]
    public void What_is_not_the_program_s_stops_it(string text) => Assert.False(Xdp().Run(text + "; r0 = 0; exit").IsCompleted);

    [Fact]
    public void What_a_program_traces_reaches_the_host()
    {
        TableHost host = new();
        Assert.Equal(10ul, Xdp().Value("*(u64 *)(r10 - 8) = 0; r1 = 0x6425207369206425 ll; *(u64 *)(r10 - 16) = r1; r1 = r10; r1 += -16; r2 = 9; r3 = -1; r4 = 1234; r5 = 0; call 6; exit", cpu: new BpfCpu(host: host)));
        Assert.Equal(["-1 is 1234"], host.Traced);
    }

    [Fact]
    public void Fragments_are_moved_and_read()
    {
        var packet = new byte[9000];
        packet[2999] = 3;
        packet[3000] = 4;
        XdpContext context = new();
        context.Load(packet, 3000);
        Assert.Equal(0x0403ul, Xdp().Value("r2 = 2999; r3 = r10; r3 += -8; *(u64 *)(r10 - 8) = 0; r4 = 2; call 189; r0 = *(u64 *)(r10 - 8); exit", context));
        Assert.Equal(9000ul, Xdp().Value("call 188; exit", context));
        Assert.Equal(0ul, Xdp().Value("r2 = 100; call 65; exit", context));
        Assert.Equal(9100, context.Length);
        Assert.Equal(0ul, Xdp().Value("r2 = -7000; call 65; exit", context));
        Assert.Equal((2100, 0, 2100), (context.Length, context.FragmentCount, context.Data.Length));
        Assert.Equal(unchecked((ulong)-22L), Xdp().Value("r2 = -2087; call 65; exit", context));
    }

    [Fact]
    public void Helpers_allocate_nothing()
    {
        using var map = TestMaps.Create(TestMaps.Spec(MapType.Hash, 4, 8, 3));
        var executable = new MapProgram(engine, ProgramType.Xdp, map).Of("""
            r6 = r1; *(u32 *)(r10 - 4) = 1; *(u64 *)(r10 - 16) = 2; r1 = map[fd:0] ll; r2 = r10; r2 += -4; r3 = r10; r3 += -16; r4 = 0; call 2
            r1 = map[fd:0] ll; r2 = r10; r2 += -4; call 1; r1 = r6; r2 = -8; call 44; r1 = r6; r2 = 8; call 44; r1 = r6; r2 = 0; r3 = r10; r3 += -16; r4 = 8; call 189
            r1 = 5; r2 = 0; call 23; call 5; call 7; call 8; exit
            """);
        var context = MapProgram.Frame();
        BpfCpu cpu = new();
        Assert.True(executable.Run(cpu, context).IsCompleted);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            executable.Run(cpu, context);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private MapProgram Xdp() => new(engine, ProgramType.Xdp);

    private static BpfMap Again(BpfMap map)
    {
        map.Handle = 0;
        return map;
    }
}
