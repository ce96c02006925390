using Saker.Packets.AfXdp;

namespace Saker.Tests.Packets.AfXdp;

public class RingTests
{
    [Fact]
    public void Entries_are_seen_once_they_are_submitted()
    {
        using RingBlock block = new(4, sizeof(ulong));
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        using ProducerBatch<ulong> written = producer.Reserve(3);
        Assert.Equal(3, written.Length);
        written[0] = 10;
        written[1] = 11;
        written[2] = 12;
        using (ConsumerBatch<ulong> nothing = consumer.Peek(4))
        {
            Assert.Equal(0, nothing.Length);
        }

        written.Submit(2);
        using ConsumerBatch<ulong> read = consumer.Peek(4);
        Assert.Equal(2, read.Length);
        Assert.Equal(10UL, read[0]);
        Assert.Equal(11UL, read[1]);
        Assert.Equal(2, producer.Waiting);
        read.Release(1);
        Assert.Equal(1, producer.Waiting);
        Assert.Equal(1, consumer.Waiting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Entries_lie_side_by_side_up_to_the_end_of_the_ring(int begin)
    {
        using RingBlock block = new(4, sizeof(ulong));
        block.BeginAt((uint)begin);
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        using ProducerBatch<ulong> written = producer.Reserve(4);
        Assert.Equal(4 - begin, written.SpanFrom(0).Length);
        for (int i = 0; i < written.Length; i++)
        {
            written.SpanFrom(i)[0] = (ulong)i;
        }

        Assert.Equal(begin, written.SpanFrom(4 - begin).Length);
        Assert.True(written.SpanFrom(4).IsEmpty);
        written.Submit(3);
        using ConsumerBatch<ulong> read = consumer.Peek(4);
        List<ulong> seen = [];
        while (seen.Count < read.Length)
        {
            seen.AddRange(read.SpanFrom(seen.Count));
        }

        Assert.Equal([0UL, 1UL, 2UL], seen);
        Assert.Throws<ArgumentOutOfRangeException>(() => SpanBehindTheEnd(block));
    }

    private static void SpanBehindTheEnd(RingBlock block)
    {
        using ConsumerBatch<ulong> read = new RingConsumer<ulong>(block.Memory).Peek(4);
        _ = read.SpanFrom(read.Length + 1);
    }

    [Fact]
    public void Batches_that_end_without_a_word_change_nothing()
    {
        using RingBlock block = new(4, sizeof(ulong));
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        using (ProducerBatch<ulong> given = producer.Reserve(4))
        {
            given[0] = 1;
        }

        Assert.Equal(4, producer.Free);
        using (ProducerBatch<ulong> given = producer.Reserve(1))
        {
            given[0] = 2;
            given.Submit();
        }

        using (ConsumerBatch<ulong> seen = consumer.Peek(1))
        {
            Assert.Equal(2UL, seen[0]);
        }

        using ConsumerBatch<ulong> again = consumer.Peek(1);
        Assert.Equal(2UL, again[0]);
    }

    [Fact]
    public void Rings_that_are_full_or_empty_give_what_there_is()
    {
        using RingBlock block = new(4, sizeof(ulong));
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        using (ProducerBatch<ulong> batch = producer.Reserve(100))
        {
            Assert.Equal(4, batch.Length);
            batch.Submit();
        }

        using (ProducerBatch<ulong> batch = producer.Reserve(1))
        {
            Assert.Equal(0, batch.Length);
        }

        using (ConsumerBatch<ulong> batch = consumer.Peek(3))
        {
            Assert.Equal(3, batch.Length);
            batch.Release();
        }

        using (ProducerBatch<ulong> batch = producer.ReserveAll(4))
        {
            Assert.Equal(0, batch.Length);
        }

        using (ProducerBatch<ulong> batch = producer.ReserveAll(3))
        {
            Assert.Equal(3, batch.Length);
        }

        using (ProducerBatch<ulong> batch = producer.Reserve(-1))
        {
            Assert.Equal(0, batch.Length);
        }

        using ConsumerBatch<ulong> none = consumer.Peek(int.MinValue);
        Assert.Equal(0, none.Length);
    }

    [Fact]
    public void Misuse_is_told()
    {
        using RingBlock block = new(4, sizeof(ulong));
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        Assert.Throws<InvalidOperationException>(() =>
        {
            using ProducerBatch<ulong> first = producer.Reserve(1);
            using ProducerBatch<ulong> second = producer.Reserve(1);
        });
        Assert.Throws<InvalidOperationException>(() =>
        {
            using ConsumerBatch<ulong> first = consumer.Peek(1);
            using ConsumerBatch<ulong> second = consumer.Peek(1);
        });
        Assert.Throws<InvalidOperationException>(() =>
        {
            using ProducerBatch<ulong> batch = producer.Reserve(1);
            batch.Submit();
            batch.Submit();
        });
        Assert.Throws<InvalidOperationException>(() =>
        {
            using ConsumerBatch<ulong> batch = consumer.Peek(1);
            batch.Release();
            batch.Release();
        });
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            using ProducerBatch<ulong> batch = producer.Reserve(2);
            batch[2] = 0;
        });
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            using ProducerBatch<ulong> batch = producer.Reserve(2);
            batch.Submit(3);
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RingBlock(3, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RingBlock(RingMemory.MostEntries * 2, 8));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue - 5)]
    public void Rings_hold_what_a_queue_holds(uint beginning)
    {
        Random random = new(7);
        using RingBlock block = new(16, sizeof(ulong));
        block.BeginAt(beginning);
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        Queue<ulong> model = [];
        for (ulong value = 0; value < 20_000;)
        {
            if (random.Next(2) == 0)
            {
                using ProducerBatch<ulong> batch = producer.Reserve(random.Next(20));
                int count = random.Next(batch.Length + 1);
                for (int i = 0; i < count; i++)
                {
                    batch[i] = value;
                    model.Enqueue(value++);
                }

                if (count != 0 || random.Next(2) == 0)
                {
                    batch.Submit(count);
                }
            }
            else
            {
                int most = random.Next(20);
                using ConsumerBatch<ulong> batch = consumer.Peek(most);
                Assert.Equal(Math.Min(most, model.Count), batch.Length);
                int count = random.Next(batch.Length + 1);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(model.Dequeue(), batch[i]);
                }

                batch.Release(count);
            }

            Assert.Equal(model.Count, consumer.Waiting);
            Assert.Equal(16 - model.Count, producer.Free);
        }
    }

    [Fact]
    public void Indices_that_nobody_can_have_written_lead_nowhere()
    {
        using RingBlock block = new(8, sizeof(ulong));
        RingProducer<ulong> producer = new(block.Memory);
        RingConsumer<ulong> consumer = new(block.Memory);
        RingProducer<ulong> other = new(block.Memory);
        for (int i = 0; i < 3; i++)
        {
            using ProducerBatch<ulong> batch = other.Reserve(8);
            batch.Submit();
            block.BeginAt(0xdead0000u * (uint)i);
            using ConsumerBatch<ulong> read = consumer.Peek(int.MaxValue);
            Assert.InRange(read.Length, 0, 8);
            using ProducerBatch<ulong> write = producer.Reserve(int.MaxValue);
            Assert.InRange(write.Length, 0, 8);
            for (int j = 0; j < write.Length; j++)
            {
                write[j] = ulong.MaxValue;
            }
        }
    }

    [Fact]
    public async Task Nothing_is_lost_or_overtaken_between_two_threads()
    {
        const int Count = 1_000_000;
        using RingBlock block = new(1024, sizeof(ulong));
        RingMemory memory = block.Memory;
        Task sending = Task.Run(() =>
        {
            RingProducer<ulong> producer = new(memory);
            SpinWait spin = default;
            for (ulong next = 0; next < Count;)
            {
                using ProducerBatch<ulong> batch = producer.Reserve((int)Math.Min(170, Count - next));
                for (int i = 0; i < batch.Length; i++)
                {
                    batch[i] = next++;
                }

                batch.Submit();
                if (batch.Length == 0)
                {
                    spin.SpinOnce();
                }
            }
        });
        ulong expected = 0;
        Task receiving = Task.Run(() =>
        {
            RingConsumer<ulong> consumer = new(memory);
            SpinWait spin = default;
            while (expected < Count)
            {
                using ConsumerBatch<ulong> batch = consumer.Peek(130);
                for (int i = 0; i < batch.Length; i++)
                {
                    if (batch[i] != expected++)
                    {
                        Assert.Fail($"{batch[i]} came for {expected - 1}.");
                    }
                }

                batch.Release();
                if (batch.Length == 0)
                {
                    spin.SpinOnce();
                }
            }
        });
        await Task.WhenAll(sending, receiving).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((ulong)Count, expected);
    }

    [Fact]
    public void The_flag_of_the_other_side_is_seen()
    {
        using RingBlock block = new(8, sizeof(ulong));
        FillRing ring = new(block.Memory);
        Assert.False(ring.NeedsWakeup);
        block.Flags = 1;
        Assert.True(ring.NeedsWakeup);
    }
}
