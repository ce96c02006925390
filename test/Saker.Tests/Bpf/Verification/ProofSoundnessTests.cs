using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>What is proven runs without checks and comes to the same: programs that the verifier accepts, beside the interpreter, which checks every access. Those by chance run in <see cref="VerifierSoundnessTests"/>.</summary>
public sealed class ProofSoundnessTests
{
    /// <summary>The programs of <c>test/vectors/verifier</c> that are accepted, hostile ones among them. Those that want what no engine has are left out.</summary>
    [Fact]
    public void Accepted_cases_come_to_the_same_with_their_proof()
    {
        Random random = new(1);
        using SoundnessWorld @checked = new(BpfEngine.Interpreter, MemoryChecks.All), proven = new(BpfEngine.Compiled, MemoryChecks.All);
        int compared = 0;
        foreach (VerifierCase @case in VerifierCases.All.Where(@case => @case is { IsAccepted: true, IsMalformed: false }))
        {
            VerifierResult result = @case.Verify();
            bool isComparable = @case.Verify(known => known with { Privilege = VerifierPrivilege.BpfCapable }).IsAccepted;
            if (!isComparable || result.Proof is not { } proof || @checked.Of(proof.Program, @case.Type, out _, proof) is not { } one)
            {
                continue;
            }

            BpfExecutable other = proven.Of(proof.Program, @case.Type, out InstructionFault? fault, proof) ?? throw new InvalidOperationException($"{@case}: {fault}");
            for (int turn = 0; turn < 5; turn++)
            {
                byte[] frame = new byte[random.Next(14, 120)];
                random.NextBytes(frame);
                (RunResult expected, byte[] packet) = @checked.Run(one, @case.Type, frame, (uint)turn);
                if (expected.Fault.Kind == RunFaultKind.BudgetExhausted)
                {
                    break;
                }

                (RunResult actual, byte[] otherPacket) = proven.Run(other, @case.Type, frame, (uint)turn);
                Assert.True(expected.IsCompleted && expected == actual && packet.AsSpan().SequenceEqual(otherPacket), $"{@case}: {expected} with checks and {actual} with a proof\n{proof.Program}");
                compared++;
            }

            Assert.True(@checked.Contents() == proven.Contents(), $"{@case}: the maps differ\n{proof.Program}");
        }

        Assert.True(compared > 2000, $"{compared} comparisons");
    }
}
