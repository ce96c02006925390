using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The calls by which the table of helpers was compared with the kernel (<see cref="HelperArgumentTests"/>): this verifier says of them what the table says.</summary>
public sealed class HelperVerdictTests
{
    private static readonly ProgramType[] Types = [ProgramType.Xdp, ProgramType.SchedulerClassifier, ProgramType.SocketFilter];

    [KernelFact]
    public void Verifier_takes_what_the_table_says_of_an_argument()
    {
        List<string> differences = [];
        var (tried, known) = (0, 0);
        foreach (var type in Types)
        {
            using HelperCalls calls = new();
            foreach (var helper in KernelHelpers.All.Where(helper => helper.IsFor(type) && HelperCalls.CanFill(helper) && !helper.Has(HelperTraits.MaySleep)))
            {
                for (var argument = -1; argument < helper.ArgumentsFor(type).Length; argument++)
                {
                    foreach (var register in HelperArgumentTests.RegistersFor(helper, argument, type))
                    {
                        var expected = argument < 0 || HelperExpectations.IsTaken(helper, argument, register, type);
                        var (slots, options) = calls.Program(helper, type, argument, register);
                        var refusal = Verify(calls, type, slots, options);
                        var isKnown = refusal is not { Rule: VerifierRule.NotSupported };
                        (tried, known) = (tried + 1, known + (isKnown ? 1 : 0));
                        if (isKnown && expected != refusal is null)
                        {
                            var what = argument < 0 ? "as it wants" : $"r{argument + 1} ({helper.Arguments[argument]}) = {register}";
                            differences.Add($"{type}: {helper.Name} {what}: {(expected ? "taken" : "refused")} by the table; this verifier: {refusal}");
                        }
                    }
                }
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {tried}:\n{string.Join('\n', differences.Take(100))}");
        Assert.True(known > 5_000, $"{known} of {tried} are known");
    }

    private static VerifierRefusal? Verify(HelperCalls calls, ProgramType type, BpfInstruction[] slots, LoadOptions options) => BpfVerifier.Verify(
        BpfProgram.Create(slots),
        new()
        {
            Type = type,
            License = options.License,
            Maps = calls,
            Functions = [.. options.Functions.Select(function => new VerifierFunction(function.Name, function.Start, function.IsGlobal))],
        }).Refusal;
}
