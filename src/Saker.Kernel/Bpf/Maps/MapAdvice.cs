using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>What is probably wrong with a map that the kernel does not make: it only says an error's number. The rules are those of maps in this process.</summary>
internal static class MapAdvice
{
    public static string For(MapSpec spec, int errorNumber) => errorNumber switch
    {
        Libc.EPERM => KernelRefusal.AdviceFor(
            errorNumber,
            spec.Type is MapType.DeviceMap or MapType.DeviceMapHash or MapType.CpuMap or MapType.XskMap or MapType.SocketMap or MapType.SocketHash
                ? [Capabilities.CAP_BPF, Capabilities.CAP_NET_ADMIN]
                : [Capabilities.CAP_BPF]),
        _ when BpfMap.FindFault(spec, new MapEnvironment { CpuCount = PossibleCpus.Count }) is { } fault && (int)fault.Error == errorNumber => fault.Problem,
        BpfSystemCall.E2BIG => "it is too large",
        BpfSystemCall.EINVAL =>
            $"type, sizes, flags or number of entries do not fit each other, or this kernel has no {spec.Type.KernelName()}{(KernelHistory.FirstWith(spec.Type) is { } first ? $" (Linux {first} has it)" : "")}",
        _ => "",
    };
}
