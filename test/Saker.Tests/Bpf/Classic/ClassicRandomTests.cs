using Saker.Bpf.Classic;

namespace Saker.Tests.Bpf.Classic;

/// <summary>Programs and texts by chance: nothing throws, every program ends, and both ways of running give the same.</summary>
public class ClassicRandomTests
{
    private const int Seed = 77;

    [Fact]
    public void Programs_give_the_same_compiled_and_interpreted_wherever_the_bytes_lie()
    {
        RandomPrograms programs = new(Seed);
        int kept = 0;
        foreach (int input in Enumerable.Range(0, Effort.Inputs(1_000, 100_000)))
        {
            ClassicProgram program = programs.Next();
            ClassicFilter compiled = new(program);
            for (int i = 0; i < 20; i++)
            {
                byte[] packet = programs.NextPacket();
                ScatteredFacts facts = new(packet);
                uint result = compiled.Run(new ClassicPacket(packet, facts: facts, linkHeaderLength: 14));
                uint interpreted = ClassicInterpreter.Run(program.Instructions, new ClassicPacket(packet, facts: facts, linkHeaderLength: 14));
                bool finds = program.Instructions.ToArray().Any(instruction => instruction.Ancillary is AncillaryLoad.NetlinkAttribute or AncillaryLoad.NestedNetlinkAttribute);
                int linear = finds ? packet.Length : programs.Below(packet.Length + 1);
                uint scattered = compiled.Run(new ClassicPacket(packet.AsSpan(0, linear), 0, packet.Length, 0, 14, facts));
                Assert.True(
                    result == interpreted && result == scattered,
                    $"Seed {Seed}, input {input}: {result}, interpreted {interpreted}, in pieces {scattered} for {Convert.ToHexStringLower(packet)}:\n{program}");
                kept += result != 0 ? 1 : 0;
            }
        }

        Assert.True(kept > Effort.Inputs(5_000, 500_000));
    }

    [Fact]
    public void Doubtful_instructions_are_taken_or_refused_and_those_taken_run_to_an_end()
    {
        RandomPrograms programs = new(Seed);
        int refused = 0;
        foreach (int input in Enumerable.Range(0, Effort.Inputs(30_000, 5_000_000)))
        {
            ClassicInstruction[] instructions = programs.NextDoubtful();
            if (ClassicProgram.TryCreate(instructions, out ClassicProgram? program, out ClassicFault? fault))
            {
                ClassicInterpreter.Run(program.Instructions, new ClassicPacket(programs.NextPacket()));
                Assert.True(ClassicText.TryParse(ClassicText.ToLine(program), out ClassicProgram? again, out _) && again.Instructions.SequenceEqual(instructions));
            }
            else
            {
                refused++;
                Assert.True(fault.ToString().Length is > 10 and < 200 && !fault.ToString().Contains('\n'), $"Seed {Seed}, input {input}: {fault}");
            }
        }

        Assert.True(refused > Effort.Inputs(1_000, 100_000));
    }

    [Fact]
    public void Damaged_texts_never_throw()
    {
        const string Alphabet = "0123456789 ,\n\t-x({#";
        Random random = new(Seed);
        string[] sound = ["4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n", "1,6 0 0 4294967295,", "3,48 0 0 0,4 0 0 1,22 0 0 0"];
        foreach (int input in Enumerable.Range(0, Effort.Inputs(30_000, 5_000_000)))
        {
            char[] text = [.. sound[input % sound.Length]];
            for (int i = random.Next(4); i > 0; i--)
            {
                text[random.Next(text.Length)] = random.Next(5) == 0 ? (char)random.Next(0x250) : Alphabet[random.Next(Alphabet.Length)];
            }

            ReadOnlySpan<char> cut = text.AsSpan(0, random.Next(8) == 0 ? random.Next(text.Length) : text.Length);
            Assert.True(ClassicText.TryParse(cut, out ClassicProgram? program, out ClassicFault? fault) != (fault is not null), $"Seed {Seed}, input {input}");
            Assert.Equal(program is null, fault is not null);
        }
    }

    [Fact]
    public void The_longest_program_runs_both_ways()
    {
        ClassicInstruction[] instructions = [.. Enumerable.Repeat(new ClassicInstruction(ClassicOpcode.LoadByte, 3), ClassicProgram.MaximumLength)];
        instructions[^1] = new ClassicInstruction(ClassicOpcode.ReturnAccumulator, 0);
        Assert.Equal(7u, BothWays.Run(BothWays.Program(instructions), new([1, 2, 3, 7])));
    }
}
