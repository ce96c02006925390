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

    /// <summary>What can be said of an XDP program that a device does not take: which one is in its way, or what of the device is.</summary>
    /// <param name="errorNumber">The error.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="complaint">What the kernel says beside the number; empty: nothing.</param>
    public static string ForXdp(int errorNumber, int device, string complaint = "")
    {
        string advice = errorNumber is BpfSystemCall.EBUSY or BpfSystemCall.EEXIST && Occupant(device) is { } occupant
            ? $"{occupant}: {occupant.Remedy}"
            : complaint.Length == 0 && errorNumber is BpfSystemCall.ERANGE or BpfSystemCall.EINVAL
            ? "the driver cannot run it as the device is set up: its MTU may be too large for a program that takes no fragments, or its queues may be too few"
            : For(errorNumber);
        return complaint.Length == 0 ? advice : advice.Length == 0 ? complaint : $"{complaint}; {advice}";
    }

    private static XdpOccupant? Occupant(int device)
    {
        try
        {
            return XdpOccupant.Find(device);
        }
        catch (KernelException)
        {
            // The device has gone meanwhile.
            return null;
        }
    }
}
