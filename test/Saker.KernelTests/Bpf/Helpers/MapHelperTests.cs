using Saker.Bpf;
using Saker.Tests.Bpf.Maps;
using static Saker.KernelTests.Bpf.Helpers.HelperTwice;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>Maps in the hands of programs: as the kernel's.</summary>
public sealed class MapHelperTests
{
    [KernelTheory]
    [InlineData(MapType.Array)]
    [InlineData(MapType.Hash)]
    [InlineData(MapType.PerCpuArray)]
    [InlineData(MapType.PerCpuHash)]
    [InlineData(MapType.LruHash)]
    public void Entries_are_found_put_in_and_taken_out(MapType type)
    {
        using var map = MapTwice.Of(type, 4, 8, 4);
        foreach (var key in (int[])[0, 1, 3, 4, -1])
        {
            foreach (var flags in (int[])[0, 1, 2, 3, 4, 8])
            {
                var place = $"*(u32 *)(r10 - 4) = {key}; *(u64 *)(r10 - 16) = {key + 7}; r1 = map[fd:0] ll; r2 = r10; r2 += -4";
                const string Find = "r1 = map[fd:0] ll; r2 = r10; r2 += -4; call 1; if r0 == 0 goto +1; r0 = *(u64 *)(r0 + 0)";
                Compare(ProgramType.Xdp, $"{place}; r3 = r10; r3 += -16; r4 = {flags}; call 2; r8 = r0; {Find}; r0 <<= 8; r0 += r8", TestFrames.IPv4, map);
            }

            Compare(ProgramType.Xdp, $"*(u32 *)(r10 - 4) = {key}; r1 = map[fd:0] ll; r2 = r10; r2 += -4; call 3", TestFrames.IPv4, map);
        }
    }

    [KernelTheory]
    [InlineData(MapType.Array)]
    [InlineData(MapType.Hash)]
    public void Values_with_a_lock_are_put_in_as_the_flags_say(MapType type)
    {
        var spec = TestMaps.Spec(type, 4, 24, 2) with { SpinLockOffset = 8, KeyTypeId = LockedValue.KeyType, ValueTypeId = LockedValue.ValueType };
        using var types = LockedValue.Load();
        using var map = MapTwice.Of(spec, types: types);
        foreach (var key in (int[])[0, 1, 0, 2])
        {
            foreach (var flags in (int[])[4, 5, 6, 7, 0, 1, 2, 4, 5, 6, 7, 8, 12])
            {
                var value = $"*(u64 *)(r10 - 32) = {flags + 7}; *(u64 *)(r10 - 24) = -1; *(u64 *)(r10 - 16) = {flags + 9}; *(u32 *)(r10 - 4) = {key}";
                const string Find = "r1 = map[fd:0] ll; r2 = r10; r2 += -4; call 1; if r0 == 0 goto +5; r1 = *(u64 *)(r0 + 0); r2 = *(u32 *)(r0 + 12); r0 = *(u64 *)(r0 + 16); r0 += r1; r0 += r2";
                Compare(ProgramType.Xdp, $"{value}; r1 = map[fd:0] ll; r2 = r10; r2 += -4; r3 = r10; r3 += -32; r4 = {flags}; call 2; r8 = r0; {Find}; r0 <<= 8; r0 += r8", TestFrames.IPv4, map);
            }
        }
    }

    [KernelTheory]
    [InlineData(MapType.Queue)]
    [InlineData(MapType.Stack)]
    public void Values_are_pushed_popped_and_peeked(MapType type)
    {
        using var map = MapTwice.Of(type, 0, 8, 2);
        foreach (var (helper, flags) in (ReadOnlySpan<(int, int)>)[(88, 0), (89, 0), (87, 0), (87, 0), (87, 0), (87, 1), (87, 2), (87, 4), (89, 0), (88, 0), (88, 0), (88, 0)])
        {
            Compare(
                ProgramType.Xdp,
                $"*(u64 *)(r10 - 8) = {(helper * 10) + flags}; r1 = map[fd:0] ll; r2 = r10; r2 += -8; r3 = {flags}; call {helper}; r8 = r0; r0 = *(u64 *)(r10 - 8); r0 <<= 8; r0 += r8",
                TestFrames.IPv4,
                map);
        }
    }

    [KernelFact]
    public void Records_are_put_into_rings()
    {
        using var ring = MapTwice.Of(MapType.RingBuffer, 0, 0, 4096);
        foreach (var flags in (int[])[0, 1, 2, 3, 4])
        {
            Compare(ProgramType.Xdp, $"*(u64 *)(r10 - 8) = 5; r1 = map[fd:0] ll; r2 = r10; r2 += -8; r3 = 8; r4 = {flags}; call 130", TestFrames.IPv4, ring);
            Compare(ProgramType.Xdp, $"r1 = map[fd:0] ll; r2 = {flags}; call 134", TestFrames.IPv4, ring);
        }

        foreach (var size in (int[])[0, 1, 8, 1000, 4080, 4096, 5000])
        {
            const string Submit = "if r0 == 0 goto +3; r1 = r0; r2 = 0; call 132";
            Compare(ProgramType.Xdp, $"r1 = map[fd:0] ll; r2 = {size}; r3 = 0; call 131; r8 = 1; if r0 != 0 goto +1; r8 = 0; {Submit}; r1 = map[fd:0] ll; r2 = 0; call 134; r0 += r8", TestFrames.IPv4, ring);
            Compare(ProgramType.Xdp, $"r1 = map[fd:0] ll; r2 = {size}; r3 = 1; call 131; r8 = 1; if r0 != 0 goto +1; r8 = 0; {Submit}; r0 = r8", TestFrames.IPv4, ring);
        }
    }

    [KernelFact]
    public void Dynamic_pointers_into_rings_are_the_kernels()
    {
        foreach (var size in (int[])[0, 8, 100, 5000])
        {
            foreach (var flags in (int[])[0, 1])
            {
                foreach (var offset in (int[])[0, 4, 93, 1000])
                {
                    using var ring = MapTwice.Of(MapType.RingBuffer, 0, 0, 4096);
                    const string Pointer = "r10; {0} += -16";
                    Compare(
                        ProgramType.Xdp,
                        $"r1 = map[fd:0] ll; r2 = {size}; r3 = {flags}; r4 = {Pointer.Replace("{0}", "r4", StringComparison.Ordinal)}; call 198; r8 = r0; "
                        + $"*(u64 *)(r10 - 24) = 0x1234; r1 = {Pointer.Replace("{0}", "r1", StringComparison.Ordinal)}; r2 = {offset}; r3 = r10; r3 += -24; r4 = 8; r5 = 0; call 202; r8 <<= 8; r8 += r0; "
                        + $"r1 = r10; r1 += -32; *(u64 *)(r10 - 32) = 0; r2 = 8; r3 = {Pointer.Replace("{0}", "r3", StringComparison.Ordinal)}; r4 = {offset}; r5 = 0; call 201; r8 <<= 8; r8 += r0; "
                        + $"r1 = {Pointer.Replace("{0}", "r1", StringComparison.Ordinal)}; r2 = 0; call 199; r0 = *(u64 *)(r10 - 32); r0 <<= 32; r0 += r8",
                        TestFrames.IPv4,
                        ring);
                }
            }
        }
    }

    [KernelTheory]
    [InlineData(MapType.DeviceMap)]
    [InlineData(MapType.DeviceMapHash)]
    [InlineData(MapType.CpuMap)]
    [InlineData(MapType.XskMap)]
    public void Packets_are_redirected_by_maps(MapType type)
    {
        using var map = MapTwice.Of(type, 4, 4, 4);
        if (type != MapType.XskMap)
        {
            map.Put(1, BitConverter.GetBytes(1));
        }

        foreach (var key in (int[])[0, 1, 4, -1])
        {
            foreach (var flags in (long[])[0, 1, 2, 3, 4, 8, 9, 16, 24, 26, 32, -1])
            {
                Compare(ProgramType.Xdp, $"r1 = map[fd:0] ll; r2 = {key}; r3 = {flags}; call 51", TestFrames.IPv4, map);
            }
        }
    }

    [KernelFact]
    public void Perf_events_need_a_reader()
    {
        using var events = MapTwice.Of(MapType.PerfEventArray, 4, 4, 2);
        foreach (var type in (ProgramType[])[ProgramType.Xdp, ProgramType.SchedulerClassifier])
        {
            foreach (var flags in (long[])[0, 1, 2, 0xffff_ffff, 5L << 32, 107L << 32, 106L << 32, 1L << 52])
            {
                Compare(type, $"*(u64 *)(r10 - 8) = 5; r1 = r6; r2 = map[fd:0] ll; r3 = {flags} ll; r4 = r10; r4 += -8; r5 = 8; call 25", TestFrames.IPv4, events);
            }
        }
    }

    [KernelFact]
    public void Tail_calls_without_a_program_go_on()
    {
        using var programs = MapTwice.Of(MapType.ProgramArray, 4, 4, 2);
        foreach (var index in (int[])[0, 1, 2, -1])
        {
            Compare(ProgramType.Xdp, $"r1 = r6; r2 = map[fd:0] ll; r3 = {index}; call 12; r0 = 5", TestFrames.IPv4, programs);
        }
    }

    [KernelFact]
    public void Routes_are_asked_for_with_known_flags()
    {
        foreach (var type in (ProgramType[])[ProgramType.Xdp, ProgramType.SchedulerClassifier])
        {
            foreach (var family in (int[])[0, 2, 10, 77])
            {
                foreach (var size in (int[])[1, 63, 64])
                {
                    foreach (var flags in (int[])[0, 1, 2, 32, 64, -1])
                    {
                        var clear = string.Join("; ", Enumerable.Range(0, 8).Select(place => $"*(u64 *)(r10 - {64 - (place * 8)}) = 0"));
                        Compare(
                            type,
                            $"{clear}; *(u8 *)(r10 - 64) = {family}; *(u32 *)(r10 - 56) = 77777; r1 = r6; r2 = r10; r2 += -64; r3 = {size}; r4 = {flags}; call 69",
                            TestFrames.IPv4);
                    }
                }
            }
        }
    }
}
