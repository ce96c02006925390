using System.Runtime.InteropServices;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>What programs put into ring buffers and perf event arrays comes out as it was put in, and what has no room is told.</summary>
public class RecordReaderTests
{
    [Fact]
    public unsafe void Records_come_out_in_the_order_in_which_room_was_reserved()
    {
        using var map = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using IRecordReader reader = map.OpenReader();
        byte* first = map.Reserve(5, 0);
        byte* second = map.Reserve(8, 0);
        byte* third = map.Reserve(1, 0);
        Assert.Equal((16 + 16 + 16ul, 4096ul, 0ul, 48ul), (map.Query(0), map.Query(1), map.Query(2), map.Query(3)));
        second[0] = 2;
        map.Submit(second, 0);
        Assert.False(reader.TryRead(out _));
        map.Discard(third, 0);
        first[0] = 1;
        map.Submit(first, 0);
        Assert.True(reader.TryRead(out BpfRecord record));
        Assert.Equal((5, 1, -1), (record.Data.Length, record.Data[0], record.Cpu));
        Assert.True(reader.TryRead(out record));
        Assert.Equal((8, 2), (record.Data.Length, record.Data[0]));
        Assert.False(reader.TryRead(out _));
        Assert.Equal((0ul, 48ul), (map.Query(0), map.Query(2)));
    }

    [Fact]
    public unsafe void A_ring_is_never_quite_full()
    {
        using var map = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        Assert.True(map.Reserve(4096 - 8, 0) is null);
        Assert.True(map.Reserve(8, 1) is null);
        Assert.True(map.Reserve(ulong.MaxValue, 0) is null);
        Assert.True(map.Reserve(4096 - 16, 0) is not null);
        Assert.True(map.Reserve(0, 0) is null);
        byte some = 0;
        Assert.Equal(BpfError.TryAgain, map.Output(&some, 1, 0));
        Assert.Equal(BpfError.InvalidArgument, map.Output(&some, 1, 4));
    }

    [Fact]
    public unsafe void A_record_that_is_written_keeps_the_ring_from_coming_round()
    {
        using var map = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using IRecordReader reader = map.OpenReader();
        byte* held = map.Reserve(8, 0);
        byte[] data = new byte[1000];
        fixed (byte* bytes = data)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(BpfError.None, map.Output(bytes, 1000, 0));
            }

            Assert.False(reader.TryRead(out _));
            Assert.Equal(BpfError.None, map.Output(bytes, 1000, 0));
            Assert.Equal(BpfError.TryAgain, map.Output(bytes, 1000, 0));
            Assert.True(map.IsReserved((ulong)held));
            Assert.False(map.IsReserved((ulong)held + 8));
            map.Submit(held, 0);
            Assert.False(map.IsReserved((ulong)held));
        }
    }

    [Fact]
    public async Task A_reader_waits_for_records()
    {
        using var map = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using IRecordReader reader = map.OpenReader();
        Assert.Throws<InvalidOperationException>(() => map.OpenReader());
        ValueTask<bool> waiting = reader.WaitAsync();
        Assert.False(waiting.IsCompleted);
        Put(map, 42);
        Assert.True(await waiting);
        Assert.True(Take(reader) == 42);
        using CancellationTokenSource cancellation = new();
        ValueTask<bool> cancelled = reader.WaitAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cancelled);
        ValueTask<bool> last = reader.WaitAsync();
        map.Dispose();
        Assert.False(await last);
    }

    [Fact]
    public async Task Records_are_an_asynchronous_stream()
    {
        using var map = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using IRecordReader reader = map.OpenReader();
        Task writing = Task.Run(async () =>
        {
            for (uint i = 0; i < 3000; i++)
            {
                while (!Put(map, i))
                {
                    await Task.Yield();
                }
            }
        });
        uint expected = 0;
        await foreach (StoredRecord record in reader.ReadAllAsync())
        {
            Assert.Equal(expected++, MemoryMarshal.Read<uint>(record.Data.Span));
            if (expected == 3000)
            {
                break;
            }
        }

        await writing;
    }

    [Fact]
    public unsafe void Several_programs_write_and_nothing_is_lost()
    {
        using var map = (RingBufferMap)TestMaps.Create(TestMaps.Spec(MapType.RingBuffer, 0, 0, 4096));
        using IRecordReader reader = map.OpenReader();
        ulong[] next = new ulong[2];
        ulong[] expected = new ulong[2];
        Stress.Run(_ => Write(0), _ => Write(1), _ => Read());
        while (Read())
        {
        }

        Assert.Equal(next, expected);

        void Write(uint producer)
        {
            int words = 2 + ((int)next[producer] % 40);
            ulong* record = (ulong*)map.Reserve((ulong)words * 8, 0);
            if (record is not null)
            {
                record[0] = producer;
                new Span<ulong>(record + 1, words - 1).Fill(next[producer]);
                if (next[producer]++ % 7 == 3)
                {
                    record[1]--;
                    map.Discard((byte*)record, 0);
                }
                else
                {
                    map.Submit((byte*)record, 0);
                }
            }
        }

        bool Read()
        {
            if (!reader.TryRead(out BpfRecord record))
            {
                // What was given up is not read.
                for (int i = 0; i < 2; i++)
                {
                    expected[i] += expected[i] % 7 == 3 && expected[i] < Volatile.Read(ref next[i]) ? 1ul : 0;
                }

                return false;
            }

            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(record.Data);
            ref ulong due = ref expected[words[0]];
            due += due % 7 == 3 ? 1ul : 0;
            Assert.Equal(2 + ((int)due % 40), words.Length);
            foreach (ulong word in words[1..])
            {
                Assert.Equal(due, word);
            }

            due++;
            return true;
        }
    }

    [Fact]
    public async Task Perf_events_come_out_by_CPU_and_tell_what_was_lost()
    {
        using var map = (PerfEventArrayMap)TestMaps.Create(TestMaps.Spec(MapType.PerfEventArray, 4, 4, 2));
        Assert.Equal(BpfError.NotFound, map.Output(uint.MaxValue, 0, [1], []));
        using IRecordReader reader = map.OpenReader(4096);
        ValueTask<bool> waiting = reader.WaitAsync();
        Assert.Equal(BpfError.None, map.Output(uint.MaxValue, 1, [1, 2, 3], [4]));
        Assert.True(await waiting);
        Check(map, reader);
        map.Dispose();
        Assert.False(await reader.WaitAsync());
    }

    private static void Check(PerfEventArrayMap map, IRecordReader reader)
    {
        Assert.Equal(BpfError.TooBig, map.Output(2, 0, [1], []));
        Assert.Equal(BpfError.OperationNotSupported, map.Output(0, 1, [1], []));
        Assert.True(reader.TryRead(out BpfRecord record));
        Assert.Equal(1, record.Cpu);
        Assert.Equal([1, 2, 3, 4], record.Data.ToArray());
        int written = 0;
        while (map.Output(0, 0, new byte[100], []) == BpfError.None)
        {
            written++;
        }

        Assert.Equal(BpfError.NoSpace, map.Output(0, 0, new byte[100], []));
        for (int i = 0; i < written; i++)
        {
            Assert.True(reader.TryRead(out record));
            Assert.Equal((100, 0, 0ul), (record.Data.Length, record.Cpu, record.Lost));
        }

        Assert.False(reader.TryRead(out _));
        Assert.Equal(BpfError.None, map.Output(0, 0, [7], []));
        Assert.True(reader.TryRead(out record));
        Assert.Equal((2ul, 7, 4), (record.Lost, record.Data[0], record.Data.Length));
    }

    private static unsafe bool Put(RingBufferMap map, uint value) => map.Output((byte*)&value, sizeof(uint), 0) == BpfError.None;

    private static uint Take(IRecordReader reader) => reader.TryRead(out BpfRecord record) ? MemoryMarshal.Read<uint>(record.Data) : 0;
}
