using System.Diagnostics.CodeAnalysis;
using Saker.Kernel.Interop;
using Saker.Kernel.Netlink;

namespace Saker.Kernel.Bpf;

/// <summary>
/// An XDP program that is attached by netlink, as all kernels know it since 4.8; that only the expected program is replaced, since 5.7. It outlives the process; disposing
/// detaches it, if it is still the one that is attached.
/// </summary>
public sealed class XdpNetlinkAttachment : KernelAttachment
{
    // linux/rtnetlink.h, linux/if_link.h
    private const ushort RTM_GETLINK = 18, RTM_SETLINK = 19;
    private const ushort IFLA_XDP = 43, IFLA_XDP_FD = 1, IFLA_XDP_ATTACHED = 2, IFLA_XDP_FLAGS = 3, IFLA_XDP_PROG_ID = 4, IFLA_XDP_EXPECTED_FD = 8;
    private const uint XDP_FLAGS_UPDATE_IF_NOEXIST = 1 << 0, XDP_FLAGS_REPLACE = 1 << 4;
    private const int InterfaceMessageLength = 16;

    private readonly RouteSocket _socket;
    private readonly XdpMode _mode;
    private DescriptorHold? _program;

    private XdpNetlinkAttachment(RouteSocket socket, int device, XdpMode mode)
        : base(device)
    {
        _socket = socket;
        _mode = mode;
    }

    /// <inheritdoc/>
    public override bool OutlivesProcess => true;

    /// <summary>Attaches a program where none is.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="mode">Where it is to be run.</param>
    /// <exception cref="KernelException">The kernel refuses; the message says why.</exception>
    public static XdpNetlinkAttachment Attach(KernelProgram program, int device, XdpMode mode = XdpMode.Any) =>
        TryAttach(program, device, mode, out XdpNetlinkAttachment? attachment, out KernelRefusal? refusal) ? attachment : throw refusal.ToException();

    /// <summary>Attaches a program where none is.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="mode">Where it is to be run.</param>
    /// <param name="attachment">The attachment; null where the kernel refuses.</param>
    /// <param name="refusal">Why it does; null where there is an attachment.</param>
    public static bool TryAttach(
        KernelProgram program, int device, XdpMode mode, [NotNullWhen(true)] out XdpNetlinkAttachment? attachment, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(program);
        RouteSocket socket = new();
        attachment = new XdpNetlinkAttachment(socket, device, mode);
        refusal = attachment.Put(program, XDP_FLAGS_UPDATE_IF_NOEXIST);
        if (refusal is not null)
        {
            socket.Dispose();
            attachment = null;
        }

        return attachment is not null;
    }

    /// <summary>The program that is attached to a device, however that was done; null: none is.</summary>
    /// <param name="device">The device's index.</param>
    /// <param name="mode">How it is run.</param>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static uint? Find(int device, out XdpMode mode)
    {
        using RouteSocket socket = new();
        ReadOnlySpan<byte> answer = socket.Ask(Message(RTM_GETLINK, 0, device));
        RouteSocket.ThrowIfRefused(answer, $"RTM_GETLINK of device {device}");
        ReadOnlySpan<byte> xdp = RouteSocket.Find(answer[(RouteRequest.HeaderLength + InterfaceMessageLength)..], IFLA_XDP);
        ReadOnlySpan<byte> attached = RouteSocket.Find(xdp, IFLA_XDP_ATTACHED);
        ReadOnlySpan<byte> id = RouteSocket.Find(xdp, IFLA_XDP_PROG_ID);
        mode = attached.IsEmpty ? XdpMode.Any : attached[0] switch
        {
            1 => XdpMode.Native,
            2 => XdpMode.Generic,
            3 => XdpMode.Hardware,
            _ => XdpMode.Any,
        };
        return id.IsEmpty ? null : BitConverter.ToUInt32(id);
    }

    /// <summary>Takes away whatever program netlink has attached to a device; nothing happens where there is none.</summary>
    /// <param name="device">The device's index.</param>
    /// <param name="mode">Where it is run.</param>
    /// <exception cref="KernelException">The kernel refuses; EBUSY: a link attaches it, which must be detached itself.</exception>
    public static void Detach(int device, XdpMode mode = XdpMode.Any)
    {
        using RouteSocket socket = new();
        Throw(Execute(socket, Message(RTM_SETLINK, RouteSocket.Acknowledge, device).Nest(IFLA_XDP, xdp => xdp.Attribute(IFLA_XDP_FD, -1).Attribute(IFLA_XDP_FLAGS, (uint)mode)), device));
    }

    /// <inheritdoc/>
    public override void Replace(KernelProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Throw(Put(program, XDP_FLAGS_REPLACE));
    }

    /// <inheritdoc/>
    public override void Detach()
    {
        ObjectDisposedException.ThrowIf(_program is null, this);
        Throw(Set(-1, XDP_FLAGS_REPLACE));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_program is null)
        {
            return;
        }

        try
        {
            Detach();
        }
        catch (KernelException)
        {
            // Another program is attached meanwhile, or none, or the device is gone: it is not this one's to detach.
        }

        _program.Dispose();
        _program = null;
        _socket.Dispose();
    }

    private KernelRefusal? Put(KernelProgram program, uint flags)
    {
        DescriptorHold own = new(program.Descriptor);
        if (Set(own.Number, flags) is { } refusal)
        {
            own.Dispose();
            return refusal;
        }

        _program?.Dispose();
        _program = own;
        return null;
    }

    private KernelRefusal? Set(int program, uint flags)
    {
        RouteRequest request = Message(RTM_SETLINK, RouteSocket.Acknowledge, Device).Nest(IFLA_XDP, xdp =>
        {
            xdp.Attribute(IFLA_XDP_FD, program).Attribute(IFLA_XDP_FLAGS, (uint)_mode | flags);
            if (_program is not null)
            {
                xdp.Attribute(IFLA_XDP_EXPECTED_FD, _program.Number);
            }
        });
        return Execute(_socket, request, Device);
    }

    private static RouteRequest Message(ushort type, ushort flags, int device) => new RouteRequest(type, flags).Add(0).Add(device).Add(0).Add(0);

    private static KernelRefusal? Execute(RouteSocket socket, RouteRequest request, int device)
    {
        string complaint = "";
        int result = BusyHook.Retry(() => socket.Execute(request, out complaint));
        return result < 0 ? new KernelRefusal($"RTM_SETLINK of device {device}, XDP", -result, AttachmentAdvice.ForXdp(-result, device, complaint)) : null;
    }

    private static void Throw(KernelRefusal? refusal)
    {
        if (refusal is not null)
        {
            throw refusal.ToException();
        }
    }
}
