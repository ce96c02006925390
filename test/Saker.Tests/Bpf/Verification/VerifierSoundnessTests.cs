using Saker.Bpf;
using Saker.Bpf.Verification;
using Xunit.Abstractions;

namespace Saker.Tests.Bpf.Verification;

/// <summary>
/// What the verifier accepts does no harm: programs by chance run with checks, of which none fires, while a witness holds every register at every instruction against the verifier's
/// states; beside them runs the same program compiled without checks, and with its proof, and comes to the same. It need not where addresses leave the program, which are others then, nor where it reads
/// bytes of the stack that it has not written, which verifiers allow in places: that shows where one stack is full of zeros and the other one is soiled.
/// </summary>
public sealed class VerifierSoundnessTests(ITestOutputHelper output)
{
    private const int RunsOfProgram = 20;

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    public void Accepted_programs_keep_to_what_is_known_of_them(int seed)
    {
        Random random = new(seed);
        EdgePrograms programs = new(random);
        using Worlds worlds = new();
        int accepted = 0, runs = 0, compared = 0;
        long seen = 0;
        for (int i = Effort.Inputs(150, 60_000); i > 0; i--)
        {
            (ProgramType type, string text) = programs.Next();
            VerifierCase @case = new() { Rule = default, Name = $"{seed}, {i}", IsAccepted = true, Type = type, Text = text };
            bool isChanged = i % 3 == 0;
            BpfProgram program = BpfProgram.Create(isChanged ? programs.Mutate(@case.Assemble()) : @case.Assemble());
            VerifierResult known = @case.Verify(program);
            if (!known.IsAccepted)
            {
                continue;
            }

            accepted++;
            VerifierOptions? options = null;
            VerifierResult result = @case.Verify(program, usual => options = usual with { RecordsStates = true, ComparesAllNumbers = true });
            if (result.Refusal is { } refusal)
            {
                // Without taking paths for others there may be too many of them.
                Assert.Equal(VerifierRule.Complexity, refusal.Rule);
                continue;
            }

            bool isComparable = @case.Verify(program, usual => usual with { Privilege = VerifierPrivilege.BpfCapable }).IsAccepted;
            StateWitness witness = StateWitness.Of(program, options!, result.States!);
            if (!worlds.TryPrepare(program, type, known.Proof, isComparable, out InstructionFault? fault))
            {
                Assert.True(isChanged, $"{@case.Name}: {fault}\n{program}");
                continue;
            }

            for (int turn = 0; turn < RunsOfProgram && !worlds.IsOver; turn++)
            {
                byte[] frame = new byte[random.Next(14, 120)];
                random.NextBytes(frame);
                runs++;
                compared += worlds.Run(frame, (uint)random.Next(), witness) ? 1 : 0;

                Assert.True(worlds.Fault is null && witness.Fault is null, $"{@case.Name}: {worlds.Fault ?? witness.Fault}\n{program}");
            }

            seen += witness.Seen;
        }

        output.WriteLine($"{accepted} programs, {runs} runs of which {compared} were compared, {seen} instructions");
        Assert.True(accepted > 20 && runs >= Effort.Inputs(1000, 500_000) && compared > runs / 2 && seen > 1000, "too few programs were run");
    }
}
