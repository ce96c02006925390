namespace Saker.Kernel.Bpf;

/// <summary>A program that is attached to a device's hook. Devices are named by their index in the network namespace of the calling thread.</summary>
public abstract class KernelAttachment : IDisposable
{
    private protected KernelAttachment(int device) => Device = device;

    /// <summary>The device's index in the namespace in which it was attached.</summary>
    public int Device { get; }

    /// <summary>Whether the program remains attached when this process ends without detaching it.</summary>
    public abstract bool OutlivesProcess { get; }

    /// <summary>Attaches an XDP program: by a link where the kernel has those (Linux 5.9), else by netlink, which outlives the process.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device.</param>
    /// <param name="mode">Where the program is to be run.</param>
    /// <exception cref="KernelException">The kernel refuses: EBUSY, another program is there; EOPNOTSUPP, the device cannot run it in this mode; EPERM, with what is missing.</exception>
    public static KernelAttachment ToXdp(KernelProgram program, int device, XdpMode mode = XdpMode.Any) =>
        Choose(KernelLink.TryAttachXdp(program, device, mode, out KernelLink? link, out KernelRefusal? refusal), link, refusal, () => XdpNetlinkAttachment.Attach(program, device, mode));

    /// <summary>Attaches a classifier behind all others: by a link (tcx) where the kernel has those (Linux 6.6), else as a filter of a <c>clsact</c> qdisc, which outlives the process.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device.</param>
    /// <param name="hook">Whether it sees what comes or what goes.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public static KernelAttachment ToTraffic(KernelProgram program, int device, TrafficDirection hook) =>
        Choose(KernelLink.TryAttachTcx(program, device, hook, TcxPlace.Last, out KernelLink? link, out KernelRefusal? refusal), link, refusal, () => TrafficFilterAttachment.Attach(program, device, hook));

    /// <summary>Puts another program in its place, at once: no packet goes by between them.</summary>
    /// <param name="program">The program, of the same type; it may be disposed afterwards.</param>
    /// <exception cref="KernelException">The kernel refuses, or something else is attached there meanwhile.</exception>
    public abstract void Replace(KernelProgram program);

    /// <summary>Detaches the program, whoever else holds the attachment.</summary>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public abstract void Detach();

    /// <summary>Detaches the program, unless something else holds the attachment (a pinned name, another process), or another program is there meanwhile.</summary>
    public abstract void Dispose();

    /// <summary>Kernels that do not know a kind of link say EINVAL.</summary>
    private static KernelAttachment Choose(bool isAttached, KernelLink? link, KernelRefusal? refusal, Func<KernelAttachment> attachOtherwise) =>
        isAttached ? link! : refusal!.ErrorNumber == Interop.BpfSystemCall.EINVAL ? attachOtherwise() : throw refusal.ToException();
}

/// <summary>Where an XDP program is run, with the flags that the kernel has for it.</summary>
public enum XdpMode
{
    /// <summary>By the driver, or where it cannot, in front of the stack.</summary>
    Any = 0,

    /// <summary>In front of the stack (generic).</summary>
    Generic = 1 << 1,

    /// <summary>By the driver (native).</summary>
    Native = 1 << 2,

    /// <summary>By the card (offload).</summary>
    Hardware = 1 << 3,
}

/// <summary>Which packets of a device a classifier sees.</summary>
public enum TrafficDirection
{
    /// <summary>Those that come.</summary>
    Ingress,

    /// <summary>Those that go.</summary>
    Egress,
}
