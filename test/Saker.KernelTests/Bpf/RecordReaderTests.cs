using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Kernel.Scheduling;

namespace Saker.KernelTests.Bpf;

/// <summary>What programs put out through ring buffers and perf event arrays is read, once and in order, and waiting for it takes no thread.</summary>
public sealed class RecordReaderTests
{
    private const int Records = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Puts out the first 8 bytes of the packet, and behind them as many zeros as byte 8 says. (Out of the packet itself the helper takes nothing.)</summary>
    private const string RingProgram = """
        r6 = *(u32 *)(r1 + 0)
        r2 = *(u32 *)(r1 + 4)
        r3 = r6
        r3 += 64
        r0 = 1
        if r3 > r2 goto out
        r2 = *(u64 *)(r6 + 0)
        *(u64 *)(r10 - 40) = r2
        r2 = 0
        *(u64 *)(r10 - 32) = r2
        *(u64 *)(r10 - 24) = r2
        *(u64 *)(r10 - 16) = r2
        *(u64 *)(r10 - 8) = r2
        r2 = r10
        r2 += -40
        r3 = *(u8 *)(r6 + 8)
        r3 &= 31
        r3 += 8
        r4 = 0
        r1 = 0 ll
        call 130
        out: exit
        """;

    /// <summary>Takes room, writes the first 8 bytes of the packet, and gives it up where byte 8 is not 0.</summary>
    private const string DiscardProgram = """
        r6 = *(u32 *)(r1 + 0)
        r2 = *(u32 *)(r1 + 4)
        r3 = r6
        r3 += 64
        r0 = 1
        if r3 > r2 goto out
        r1 = 0 ll
        r2 = 8
        r3 = 0
        call 131
        if r0 == 0 goto full
        r1 = r0
        r3 = *(u64 *)(r6 + 0)
        *(u64 *)(r1 + 0) = r3
        r2 = 0
        r4 = *(u8 *)(r6 + 8)
        if r4 != 0 goto discard
        call 132
        r0 = 0
        exit
        discard: call 133
        r0 = 0
        exit
        full: r0 = 2
        out: exit
        """;

    private const string PerfProgram = """
        r6 = *(u32 *)(r1 + 0)
        r2 = *(u32 *)(r1 + 4)
        r3 = r6
        r3 += 64
        r0 = 1
        if r3 > r2 goto out
        r3 = *(u64 *)(r6 + 0)
        *(u64 *)(r10 - 8) = r3
        r2 = 0 ll
        r3 = 0xffffffff ll
        r4 = r10
        r4 += -8
        r5 = 8
        call 25
        out: exit
        """;

    [KernelFact]
    public void Ring_buffer_gives_records_in_order()
    {
        using var loaded = Load(RingProgram, MapType.RingBuffer, 4096);
        using var reader = loaded.Map("events").OpenReader();
        Assert.False(reader.TryRead(out _));
        for (var round = 0; round < 200; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(0u, Put(loaded, (ulong)((round * 20) + i), (byte)i));
            }

            for (var i = 0; i < 20; i++)
            {
                Assert.True(reader.TryRead(out var record));
                Assert.Equal((8 + i, (ulong)((round * 20) + i), -1), (record.Data.Length, BinaryPrimitives.ReadUInt64LittleEndian(record.Data), record.Cpu));
            }

            Assert.False(reader.TryRead(out _));
        }
    }

    [KernelFact]
    public void Ring_buffer_that_is_full_takes_no_more_until_it_is_read()
    {
        using var loaded = Load(DiscardProgram, MapType.RingBuffer, 4096);
        using var reader = loaded.Map("events").OpenReader();
        var put = 0;
        while (Put(loaded, (ulong)put, (byte)(put % 3)) == 0)
        {
            put++;
        }

        Assert.Equal(4096 / 16, put + 1);
        var read = 0;
        while (reader.TryRead(out var record))
        {
            // Those that were given up are passed over.
            Assert.Equal((ulong)(read * 3), BinaryPrimitives.ReadUInt64LittleEndian(record.Data));
            read++;
        }

        Assert.Equal((put + 2) / 3, read);
        Assert.Equal(0u, Put(loaded, 1, 0));
    }

    [KernelTheory]
    [InlineData(MapType.RingBuffer, RingProgram)]
    [InlineData(MapType.PerfEventArray, PerfProgram)]
    public async Task Waiting_ends_with_a_record_a_cancellation_or_the_reader(MapType type, string program)
    {
        using var loaded = Load(program, type, type == MapType.RingBuffer ? 4096u : 0);
        using var reader = loaded.Map("events").OpenReader();
        for (var i = 0; i < 100; i++)
        {
            var waiting = reader.WaitAsync();
            Assert.False(waiting.IsCompleted);
            Put(loaded, (ulong)i, 0);
            Assert.True(await waiting.AsTask().WaitAsync(Patience));
            Assert.True(reader.TryRead(out _));
            Assert.False(reader.TryRead(out _));
        }

        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.WaitAsync(source.Token).AsTask().WaitAsync(Patience, CancellationToken.None));
        Put(loaded, 1000, 0);
        Assert.True(await reader.WaitAsync(CancellationToken.None));
        Assert.True(reader.TryRead(out _));
        var last = reader.WaitAsync();
        reader.Dispose();
        Assert.False(await last.AsTask().WaitAsync(Patience));
        Assert.False(await reader.WaitAsync());
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(out _));

        // There may be another one afterwards.
        using var next = loaded.Map("events").OpenReader();
        Put(loaded, 7, 0);
        Assert.True(next.TryRead(out var record));
        Assert.Equal(7ul, BinaryPrimitives.ReadUInt64LittleEndian(record.Data));
    }

    [KernelTheory]
    [InlineData(MapType.RingBuffer, RingProgram)]
    [InlineData(MapType.PerfEventArray, PerfProgram)]
    public async Task Stream_has_every_record_that_was_taken_while_others_put_them_out(MapType type, string program)
    {
        using var loaded = Load(program, type, type == MapType.RingBuffer ? 64u << 10 : 0);
        using var reader = loaded.Map("events").OpenReader();
        List<ulong> taken = [];
        List<ulong> refused = [];
        ulong lost = 0;
        using CancellationTokenSource end = new(Patience);
        var reading = Task.Run(async () =>
        {
            await foreach (var record in reader.ReadAllAsync(end.Token))
            {
                lost += record.Lost;
                var number = BinaryPrimitives.ReadUInt64LittleEndian(record.Data.Span);
                if (number == ulong.MaxValue)
                {
                    return;
                }

                taken.Add(number);
            }
        });
        for (ulong i = 0; i < Records; i++)
        {
            if (Put(loaded, i, 0) != 0)
            {
                refused.Add(i);
            }

            if (i % 1000 == 0)
            {
                await Task.Delay(1);
            }
        }

        while (Put(loaded, ulong.MaxValue, 0) != 0)
        {
            refused.Add(ulong.MaxValue);
            await Task.Delay(1);
        }

        await reading;
        if (type == MapType.RingBuffer)
        {
            Assert.Equal(Enumerable.Range(0, Records).Select(number => (ulong)number).Except(refused), taken);
        }
        else
        {
            Assert.Equal(taken.Count, taken.Distinct().Count());
            Assert.Equal(Records, taken.Count + refused.Count(number => number != ulong.MaxValue));
            Assert.Equal((ulong)refused.Count, lost);
        }
    }

    [KernelFact(Processors = 2)]
    public void Perf_events_tell_the_CPU_and_what_was_lost()
    {
        using var loaded = Load(PerfProgram, MapType.PerfEventArray, 0);
        using var reader = loaded.Map("events").OpenReader(ringSize: 1);
        Thread thread = new(() =>
        {
            ThreadAffinity.Bind(1);
            for (var i = 0; i < 1000; i++)
            {
                Put(loaded, (ulong)i, 0);
            }
        });
        thread.Start();
        thread.Join();
        var read = 0;
        while (reader.TryRead(out var record))
        {
            Assert.Equal((1, (ulong)read), (record.Cpu, BinaryPrimitives.ReadUInt64LittleEndian(record.Data)));
            Assert.Equal(12, record.Data.Length);
            read++;
        }

        // A record takes 24 bytes of the ring's 4096. What was lost is told with the next one.
        Assert.Equal(4096 / 24, read);
        thread = new(() =>
        {
            ThreadAffinity.Bind(1);
            Put(loaded, 5, 0);
        });
        thread.Start();
        thread.Join();
        Assert.True(reader.TryRead(out var last));
        Assert.Equal((1000ul - (ulong)read, 5ul), (last.Lost, BinaryPrimitives.ReadUInt64LittleEndian(last.Data)));
    }

    [KernelFact]
    public void Other_maps_have_no_reader()
    {
        using var map = KernelMap.Create(new() { Name = "hash", Type = MapType.Hash, KeySize = 4, ValueSize = 4, MaximumEntries = 4 });
        Assert.Contains("is of type hash: programs put out nothing through it", Assert.Throws<InvalidOperationException>(() => map.OpenReader()).Message, StringComparison.Ordinal);
    }

    private static uint Put(KernelObject loaded, ulong number, byte extra)
    {
        var packet = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(packet, number);
        packet[8] = extra;
        return loaded.Program("put").TestRun(packet, default).Value;
    }

    private static KernelObject Load(string text, MapType type, uint size)
    {
        var code = Assembler.Assemble(text);
        var slot = code.Slots.ToArray().ToList().FindIndex(slot => slot.IsWide);
        return KernelObject.Load(new()
        {
            License = "GPL",
            Maps = [new() { Name = "events", Type = type, MaximumEntries = size, KeySize = type == MapType.RingBuffer ? 0u : 4, ValueSize = type == MapType.RingBuffer ? 0u : 4 }],
            Programs = [new() { Name = "put", Section = "xdp", Type = ProgramType.Xdp, Instructions = [.. code.Slots], References = [new(slot, ReferenceKind.Map, "events", 0, false)] }],
        });
    }
}
