using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>
/// Each argument of each helper with everything that can be in a register, for what the table of helpers says of the argument: by it one knows whether the kernel takes the call.
/// </summary>
public sealed class HelperArgumentTests
{
    [KernelFact]
    public void Kernel_takes_what_the_table_says_of_an_argument()
    {
        List<string> differences = [];
        var tried = 0;
        foreach (var type in PacketPrograms.All.Select(program => program.Type).Distinct())
        {
            using HelperCalls calls = new();
            foreach (var helper in KernelHelpers.All.Where(helper => helper.IsFor(type) && HelperCalls.CanFill(helper) && (helper.Traits & HelperTraits.MaySleep) == HelperTraits.Plain))
            {
                for (var argument = -1; argument < helper.ArgumentsFor(type).Length; argument++)
                {
                    foreach (var register in Enum.GetValues<HelperRegister>())
                    {
                        if (argument < 0 != (register == HelperRegister.Fitting) || (register == HelperRegister.Packet && !HelperCalls.HasPacket(type)))
                        {
                            continue;
                        }

                        tried++;
                        var expected = argument < 0 || HelperExpectations.IsTaken(helper, argument, register, type);
                        var (slots, options) = calls.Program(helper, type, argument, register);
                        var isAccepted = KernelProgram.TryLoad(type, slots, options, out var program, out var refusal);
                        program?.Dispose();
                        if (expected != isAccepted)
                        {
                            var what = argument < 0 ? "as it wants" : $"r{argument + 1} ({helper.Arguments[argument]}) = {register}";
                            differences.Add($"{type}: {helper.Name} {what}: {(expected ? "taken" : "refused")} by the table; the kernel: {refusal?.LastLine}");
                        }
                    }
                }
            }
        }

        Assert.True(tried > 15_000);
        Assert.True(differences.Count == 0, $"{differences.Count} of {tried}:\n{string.Join('\n', differences.Take(100))}");
    }
}
