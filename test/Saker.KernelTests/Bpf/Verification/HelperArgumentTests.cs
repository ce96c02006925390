using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>
/// Each argument of each helper with everything that can be in a register, for what the table of helpers says of the argument: by it one knows whether the kernel takes the call.
/// </summary>
public sealed class HelperArgumentTests
{
    private const int TailCall = 12;

    private static readonly ProgramType[] Usual = [ProgramType.Xdp, ProgramType.SchedulerClassifier, ProgramType.SocketFilter];

    [KernelFact]
    public void Kernel_takes_what_the_table_says_of_an_argument()
    {
        List<string> differences = [];
        var tried = 0;
        foreach (var type in PacketPrograms.All.Select(program => program.Type).Distinct().Where(type => Effort.IsLong || Usual.Contains(type)))
        {
            using HelperCalls calls = new();
            foreach (var helper in KernelHelpers.All.Where(helper => helper.IsFor(type) && HelperCalls.CanFill(helper) && !helper.Has(HelperTraits.MaySleep)))
            {
                for (var argument = -1; argument < helper.ArgumentsFor(type).Length; argument++)
                {
                    foreach (var register in RegistersFor(helper, argument, type))
                    {
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

        Assert.True(tried > 5_000);
        Assert.True(differences.Count == 0, $"{differences.Count} of {tried}:\n{string.Join('\n', differences.Take(100))}");
    }

    /// <summary>What is tried in an argument; -1: all arguments get what the helper wants.</summary>
    internal static IEnumerable<HelperRegister> RegistersFor(HelperDescription helper, int argument, ProgramType type) => Enum.GetValues<HelperRegister>().Where(register =>
        argument < 0 == (register == HelperRegister.Fitting) && HelperCalls.MayHold(register, type) && (!IsSocket(register) || HasRoomForSocket(helper, argument)));

    private static bool IsSocket(HelperRegister register) =>
        register is HelperRegister.Socket or HelperRegister.SocketOrNull or HelperRegister.CommonSocket or HelperRegister.CommonSocketOrNull;

    /// <summary>Whether nothing else is held meanwhile, and all that is held can be given back.</summary>
    private static bool HasRoomForSocket(HelperDescription helper, int argument) =>
        helper.Arguments[argument] == HelperArgument.Socket
        || (helper.Number != TailCall && !helper.Arguments.Any(kind => kind is HelperArgument.Socket or HelperArgument.Record or HelperArgument.DynamicPointer));
}
