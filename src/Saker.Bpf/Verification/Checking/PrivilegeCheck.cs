using Saker.Bpf.Verification.Explanation;

namespace Saker.Bpf.Verification.Checking;

/// <summary>What those without <c>CAP_BPF</c> may load at all: short filters of sockets and control groups, of one function.</summary>
internal static class PrivilegeCheck
{
    /// <summary>Instructions of a program of theirs (<c>BPF_MAXINSNS</c>).</summary>
    private const int MostSlots = 4096;

    /// <summary>Checks it.</summary>
    /// <exception cref="ProgramRefused">They may not.</exception>
    public static void Check(VerifierEnvironment environment)
    {
        if (environment.IsCapable)
        {
            return;
        }

        if (environment.Options.Type is not (ProgramType.SocketFilter or ProgramType.CgroupSkb))
        {
            Refuse(-1, $"programs of type {environment.Options.Type.KernelName()} are loaded");
        }

        if (environment.Code.Length > MostSlots)
        {
            Refuse(-1, $"programs of more than {MostSlots} instructions are loaded");
        }

        for (int i = 0; i < environment.Code.Length; i = environment.Code.Next(i))
        {
            if (environment.Code.CallsFunction(i) || environment.Code.NamesFunction(i) || environment.Code.Describe(i).Form == InstructionForm.CallKernel)
            {
                Refuse(i, "functions are called");
            }
        }
    }

    private static void Refuse(int instruction, string what) =>
        throw new ProgramRefused(VerifierRule.Privilege, instruction, $"{what} by those who have CAP_BPF", "load the program with CAP_BPF");
}
