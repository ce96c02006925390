using System.Diagnostics.CodeAnalysis;
using Saker.Kernel.Interop;

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
        TryToXdp(program, device, mode, out KernelAttachment? attachment, out KernelRefusal? refusal) ? attachment : throw refusal.ToException();

    /// <summary>Attaches an XDP program, as <see cref="ToXdp"/> does.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device.</param>
    /// <param name="mode">Where the program is to be run.</param>
    /// <param name="attachment">The attachment; null where the kernel refuses.</param>
    /// <param name="refusal">Why it does; null where there is an attachment.</param>
    public static bool TryToXdp(
        KernelProgram program, int device, XdpMode mode, [NotNullWhen(true)] out KernelAttachment? attachment, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        if (KernelLink.TryAttachXdp(program, device, mode, out KernelLink? link, out refusal))
        {
            attachment = link;
            return true;
        }

        // Kernels that do not know a kind of link say EINVAL, and so do drivers of what they cannot run.
        attachment = null;
        if (refusal.ErrorNumber != BpfSystemCall.EINVAL || BpfFeatures.Of(KernelLinkType.Xdp).IsSupported == true)
        {
            return false;
        }

        bool isAttached = XdpNetlinkAttachment.TryAttach(program, device, mode, out XdpNetlinkAttachment? other, out refusal);
        attachment = other;
        return isAttached;
    }

    /// <summary>Attaches a classifier behind all others: by a link (tcx) where the kernel has those (Linux 6.6), else as a filter of a <c>clsact</c> qdisc, which outlives the process.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device.</param>
    /// <param name="hook">Whether it sees what comes or what goes.</param>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public static KernelAttachment ToTraffic(KernelProgram program, int device, TrafficDirection hook) =>
        KernelLink.TryAttachTcx(program, device, hook, TcxPlace.Last, out KernelLink? link, out KernelRefusal? refusal) ? link
        : refusal.ErrorNumber == BpfSystemCall.EINVAL ? TrafficFilterAttachment.Attach(program, device, hook)
        : throw refusal.ToException();

    /// <summary>Puts another program in its place, at once: no packet goes by between them.</summary>
    /// <param name="program">The program, of the same type; it may be disposed afterwards.</param>
    /// <exception cref="KernelException">The kernel refuses, or something else is attached there meanwhile.</exception>
    public abstract void Replace(KernelProgram program);

    /// <summary>Detaches the program, whoever else holds the attachment.</summary>
    /// <exception cref="KernelException">The kernel refuses.</exception>
    public abstract void Detach();

    /// <summary>Detaches the program, unless something else holds the attachment (a pinned name, another process), or another program is there meanwhile.</summary>
    public abstract void Dispose();
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

/// <summary>What modes are called: for people.</summary>
public static class XdpModes
{
    /// <summary>The word for a mode: <c>native</c>, <c>generic</c>, <c>offload</c>, <c>any</c>.</summary>
    public static string Name(this XdpMode mode) => mode switch
    {
        XdpMode.Any => "any",
        XdpMode.Generic => "generic",
        XdpMode.Native => "native",
        _ => "offload",
    };
}

/// <summary>Which packets of a device a classifier sees.</summary>
public enum TrafficDirection
{
    /// <summary>Those that come.</summary>
    Ingress,

    /// <summary>Those that go.</summary>
    Egress,
}
