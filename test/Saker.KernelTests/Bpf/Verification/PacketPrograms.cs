using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The types of programs that run over packets, with where they are attached as far as the kernel's verifier asks; and whether it takes a program of such a type.</summary>
internal static class PacketPrograms
{
    /// <summary>All of them.</summary>
    public static readonly (ProgramType Type, AttachType? AttachType)[] All =
    [
        (ProgramType.Xdp, null), (ProgramType.Xdp, AttachType.XdpDeviceMap), (ProgramType.Xdp, AttachType.XdpCpuMap), (ProgramType.SchedulerClassifier, null),
        (ProgramType.SchedulerAction, null), (ProgramType.SocketFilter, null), (ProgramType.CgroupSkb, AttachType.CgroupInetIngress),
        (ProgramType.CgroupSkb, AttachType.CgroupInetEgress), (ProgramType.LightweightTunnelIn, null), (ProgramType.LightweightTunnelOut, null),
        (ProgramType.LightweightTunnelXmit, null),
    ];

    /// <summary>They, as data of a theory.</summary>
    public static TheoryData<ProgramType, AttachType?> Data
    {
        get
        {
            TheoryData<ProgramType, AttachType?> data = [];
            foreach (var (type, attachType) in All)
            {
                data.Add(type, attachType);
            }

            return data;
        }
    }

    /// <summary>Whether the kernel takes a program.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="attachType">Where it would be attached.</param>
    /// <param name="slots">Its code.</param>
    /// <param name="said">What the verifier said at last, where it does not.</param>
    public static bool IsAccepted(ProgramType type, AttachType? attachType, ReadOnlySpan<BpfInstruction> slots, out string said)
    {
        var isAccepted = KernelProgram.TryLoad(type, slots, new LoadOptions { AttachType = attachType }, out var program, out var refusal);
        program?.Dispose();
        said = refusal?.LastLine ?? "";
        return isAccepted;
    }
}
