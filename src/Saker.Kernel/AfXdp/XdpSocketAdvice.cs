using Saker.Kernel.Interop;

namespace Saker.Kernel.AfXdp;

/// <summary>What an error means where a socket is opened, and what can be done.</summary>
internal static class XdpSocketAdvice
{
    /// <summary>The kernel does not bind the socket.</summary>
    public static string ForBinding(int error, XdpSocketOptions options) => error switch
    {
        Libc.EBUSY => $"another AF_XDP socket has this queue; see who: ss --xdp -p; or take another one",
        Libc.EINVAL => $"{options.Device} has no queue {options.Queue} (see: ls /sys/class/net/{options.Device}/queues), or its MTU does not go with the chunks of the UMEM",
        Libc.EOPNOTSUPP when options.Copy == XdpCopyMode.ZeroCopy => "the driver has no zero-copy mode; ask for copy mode, or for the best that there is",
        Libc.EOPNOTSUPP => "the device cannot do what is asked for: several descriptors a packet, or metadata for transmission",
        Libc.ENETDOWN => $"the device is down; ip link set {options.Device} up",
        Libc.ENODEV => "the device has gone",
        _ => KernelRefusal.AdviceFor(error, [Capabilities.CAP_NET_RAW, Capabilities.CAP_NET_ADMIN]),
    };

    /// <summary>The kernel does not set an option.</summary>
    public static string ForSetting(int error, int level, int option) => (error, level, option) switch
    {
        (Libc.ENOMEM, _, _) => "there is not so much memory for it",
        (Libc.ENOBUFS, XdpSockets.SOL_XDP, XdpSockets.XDP_UMEM_REG) => "the memory may not be locked (RLIMIT_MEMLOCK); take a smaller UMEM, raise ulimit -l, or run with CAP_IPC_LOCK",
        (Libc.EINVAL, XdpSockets.SOL_XDP, XdpSockets.XDP_UMEM_REG) => "this kernel does not take chunks of this size, or has no metadata for transmission (6.8)",
        (Libc.ENOPROTOOPT, XdpSockets.SOL_XDP, XdpSockets.XDP_MAX_TX_SKB_BUDGET) => "this kernel has no such budget; Linux 6.17 has",
        (Libc.EPERM, Libc.SOL_SOCKET, _) => KernelRefusal.AdviceFor(error, [Capabilities.CAP_NET_ADMIN]),
        _ => "",
    };
}
