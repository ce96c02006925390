using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>Says in words what the verifier says by a helper's number: that a program reaches code which depends on what the kernel has not.</summary>
internal static partial class PoisonedCode
{
    private const int MatchTimeout = 1000;

    /// <summary>What the program needs and the kernel has not; where that is not the fault, what the refusal says anyhow.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="program">The program that was refused.</param>
    /// <param name="before">The object before it was relocated.</param>
    public static string Explain(ProgramRefusal refusal, ProgramSpec program, ObjectSpec before)
    {
        if (!refusal.LastLine.EndsWith($"#{CoreRelocation.PoisonedCall}", StringComparison.Ordinal) || Call().Matches(refusal.Log).LastOrDefault() is not { } call)
        {
            return refusal.Advice;
        }

        int slot = int.Parse(call.Groups["slot"].ValueSpan, CultureInfo.InvariantCulture);
        foreach (CoreRelocation relocation in before.FindProgram(program.Name)?.CoreRelocations ?? [])
        {
            if (relocation.Instruction == slot || relocation.Instruction == slot - 1)
            {
                return $"slot {slot} needs {relocation.Kind} of '{before.Types![relocation.TypeId].Name}' ({relocation.Access}), which this kernel has not";
            }
        }

        string? function = program.References.Where(reference => reference.Instruction == slot).Select(reference => reference.Name).FirstOrDefault();
        return function is null ? refusal.Advice : $"slot {slot} calls the kernel's function '{function}', which this kernel has not";
    }

    [GeneratedRegex(@"^(?<slot>\d+): \(85\) call unknown#195896080", RegexOptions.Multiline | RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Call();
}
