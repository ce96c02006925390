using System.Collections.Frozen;
using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Calls of functions of the kernel: those that tell XDP programs what the card said of a frame. Others are not known here yet.</summary>
internal sealed class KernelCalls(VerifierEnvironment environment, HelperMemory memory, MemoryChecker access)
{
    /// <summary>What each one fills, from r2 on, in bytes.</summary>
    private static readonly FrozenDictionary<string, int[]> Metadata = new Dictionary<string, int[]>(StringComparer.Ordinal)
    {
        ["bpf_xdp_metadata_rx_timestamp"] = [8],
        ["bpf_xdp_metadata_rx_hash"] = [4, 4],
        ["bpf_xdp_metadata_rx_vlan_tag"] = [2, 2],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Programs under other licences than the GPL's have no such calls, not even where no path comes.</summary>
    public static void CheckLicense(VerifierEnvironment environment)
    {
        for (int i = 0; i < environment.Code.Length && !Licenses.IsCompatible(environment.Options.License); i = environment.Code.Next(i))
        {
            if (environment.Code.Describe(i).Form == InstructionForm.CallKernel)
            {
                throw new ProgramRefused(
                    VerifierRule.License,
                    i,
                    $"functions of the kernel are for programs under a licence that is compatible with the GPL, and this one is under '{environment.Options.License}'");
            }
        }
    }

    /// <summary>Checks a call; the state goes on behind it.</summary>
    public void Check(int number)
    {
        string name = (uint)(number - 1) < (uint)KernelFunctionTable.Known.Length ? KernelFunctionTable.Known[number - 1].Name
            : (uint)~number < (uint)environment.Options.UnknownFunctions.Length ? environment.Options.UnknownFunctions[~number]
            : "";
        if (!Metadata.TryGetValue(name, out int[]? filled))
        {
            environment.Refuse(VerifierRule.NotSupported, $"the kernel's function {(name.Length > 0 ? name : $"with the number {number}")} is not known to this verifier yet");
            return;
        }

        if (environment.Options.Type != ProgramType.Xdp || !environment.Options.IsDeviceBound)
        {
            environment.Refuse(VerifierRule.KernelFunction, $"{name} can be called by XDP programs that are bound to a device", "load the program for a device");
        }

        RegisterState context = environment.Read(1);
        if (context.Kind != RegisterKind.Context)
        {
            memory.RefuseKind(1, context, "the context");
        }

        access.RequireUnmodified(1, context);
        for (int i = 0; i < filled.Length; i++)
        {
            environment.Read(i + 2);
            memory.Check(i + 2, filled[i], isWrite: false, mayBeEmpty: true, null);
            memory.Check(i + 2, filled[i], isWrite: true, mayBeEmpty: true, null);
        }

        environment.ClearCallerSaved();
        environment.Write(0, RegisterState.Number(ScalarValue.Unknown.SignExtend(4)));
        environment.State.Instruction = environment.Code.Next(environment.Instruction);
    }
}
