using Saker.Packets;

namespace Saker.Tests.Packets;

/// <summary>
/// Random operations on packets, and the same on plain lists of bytes: after each step every packet has its list's bytes, and in the end every pool is full.
/// </summary>
public class PacketModelTests
{
    private const int Packets = 48;
    private const int Chunks = 40;

    [Fact]
    public void Packets_behave_as_lists_of_bytes()
    {
        int runs = Effort.Inputs(400, 40_000);
        for (int seed = 1; seed <= runs; seed++)
        {
            using Run run = new(seed);
            run.Go(steps: 60);
        }
    }

    /// <summary>One sequence of operations.</summary>
    private sealed class Run(int seed) : IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly PacketMemory _memory = new(Packets, Chunks, chunkSize: 256, headroom: 32);
        private readonly List<(PacketBuffer Packet, List<byte> Model)> _live = [];
        private readonly List<string> _story = [];

        public void Go(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                Step();
                foreach ((PacketBuffer packet, List<byte> model) in _live)
                {
                    Compare(packet, model);
                }
            }

            foreach ((PacketBuffer packet, _) in _live)
            {
                packet.Free();
            }

            _live.Clear();
        }

        public void Dispose() => _memory.Dispose();

        private void Step()
        {
            int choice = _random.Next(11);
            if (_live.Count == 0 || choice == 0)
            {
                Allocate();
                return;
            }

            int index = _random.Next(_live.Count);
            (PacketBuffer packet, List<byte> model) = _live[index];
            int amount = _random.Next(_random.Next(1, 300));
            string[] names = ["", "free", "clone", "push", "put", "pull", "try pull", "trim", "append", "make linear", "write"];
            _story.Add($"{names[choice]} {amount} of packet {index} ({model.Count} bytes, {packet.LinearLength} linear)");
            switch (choice)
            {
                case 1:
                    packet.Free();
                    _live.RemoveAt(index);
                    break;
                case 2:
                    if (packet.TryClone(out PacketBuffer clone))
                    {
                        _live.Add((clone, [.. model]));
                    }

                    break;
                case 3 when amount <= packet.Headroom && packet.TryMakeWritable():
                    model.InsertRange(0, Fill(packet.Push(amount)));
                    break;
                case 4 when amount <= packet.Tailroom && packet.TryMakeWritable():
                    model.AddRange(Fill(packet.Put(amount)));
                    break;
                case 5 when amount <= packet.LinearLength:
                    packet.Pull(amount);
                    model.RemoveRange(0, amount);
                    break;
                case 6:
                    Tell(packet.TryPull(amount) is var pulled && (!pulled || amount <= model.Count), "pulled more than there is");
                    if (pulled)
                    {
                        model.RemoveRange(0, amount);
                    }

                    break;
                case 7:
                    packet.Trim(amount);
                    model.RemoveRange(Math.Min(amount, model.Count), Math.Max(0, model.Count - amount));
                    break;
                case 8:
                    Append(packet, model, index);
                    break;
                case 9:
                    Tell(!packet.TryMakeLinear(amount) || (packet.LinearLength >= amount && amount <= model.Count), "linear without the bytes");
                    break;
                case 10 when amount <= packet.LinearLength && packet.TryMakeWritable():
                    byte[] bytes = new byte[amount];
                    _random.NextBytes(bytes);
                    packet.Write(0, bytes);
                    model.RemoveRange(0, amount);
                    model.InsertRange(0, bytes);
                    break;
            }
        }

        private void Allocate()
        {
            byte[] bytes = new byte[_random.Next(700)];
            _random.NextBytes(bytes);
            _story.Add($"allocate {bytes.Length}");
            int entries = _memory.Pool.AvailableCount;
            int chunks = _memory.Region.AvailableCount;
            if (_memory.Pool.TryAllocate(_memory.Region, bytes, out PacketBuffer packet))
            {
                _live.Add((packet, [.. bytes]));
                return;
            }

            Tell(entries == _memory.Pool.AvailableCount && chunks == _memory.Region.AvailableCount, "a refused allocation took something");
            Tell(Math.Min(entries, chunks) < 1 + (bytes.Length / _memory.Region.FrameCapacity) + 1, "an allocation was refused without need");
        }

        private void Append(PacketBuffer packet, List<byte> model, int index)
        {
            int other = _random.Next(_live.Count);
            if (other == index)
            {
                return;
            }

            (PacketBuffer tail, List<byte> tailModel) = _live[other];
            try
            {
                packet.AppendFragment(tail);
            }
            catch (InvalidOperationException)
            {
                return;
            }

            model.AddRange(tailModel);
            _live.RemoveAt(other);
        }

        private byte[] Fill(Span<byte> place)
        {
            _random.NextBytes(place);
            return place.ToArray();
        }

        private void Compare(PacketBuffer packet, List<byte> model)
        {
            Tell(packet.Length == model.Count, $"length {packet.Length} in place of {model.Count}");
            Tell(packet.LinearLength + packet.FragmentLength == packet.Length, "linear and fragments are not the whole");
            List<byte> bytes = [];
            foreach (ReadOnlySpan<byte> segment in packet.Segments)
            {
                Tell(!segment.IsEmpty, "an empty segment");
                bytes.AddRange(segment);
            }

            Tell(bytes.SequenceEqual(model), "other bytes");
            Tell(packet.Linear.SequenceEqual(model.Take(packet.LinearLength).ToArray()), "other linear bytes");
        }

        private void Tell(bool holds, string fault)
        {
            if (!holds)
            {
                Assert.Fail($"Seed {seed}: {fault} after\n{string.Join('\n', _story)}");
            }
        }
    }
}
