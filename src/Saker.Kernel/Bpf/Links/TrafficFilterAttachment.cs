using System.Buffers.Binary;
using Saker.Kernel.Interop;
using Saker.Kernel.Netlink;

namespace Saker.Kernel.Bpf;

/// <summary>
/// A classifier that is attached as a filter of traffic control (<c>cls_bpf</c>, direct action) of a <c>clsact</c> qdisc, which is added where there is none and stays. It
/// outlives the process; disposing takes the filter away.
/// </summary>
public sealed class TrafficFilterAttachment : KernelAttachment
{
    // linux/rtnetlink.h, linux/pkt_sched.h, linux/pkt_cls.h
    private const ushort RTM_NEWQDISC = 36, RTM_NEWTFILTER = 44, RTM_DELTFILTER = 45;
    private const ushort NLM_F_REPLACE = 0x100, NLM_F_EXCL = 0x200, NLM_F_CREATE = 0x400;
    private const ushort TCA_KIND = 1, TCA_OPTIONS = 2, TCA_BPF_FD = 6, TCA_BPF_NAME = 7, TCA_BPF_FLAGS = 8;
    private const uint TCA_BPF_FLAG_ACT_DIRECT = 1;
    private const uint TC_H_CLSACT = 0xffff_fff1, Ingress = 0xffff_fff2, Egress = 0xffff_fff3, QdiscHandle = 0xffff_0000;
    private const ushort ETH_P_ALL = 3;
    private const string Kind = "bpf";

    private readonly RouteSocket _socket = new();
    private readonly TrafficDirection _hook;
    private readonly ushort _priority;
    private readonly uint _handle;

    private TrafficFilterAttachment(int device, TrafficDirection hook, ushort priority, uint handle)
        : base(device)
    {
        _hook = hook;
        _priority = priority;
        _handle = handle;
    }

    /// <inheritdoc/>
    public override bool OutlivesProcess => true;

    private string Description => $"filter of priority {_priority} on device {Device} ({_hook})";

    /// <summary>Attaches a program to all protocols.</summary>
    /// <param name="program">The program; it may be disposed afterwards.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="hook">Whether it sees what comes or what goes.</param>
    /// <param name="priority">Its place among the filters: the lowest is asked first.</param>
    /// <param name="handle">Its number among those of one priority.</param>
    /// <exception cref="KernelException">The kernel refuses; EEXIST: there is such a filter.</exception>
    public static TrafficFilterAttachment Attach(KernelProgram program, int device, TrafficDirection hook, ushort priority = 1, uint handle = 1)
    {
        ArgumentNullException.ThrowIfNull(program);
        TrafficFilterAttachment attachment = new(device, hook, priority, handle);
        try
        {
            RouteRequest qdisc = Message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, device, QdiscHandle, TC_H_CLSACT, 0).Attribute(TCA_KIND, "clsact");
            attachment.Execute(qdisc, $"clsact qdisc on device {device}", -BpfSystemCall.EEXIST);
            attachment.Set(program, NLM_F_CREATE | NLM_F_EXCL);
            return attachment;
        }
        catch
        {
            attachment._socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Replace(KernelProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Set(program, NLM_F_CREATE | NLM_F_REPLACE);
    }

    /// <inheritdoc/>
    public override void Detach() => Execute(Filter(RTM_DELTFILTER, 0).Attribute(TCA_KIND, Kind), Description);

    /// <inheritdoc/>
    public override void Dispose()
    {
        try
        {
            Detach();
        }
        catch (KernelException)
        {
            // The filter, the qdisc or the device is gone.
        }
        catch (ObjectDisposedException)
        {
            // It was disposed already.
        }

        _socket.Dispose();
    }

    private void Set(KernelProgram program, ushort flags)
    {
        using HeldDescriptor held = new(program.Descriptor);
        int number = held.Number;
        string name = program.Info is { Name.Length: > 0 } info ? info.Name : "saker";
        RouteRequest request = Filter(RTM_NEWTFILTER, flags).Attribute(TCA_KIND, Kind)
            .Nest(TCA_OPTIONS, options => options.Attribute(TCA_BPF_FD, number).Attribute(TCA_BPF_NAME, name).Attribute(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT));
        Execute(request, Description);
    }

    private RouteRequest Filter(ushort type, ushort flags)
    {
        // Priority and protocol, that one in network order.
        uint information = ((uint)_priority << 16) | (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(ETH_P_ALL) : ETH_P_ALL);
        return Message(type, flags, Device, _handle, _hook == TrafficDirection.Ingress ? Ingress : Egress, information);
    }

    private static RouteRequest Message(ushort type, int flags, int device, uint handle, uint parent, uint information) =>
        new RouteRequest(type, (ushort)(flags | RouteSocket.Acknowledge)).Add(0).Add(device).Add(handle).Add(parent).Add(information);

    private void Execute(RouteRequest request, string what, int accepted = 0)
    {
        int result = _socket.Execute(request, out string complaint);
        if (result < 0 && result != accepted)
        {
            throw new KernelRefusal($"the {what}", -result, complaint.Length > 0 ? complaint : AttachmentAdvice.For(-result)).ToException();
        }
    }
}
