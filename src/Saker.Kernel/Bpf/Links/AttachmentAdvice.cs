using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>What can be said of a program that the kernel does not attach.</summary>
internal static class AttachmentAdvice
{
    public static string For(int errorNumber) => errorNumber switch
    {
        Libc.EPERM => KernelRefusal.AdviceFor(errorNumber, [Capabilities.CAP_BPF, Capabilities.CAP_NET_ADMIN]),
        BpfSystemCall.EBUSY or BpfSystemCall.EEXIST => "another program is attached there, or in another mode: detach it first",
        (int)BpfError.NoDevice => "there is no such device in this network namespace",
        BpfSystemCall.EOPNOTSUPP => "the device's driver cannot run it in this mode: another mode may do (generic runs everywhere)",
        _ => "",
    };
}
