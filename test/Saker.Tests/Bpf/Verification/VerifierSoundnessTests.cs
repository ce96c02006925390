using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>
/// What the verifier accepts does no harm: programs by chance run with checks, of which none fires, while a witness holds every register at every instruction against the verifier's
/// states; beside them runs the same program compiled without checks, and comes to the same.
/// </summary>
public sealed class VerifierSoundnessTests
{
    private const int RunsOfProgram = 20;

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    public void Accepted_programs_keep_to_what_is_known_of_them(int seed)
    {
        Random random = new(seed);
        EdgePrograms programs = new(random);
        using SoundnessWorld @checked = new(BpfEngine.Interpreter, MemoryChecks.All), @unchecked = new(BpfEngine.Compiled, MemoryChecks.None), leaking = new(BpfEngine.Interpreter, MemoryChecks.All);
        int accepted = 0, compared = 0;
        long seen = 0;
        for (int i = Effort.Inputs(150, 25_000); i > 0; i--)
        {
            (ProgramType type, string text) = programs.Next();
            VerifierCase @case = new() { Rule = default, Name = $"{seed}, {i}", IsAccepted = true, Type = type, Text = text };
            bool isChanged = i % 3 == 0;
            BpfProgram program = BpfProgram.Create(isChanged ? programs.Mutate(@case.Assemble()) : @case.Assemble());
            if (!@case.Verify(program).IsAccepted)
            {
                continue;
            }

            accepted++;
            VerifierOptions? options = null;
            VerifierResult result = @case.Verify(program, known => options = known with { RecordsStates = true, ComparesAllNumbers = true });
            if (result.Refusal is { } refusal)
            {
                // Without taking paths for others there may be too many of them.
                Assert.Equal(VerifierRule.Complexity, refusal.Rule);
                continue;
            }

            // Where addresses leave the program, they differ where it is not checked.
            bool isComparable = @case.Verify(program, known => known with { Privilege = VerifierPrivilege.BpfCapable }).IsAccepted;
            SoundnessWorld world = isComparable ? @checked : leaking;
            StateWitness witness = StateWitness.Of(program, options!, result.States!);
            if (world.Of(program, type, out InstructionFault? fault) is not { } run || @unchecked.Of(program, type, out fault) is not { } free)
            {
                Assert.True(isChanged, $"{@case.Name}: {fault}\n{program}");
                continue;
            }

            for (int turn = 0; turn < RunsOfProgram; turn++)
            {
                byte[] frame = new byte[random.Next(14, 120)];
                random.NextBytes(frame);
                uint chance = (uint)random.Next();
                world.Cpu.Observer = witness;
                (RunResult one, byte[] packet) = Run(world, run, type, frame, chance);
                Assert.True(one.IsCompleted, $"{@case.Name}: {one.Fault}\n{program}");
                Assert.True(witness.Fault is null, $"{@case.Name}: {witness.Fault}\n{program}");
                if (isComparable)
                {
                    (RunResult other, byte[] otherPacket) = Run(@unchecked, free, type, frame, chance);
                    Assert.True(one == other && packet.AsSpan().SequenceEqual(otherPacket), $"{@case.Name}: {one} with checks and {other} without\n{program}");
                    compared++;
                }
            }

            seen += witness.Seen;
            Assert.True(!isComparable || @checked.Contents() == @unchecked.Contents(), $"{@case.Name}: the maps differ\n{program}");
        }

        Assert.True(accepted > 20 && compared > 100 && seen > 1000, $"{accepted} programs, {compared} comparisons, {seen} instructions");
    }

    private static (RunResult Result, byte[] Packet) Run(SoundnessWorld world, BpfExecutable program, ProgramType type, byte[] frame, uint chance)
    {
        world.Host.Begin(chance);
        PacketContext context = type == ProgramType.Xdp ? new XdpContext() : new SkbContext();
        context.Load(frame);
        RunResult result = program.Run(world.Cpu, context);
        byte[] packet = new byte[context.Length];
        context.CopyTo(packet);
        return (result, packet);
    }
}
