using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Execution;

/// <summary>
/// Real programs with a few instructions changed, so that helpers and maps are called with what no verifier would let through: they are refused, stopped, or run, in every
/// engine, and write nothing beside their packet. The corpus is <c>test/vectors/bpf/programs</c>.
/// </summary>
public sealed unsafe class MutatedProgramTests
{
    private const int Seed = 2014;
    private const int Guard = 4096, FrameSize = 2048, Headroom = 256, MostEntries = 64;
    private const byte GuardByte = 0xA5;

    private static readonly BpfEngine[] Engines = [BpfEngine.Interpreter, BpfEngine.Compiled];

    public static TheoryData<string> Objects => [.. BpfVectors.Programs.Where(name => name.EndsWith(".v3", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_changed_program_stays_within_its_memory(string name)
    {
        ObjectSpec original = WithSmallMaps(BpfVectors.Spec(name));
        Random random = new(Seed);
        int inputs = Effort.Inputs(60, 10_000);
        int ran = 0;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(FrameSize + (2 * Guard), 64);
        try
        {
            for (int input = 0; input < inputs; input++)
            {
                ProgramSpec program = original.Programs[random.Next(original.Programs.Length)];
                ObjectSpec changed = original with { Programs = original.Programs.Replace(program, Changed(program, random)) };
                byte[] packet = Packet(random);
                foreach (BpfEngine engine in Engines)
                {
                    ran += Runs(changed, program.Name, engine, packet, memory, $"Seed {Seed}, input {input} of {name}, {engine}") ? 1 : 0;
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }

        Assert.True(ran > inputs / 4, $"only {ran} of {inputs} programs ran");
    }

    private static bool Runs(ObjectSpec spec, string name, BpfEngine engine, byte[] packet, byte* memory, string what)
    {
        ObjectLoadOptions options = new() { Engine = engine, Budget = 20_000, Programs = [name] };
        if (!LoadedObject.TryLoad(spec, options, out LoadedObject? loaded, out LoadFault? fault))
        {
            Assert.NotEmpty(fault.ToString());
            return false;
        }

        using (loaded)
        {
            Span<byte> all = new(memory, FrameSize + (2 * Guard));
            all.Fill(GuardByte);
            PacketContext context = loaded.Program(name).Spec.Type == ProgramType.Xdp ? new XdpContext() : new SkbContext();
            context.Place(memory + Guard, FrameSize, Headroom, packet.Length);
            packet.CopyTo(context.Data);
            loaded.Program(name).Run(new BpfCpu(), context);
            Assert.True(all[..Guard].IndexOfAnyExcept(GuardByte) < 0 && all[^Guard..].IndexOfAnyExcept(GuardByte) < 0, $"{what} writes beside its frame:\n{name}");
        }

        return true;
    }

    private static ProgramSpec Changed(ProgramSpec program, Random random)
    {
        BpfInstruction[] slots = [.. program.Instructions];
        int changes = 1 + random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(slots.Length);
            BpfInstruction old = slots[at];
            slots[at] = random.Next(8) switch
            {
                0 => new BpfInstruction((byte)random.Next(256), old.Destination, old.Source, old.Offset, old.Immediate),
                1 => new BpfInstruction(old.Opcode, (byte)random.Next(11), old.Source, old.Offset, old.Immediate),
                2 => new BpfInstruction(old.Opcode, old.Destination, (byte)random.Next(11), old.Offset, old.Immediate),
                3 => old.WithOffset((short)(old.Offset + random.Next(-16, 17))),
                4 => old.WithOffset((short)random.Next(short.MinValue, short.MaxValue + 1)),
                5 => old.WithImmediate(old.Immediate + random.Next(-16, 17)),
                6 => old.WithImmediate(Isa.Samples.Edge(random)),
                _ => slots[random.Next(slots.Length)],
            };
        }

        return program with { Instructions = ImmutableCollectionsMarshal.AsImmutableArray(slots) };
    }

    private static ObjectSpec WithSmallMaps(ObjectSpec spec) => spec with
    {
        Maps = [.. spec.Maps.Select(map => map.Type is MapType.Hash or MapType.PerCpuHash or MapType.LruHash or MapType.LruPerCpuHash or MapType.Array or MapType.PerCpuArray
            ? map with { MaximumEntries = Math.Min(map.MaximumEntries, MostEntries) }
            : map)],
    };

    /// <summary>Ethernet and IP, of any protocol and content behind that, often cut short.</summary>
    private static byte[] Packet(Random random)
    {
        byte[] packet = new byte[random.Next(14, 512)];
        random.NextBytes(packet);
        bool isIPv6 = random.Next(3) == 0;
        ReadOnlySpan<byte> header = isIPv6 ? [0x86, 0xDD, 0x60] : [0x08, 0x00, 0x45];
        header[..Math.Min(header.Length, packet.Length - 12)].CopyTo(packet.AsSpan(12));
        int protocol = isIPv6 ? 20 : 23;
        if (packet.Length > protocol)
        {
            packet[protocol] = (byte)(random.Next(3) switch { 0 => 6, 1 => 17, _ => random.Next(256) });
        }

        return packet;
    }
}
