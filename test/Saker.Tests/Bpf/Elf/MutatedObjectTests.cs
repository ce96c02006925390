using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Bpf.Elf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Objects changed by chance: each is read or refused with one line, none throws, and none takes long or much.</summary>
public class MutatedObjectTests
{
    private const int Seed = 616;

    public static TheoryData<string> Objects => [.. BpfVectors.Names];

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_mutated_object_is_read_or_refused(string name)
    {
        byte[] original = BpfVectors.Read(name);
        Random random = new(Seed);
        int read = 0;
        int refused = 0;
        foreach (int input in Enumerable.Range(0, Effort.Inputs(500, 100_000)))
        {
            byte[] bytes = Mutated(original, random);
            try
            {
                if (!BpfObject.TryRead(bytes, out ObjectSpec? spec, out ObjectFault? fault))
                {
                    refused++;
                    Assert.True(fault.ToString().Length is > 10 and < 2000 && fault.Offset >= 0, fault.ToString());
                    continue;
                }

                read++;
                Use(spec);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Seed {Seed}, input {input} of {name}: {exception}");
            }
        }

        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_that_ends_early_is_refused(string name)
    {
        byte[] original = BpfVectors.Read(name);
        for (int length = 0; length < original.Length; length += Effort.IsLong ? 1 : 37)
        {
            Assert.False(BpfObject.TryRead(original.AsSpan(0, length), out _, out ObjectFault? fault));
            Assert.NotEmpty(fault.Section);
        }
    }

    [Fact]
    public void Mutated_types_are_read_or_refused()
    {
        Assert.True(ElfFile.TryRead(BpfVectors.Read("constructs.v3"), out ElfFile? file, out _));
        byte[] original = file.Find(".BTF")!.Bytes.ToArray();
        Random random = new(Seed);
        int read = 0;
        foreach (int input in Enumerable.Range(0, Effort.Inputs(2_000, 2_000_000)))
        {
            byte[] bytes = Mutated(original, random);
            try
            {
                if (BtfSpec.TryRead(bytes, out BtfSpec? types, out _))
                {
                    read++;
                    Use(types);
                }
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Seed {Seed}, input {input}: {exception}");
            }
        }

        Assert.True(read > 0);
    }

    private static void Use(ObjectSpec spec)
    {
        foreach (ProgramSpec program in spec.Programs)
        {
            Assert.Equal(program.Instructions.Length, program.Bind(reference => reference.Name.Length).Length);
        }

        if (spec.Types is { } types)
        {
            Use(types);
            spec.TryRelocate(types, out _, out _);
        }
    }

    private static void Use(BtfSpec types)
    {
        for (uint id = 0; id < types.Count; id++)
        {
            types.SizeOf(id);
            Assert.NotEmpty(BtfListing.Of(types, id));
            Assert.True(BtfText.DefinitionOf(types, id).Length < 4 << 20);
        }
    }

    /// <summary>Changes a few bits, bytes or words, copies a piece somewhere else, or cuts the end.</summary>
    private static byte[] Mutated(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        int changes = 1 + random.Next(4);
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Fill(0xFF);
                    break;
                case 3:
                    bytes.AsSpan(at, Math.Min(1 + random.Next(8), bytes.Length - at)).Clear();
                    break;
                case 4:
                    int length = Math.Min(1 + random.Next(64), bytes.Length - at);
                    bytes.AsSpan(random.Next(bytes.Length - length + 1), length).CopyTo(bytes.AsSpan(at));
                    break;
                default:
                    bytes[at & ~3] = (byte)random.Next(16);
                    break;
            }
        }

        return random.Next(20) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
