using System.Globalization;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.KernelTests.Bpf.Helpers;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// A ring buffer of the kernel and those of every engine get the same from programs and are read as far: the helpers say the same, and the same records come out.
/// <c>SAKER_SEED</c> takes other programs.
/// </summary>
public sealed class RingBufferTests
{
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_SEED") ?? "20260101", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long it takes to believe that nobody is woken.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

    [KernelFact]
    public void Programs_get_and_leave_the_same_in_every_ring()
    {
        for (var round = 0; round < Effort.Inputs(3, 100); round++)
        {
            using var data = Source();
            MapTwice[] rings = [.. XdpEngines.Engines.Select(_ => MapTwice.Of(MapType.RingBuffer, 0, 0, RingPrograms.Capacity))];
            IRecordReader[] readers = [.. Readers(rings)];
            Random random = new(Seed + round);
            RingPrograms programs = new(random);
            for (var i = 0; i < 25; i++)
            {
                var text = programs.Next();
                Run(text, rings, data, $"seed {Seed + round}, program {i}:\n{text}");
                for (var reads = random.Next(8); reads > 0; reads--)
                {
                    var expected = Read(readers[0]);
                    Assert.All(readers[1..], reader => Assert.Equal(expected, Read(reader)));
                }

                if (random.Next(6) == 0)
                {
                    Array.ForEach(readers, reader => reader.Dispose());
                    readers = [.. Readers(rings)];
                }
            }

            Array.ForEach(readers, reader => reader.Dispose());
            Array.ForEach(rings, ring => ring.Dispose());
        }
    }

    [KernelTheory]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 0; call 130", true)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 1; call 130", false)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 2; call 130", true)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 3; call 130", true)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 4; call 130", false)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 4096; r4 = 2; call 130", false)]
    [InlineData("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto +3; r1 = r0; r2 = 0; call 132", true)]
    [InlineData("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto +3; r1 = r0; r2 = 1; call 132", false)]
    [InlineData("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto +3; r1 = r0; r2 = 4; call 132", true)]
    [InlineData("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto +3; r1 = r0; r2 = 0; call 133", true)]
    [InlineData("r1 = map[fd:0] ll; r2 = 8; r3 = 0; call 131; if r0 == 0 goto +3; r1 = r0; r2 = 1; call 133", false)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 1; call 130; r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 0; call 130", false)]
    [InlineData("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 1; call 130; r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 2; call 130", true)]
    public async Task A_reader_is_woken_as_the_kernels_is(string body, bool wakes)
    {
        using var data = Source();
        using var ring = MapTwice.Of(MapType.RingBuffer, 0, 0, RingPrograms.Capacity);
        IRecordReader[] readers = [.. Readers([ring])];
        Task<bool>[] waits = [.. readers.Select(reader => reader.WaitAsync().AsTask())];
        await Task.Delay(Silence);
        Run($"{body}; r0 = 2; exit", [ring], data, body);
        if (!wakes)
        {
            await Task.Delay(Silence);
            Assert.DoesNotContain(waits, wait => wait.IsCompleted);
            Run("r1 = map[fd:0] ll; r2 = map[fd:1][0]+0 ll; r3 = 8; r4 = 2; call 130; r0 = 2; exit", [ring], data, body);
        }

        Assert.DoesNotContain(false, await Task.WhenAll(waits).WaitAsync(Patience));
        Array.ForEach(readers, reader => reader.Dispose());
    }

    private static MapTwice Source()
    {
        var data = MapTwice.Of(MapType.Array, 4, RingPrograms.SourceSize, 1);
        byte[] bytes = [.. Enumerable.Range(0, RingPrograms.SourceSize).Select(value => (byte)((value * 7) ^ (value >> 8)))];
        bytes[0] = RingPrograms.CopyMark;
        data.Put(0, bytes);
        return data;
    }

    /// <summary>Runs a program in the kernel, with the first ring, and in each engine, with its own.</summary>
    private static void Run(string text, MapTwice[] rings, MapTwice data, string what)
    {
        byte[] packet = new byte[RingPrograms.PacketLength];
        byte[] expected = new byte[RingPrograms.PacketLength];
        using var kernel = HelperTwice.Load(ProgramType.Xdp, text, LoadFlags.None, [rings[0], data]);
        Assert.Equal(2u, kernel.TestRun(packet, expected).Value);
        for (var i = 0; i < rings.Length; i++)
        {
            var (engine, checks) = XdpEngines.Engines[i];
            var executable = HelperTwice.Make(ProgramType.Xdp, text, [rings[i], data], engine, checks);
            XdpContext context = new();
            context.Load(packet);
            var result = executable.Run(new BpfCpu(), context);
            Assert.True(result.IsCompleted, $"{what}\n{engine}, checks {checks}: {result.Fault}");
            Assert.True(
                expected.AsSpan().SequenceEqual(context.Data),
                $"{what}\nIn the kernel the helpers say {Told(expected)}\n{engine}, checks {checks}, they say {Told(context.Data)}");
        }
    }

    private static string Told(ReadOnlySpan<byte> packet) => string.Join(' ', System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(packet).ToArray());

    /// <summary>A reader of the kernel's first ring, and of each one's that is here.</summary>
    private static IEnumerable<IRecordReader> Readers(MapTwice[] rings) => [rings[0].Kernel.OpenReader(), .. rings.Select(ring => ((RingBufferMap)ring.Here).OpenReader())];

    /// <summary>A record as text: all of a copy, and of what was reserved the bytes that were written.</summary>
    private static string Read(IRecordReader reader)
    {
        if (!reader.TryRead(out var record))
        {
            return "none";
        }

        var bytes = record.Data;
        return bytes.Length == 0 ? "0"
            : bytes[0] == RingPrograms.CopyMark ? Convert.ToHexStringLower(bytes)
            : $"{bytes.Length}: {Convert.ToHexStringLower(bytes[..Math.Min(8, bytes.Length)])} {bytes[^1]}";
    }
}
