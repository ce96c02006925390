using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Speculation;

/// <summary>
/// Ways that no run of the program takes, but a processor may go for a while before it finds out (Spectre). They are followed as others are; what would break a rule there is no reason to refuse the
/// program, but gets a barrier. See <see cref="SpeculationMarks"/>.
/// </summary>
internal sealed class SpeculativePaths(VerifierEnvironment environment)
{
    /// <summary>Lets the way of a jump wait that is never taken. A processor that takes it has not found out what is compared.</summary>
    /// <param name="slot">The jump.</param>
    /// <param name="isRegister">Whether two registers are compared.</param>
    /// <param name="instruction">Where the way goes on.</param>
    public void PushUntaken(in BpfInstruction slot, bool isRegister, int instruction)
    {
        if (!environment.MitigatesSpeculation)
        {
            return;
        }

        VerifierState way = environment.Push(instruction, isSpeculative: true);
        way.OwnRegister(slot.Destination) = RegisterState.Unknown;
        if (isRegister)
        {
            way.OwnRegister(slot.Source) = RegisterState.Unknown;
        }
    }

    /// <summary>Lets a way wait on which the number that is added to a pointer was masked to 0, since it was beyond what it was found to be.</summary>
    /// <param name="destination">The register that gets the sum.</param>
    /// <param name="pointer">The pointer.</param>
    public void PushUnmoved(int destination, in RegisterState pointer) =>
        environment.Push(environment.Code.Next(environment.Instruction), isSpeculative: true).OwnRegister(destination) = pointer;
}
