using Saker.Bpf.Verification;

namespace Saker.Bpf.Compilation;

/// <summary>Cuts out of a program what no run comes to, as the verifier has shown: jumps that always go one way become plain ones, and what is left behind them is an end.</summary>
internal static class DeadCode
{
    private const byte GotoOpcode = 0x05, ExitOpcode = 0x95;

    private static readonly InstructionDescription Goto = Describe(GotoOpcode), Exit = Describe(ExitOpcode);

    /// <summary>Cuts it out.</summary>
    /// <param name="instructions">The program; its instructions are replaced in place.</param>
    /// <param name="proof">What was shown of it.</param>
    public static void Cut(CodeInstruction[] instructions, VerifierProof proof)
    {
        for (int i = 0; i < instructions.Length; i++)
        {
            CodeInstruction instruction = instructions[i];
            if (!proof.IsReached(instruction.Slot))
            {
                instructions[i] = instruction with { Description = Exit, Target = -1 };
            }
            else if (instruction.Form is InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister && proof.AlwaysTakes(instruction.Slot) is { } isTaken)
            {
                instructions[i] = instruction with { Description = Goto, Target = isTaken ? instruction.Target : instruction.Next };
            }
        }
    }

    private static InstructionDescription Describe(byte opcode) => InstructionSet.TryDescribe(new BpfInstruction(opcode), out InstructionDescription? description)
        ? description
        : throw new InvalidOperationException($"There is no instruction 0x{opcode:x2}.");
}
