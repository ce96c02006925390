using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using Saker.Bpf;
using Saker.Kernel.Devices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>
/// A program that is attached as long as this link lives: until it is disposed here and nobody else holds it (a name in a bpffs, another process), its device is gone, or
/// <see cref="Detach"/>.
/// </summary>
public sealed class KernelLink : KernelAttachment
{
    private const string Kind = "bpf-link";
    private const uint ReplaceFlag = 1 << 2;

    private readonly SafeFileHandle _descriptor;

    private KernelLink(SafeFileHandle descriptor, int device)
        : base(device)
        => _descriptor = descriptor;

    /// <summary>The ids of all links in the kernel. Takes CAP_SYS_ADMIN.</summary>
    public static IEnumerable<uint> Ids => BpfDescriptor.Ids(BpfSystemCall.BPF_LINK_GET_NEXT_ID);

    /// <inheritdoc/>
    public override bool OutlivesProcess => false;

    /// <summary>What the kernel tells of it now.</summary>
    public KernelLinkInfo Info => InfoOf(_descriptor);

    internal SafeFileHandle Descriptor => _descriptor;

    /// <summary>Attaches an XDP program (Linux 5.9).</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="mode">Where it is to be run.</param>
    /// <param name="link">The link; null where the kernel refuses.</param>
    /// <param name="refusal">Why it does; null where there is a link.</param>
    public static bool TryAttachXdp(
        KernelProgram program, int device, XdpMode mode, [NotNullWhen(true)] out KernelLink? link, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        BpfSystemCall.LinkCreate attributes = new() { attach_type = (uint)AttachType.Xdp, flags = (uint)mode };
        string what = $"an XDP program at device {device}{(mode == XdpMode.Any ? "" : $" ({mode.Name()})")}";
        bool isAttached = TryAttach(program, device, attributes, what, error => AttachmentAdvice.ForXdp(error, device), out link, out refusal);
        if (refusal?.ErrorNumber == BpfSystemCall.EINVAL && DeviceName.Of(device) is null)
        {
            // The kernel says EINVAL here and ENODEV everywhere else.
            refusal = refusal with { ErrorNumber = (int)BpfError.NoDevice, Advice = AttachmentAdvice.For((int)BpfError.NoDevice) };
        }

        return isAttached;
    }

    /// <summary>Attaches an XDP program, as <see cref="TryAttachXdp"/> does.</summary>
    /// <exception cref="KernelException">The kernel refuses; the message says why.</exception>
    public static KernelLink AttachXdp(KernelProgram program, int device, XdpMode mode = XdpMode.Any) =>
        TryAttachXdp(program, device, mode, out KernelLink? link, out KernelRefusal? refusal) ? link : throw refusal.ToException();

    /// <summary>Attaches a classifier (tcx, Linux 6.6).</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="hook">Whether it sees what comes or what goes.</param>
    /// <param name="place">Where among the programs there it stands.</param>
    /// <param name="link">The link; null where the kernel refuses.</param>
    /// <param name="refusal">Why it does; null where there is a link.</param>
    public static bool TryAttachTcx(
        KernelProgram program, int device, TrafficDirection hook, TcxPlace place, [NotNullWhen(true)] out KernelLink? link, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        using HeldDescriptor anchor = new(place.AnchorProgram?.Descriptor ?? place.AnchorLink?.Descriptor ?? BpfDescriptor.None);
        BpfSystemCall.LinkCreate attributes = new()
        {
            attach_type = (uint)AttachTypeOf(hook),
            flags = place.Flags,
            relative_fd_or_id = anchor.Number < 0 ? 0 : (uint)anchor.Number,
        };
        return TryAttach(program, device, attributes, $"a classifier at device {device} ({(hook == TrafficDirection.Ingress ? "ingress" : "egress")})", AttachmentAdvice.For, out link, out refusal);
    }

    /// <summary>Attaches a classifier, as <see cref="TryAttachTcx"/> does.</summary>
    /// <exception cref="KernelException">The kernel refuses; the message says why.</exception>
    public static KernelLink AttachTcx(KernelProgram program, int device, TrafficDirection hook, TcxPlace? place = null) =>
        TryAttachTcx(program, device, hook, place ?? TcxPlace.Last, out KernelLink? link, out KernelRefusal? refusal) ? link : throw refusal.ToException();

    /// <summary>Opens the link of an id. Takes CAP_SYS_ADMIN.</summary>
    /// <exception cref="KernelException">There is none, or the kernel refuses.</exception>
    public static KernelLink OpenById(uint id) =>
        BpfDescriptor.TryOpenById(BpfSystemCall.BPF_LINK_GET_FD_BY_ID, "link", id, out SafeFileHandle? descriptor, out KernelRefusal? refusal)
            ? new KernelLink(descriptor, InfoOf(descriptor).Device)
            : throw refusal.ToException();

    /// <summary>Opens the link that is pinned at a path.</summary>
    /// <exception cref="KernelException">There is none; the message says why.</exception>
    public static KernelLink OpenPinned(string path) =>
        BpfDescriptor.TryOpenPinned(path, Kind, out SafeFileHandle? descriptor, out KernelRefusal? refusal)
            ? new KernelLink(descriptor, InfoOf(descriptor).Device)
            : throw refusal.ToException();

    /// <summary>The programs of a device's hook in the order in which they see packets, whoever attached them (tcx, Linux 6.6).</summary>
    /// <param name="device">The device's index.</param>
    /// <param name="hook">The hook.</param>
    /// <exception cref="KernelException">There is no such device, or the kernel has no tcx.</exception>
    public static unsafe uint[] TcxPrograms(int device, TrafficDirection hook)
    {
        uint[] programs = new uint[64];
        fixed (uint* ids = programs)
        {
            BpfSystemCall.ProgramQuery attributes = new() { target_ifindex = (uint)device, attach_type = (uint)AttachTypeOf(hook), prog_ids = (ulong)ids, count = (uint)programs.Length };
            int result = BpfSystemCall.Call(BpfSystemCall.BPF_PROG_QUERY, ref attributes);
            return result >= 0 ? programs[..(int)attributes.count]
                : result == -BpfSystemCall.ENOENT ? []
                : throw KernelRefusal.Of($"BPF_PROG_QUERY of device {device} ({hook})", result, Capabilities.CAP_NET_ADMIN).ToException();
        }
    }

    /// <inheritdoc/>
    public override void Replace(KernelProgram program) => Replace(program, null);

    /// <summary>Puts another program in its place, at once.</summary>
    /// <param name="program">The program, of the same type.</param>
    /// <param name="expected">What must be attached now; null: whatever is.</param>
    /// <exception cref="KernelException">The kernel refuses; EPERM: something else is attached than was expected.</exception>
    public void Replace(KernelProgram program, KernelProgram? expected)
    {
        ArgumentNullException.ThrowIfNull(program);
        using HeldDescriptor link = new(_descriptor);
        using HeldDescriptor next = new(program.Descriptor);
        using HeldDescriptor old = new(expected?.Descriptor ?? BpfDescriptor.None);
        BpfSystemCall.LinkUpdate attributes = new()
        {
            link_fd = (uint)link.Number,
            new_prog_fd = (uint)next.Number,
            flags = expected is null ? 0 : ReplaceFlag,
            old_prog_fd = expected is null ? 0 : (uint)old.Number,
        };
        Check(BpfSystemCall.Call(BpfSystemCall.BPF_LINK_UPDATE, ref attributes), "BPF_LINK_UPDATE");
    }

    /// <inheritdoc/>
    public override void Detach()
    {
        using HeldDescriptor link = new(_descriptor);
        uint attributes = (uint)link.Number;
        Check(BpfSystemCall.Call(BpfSystemCall.BPF_LINK_DETACH, ref attributes), "BPF_LINK_DETACH");
    }

    /// <summary>Gives it a name in a bpffs, which keeps it in the kernel, and the program attached (<see cref="BpfFileSystem"/>).</summary>
    /// <param name="path">The path of the name, which must be free.</param>
    /// <exception cref="KernelException">There is no bpffs, the name is taken, or the kernel refuses.</exception>
    public void Pin(string path) => BpfDescriptor.Pin(_descriptor, path);

    /// <summary>
    /// Closes the descriptor. The program is detached when the last holder of the link closes it, so at once only where this is the last: a pinned name holds it on, and for
    /// a moment so does whoever goes over the links of the machine by id, and a process that is just being started (between <c>fork</c> and <c>exec</c> it has copies of all
    /// descriptors). <see cref="Detach"/> detaches whoever holds it.
    /// </summary>
    public override void Dispose() => _descriptor.Dispose();

    private static bool TryAttach(
        KernelProgram program,
        int device,
        BpfSystemCall.LinkCreate attributes,
        string what,
        Func<int, string> advise,
        [NotNullWhen(true)] out KernelLink? link,
        [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(program);
        using HeldDescriptor held = new(program.Descriptor);
        attributes.prog_fd = (uint)held.Number;
        attributes.target_ifindex = (uint)device;
        int result = BusyHook.Retry(() => BpfSystemCall.Call(BpfSystemCall.BPF_LINK_CREATE, ref attributes));
        link = result >= 0 ? new KernelLink(BpfDescriptor.Own(result), device) : null;
        refusal = result >= 0 ? null : new KernelRefusal($"BPF_LINK_CREATE of {what}", -result, advise(-result));
        return link is not null;
    }

    private static AttachType AttachTypeOf(TrafficDirection hook) => hook == TrafficDirection.Ingress ? AttachType.TcxIngress : AttachType.TcxEgress;

    private static KernelLinkInfo InfoOf(SafeFileHandle descriptor)
    {
        BpfSystemCall.LinkInfo info = default;
        BpfDescriptor.GetInfo(descriptor, ref info);
        KernelLinkType type = (KernelLinkType)info.type;
        bool isForDevice = type is KernelLinkType.Xdp or KernelLinkType.Tcx or KernelLinkType.Netkit;
        return new KernelLinkInfo(info.id, type, info.prog_id, isForDevice ? (int)info.ifindex : 0, isForDevice && type != KernelLinkType.Xdp ? (AttachType)info.attach_type : null);
    }

    private static void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw new KernelRefusal(operation, -result, AttachmentAdvice.For(-result)).ToException();
        }
    }
}
