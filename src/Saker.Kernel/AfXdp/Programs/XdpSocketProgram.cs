using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.AfXdp;

/// <summary>
/// An XDP program at a device that gives frames to AF_XDP sockets: to the one that stands in the map at the queue by which a frame came. Disposing detaches it; the sockets
/// stay their owners'. Attached by a link it is gone with the process, however that ends; by netlink it outlives a killed process. Any number of threads may add and remove sockets.
/// </summary>
public sealed class XdpSocketProgram : IDisposable
{
    private readonly KernelObject _object;
    private readonly int _socketsPerQueue;

    private XdpSocketProgram(KernelObject loaded, KernelProgram program, KernelMap map, int socketsPerQueue, KernelAttachment attachment, XdpMode mode)
    {
        _object = loaded;
        _socketsPerQueue = socketsPerQueue;
        Program = program;
        Map = map;
        Attachment = attachment;
        Mode = mode;
    }

    /// <summary>The program.</summary>
    public KernelProgram Program { get; }

    /// <summary>The map of sockets, by queue.</summary>
    public KernelMap Map { get; }

    /// <summary>What it was loaded of, with all of its maps.</summary>
    public KernelObject Object => _object;

    /// <summary>By what it is attached: a <see cref="KernelLink"/> or an <see cref="XdpNetlinkAttachment"/>.</summary>
    public KernelAttachment Attachment { get; }

    /// <summary>Where it is run.</summary>
    public XdpMode Mode { get; }

    /// <summary>Whether it stays at the device when this process is killed.</summary>
    public bool OutlivesProcess => Attachment.OutlivesProcess;

    /// <summary>Why the driver does not run it, where <see cref="XdpMode.Any"/> was asked for and it runs in front of the stack; else null.</summary>
    public KernelRefusal? NativeRefusal { get; private init; }

    /// <summary>Loads and attaches a program. Where that fails nothing is left.</summary>
    /// <param name="device">The device's index in the network namespace of the calling thread.</param>
    /// <param name="options">How.</param>
    /// <param name="program">The program, to be disposed by the caller; null where it is refused.</param>
    /// <param name="refusal">Why: no capability, an object that has no such map, a program in its way with what takes it away, a driver that does not run it. Null where there is a program.</param>
    public static bool TryAttach(
        int device, XdpSocketProgramOptions options, [NotNullWhen(true)] out XdpSocketProgram? program, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(options);
        program = null;
        if (!SocketObject.TryChoose(options, out SocketObject? chosen, out refusal))
        {
            return false;
        }

        KernelObjectOptions loading = new() { Programs = [.. TailCalls.Reachable(chosen.Spec, [chosen.Program])], Device = options.IsForDevice ? device : 0 };
        if (!KernelObject.TryLoad(chosen.Spec, out KernelObject? loaded, out refusal, loading))
        {
            return false;
        }

        program = Attach(device, options, loaded, chosen, out refusal);
        if (program is null)
        {
            loaded.Dispose();
        }

        return program is not null;
    }

    /// <summary>Loads and attaches a program, as <see cref="TryAttach"/> does.</summary>
    /// <exception cref="KernelException">It is refused; the message says why.</exception>
    public static XdpSocketProgram Attach(int device, XdpSocketProgramOptions? options = null) =>
        TryAttach(device, options ?? new(), out XdpSocketProgram? program, out KernelRefusal? refusal) ? program : throw refusal.ToException();

    /// <summary>Gives a queue's frames to a socket, in the place of the one that had them.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="socket">The socket, bound to that queue of this device: the kernel drops what is redirected to another one. It stays the caller's; when it is closed it is out of the map.</param>
    /// <param name="turn">Where a queue has several sockets: which of them, from 0.</param>
    /// <exception cref="KernelException">There is no room for this queue, or it is no socket of AF_XDP.</exception>
    public void Add(int queue, SafeHandle socket, int turn = 0)
    {
        BpfError error = Map.SetSocket((uint)PlaceOf(queue, turn), socket);
        if (error != BpfError.None)
        {
            string advice = error == BpfError.TooBig ? $"the map has room for queues 0 to {(Map.MaximumEntries / _socketsPerQueue) - 1}" : error == BpfError.OperationNotSupported ? "it is no socket of AF_XDP" : "";
            throw new KernelRefusal($"the socket of queue {queue} in the map '{Map.Name}'", (int)error, advice).ToException();
        }
    }

    /// <summary>Lets a queue's frames go on to the kernel's stack again, if a socket had them.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="turn">Where a queue has several sockets: which of them loses its turns.</param>
    public void Remove(int queue, int turn = 0)
    {
        // For a place without a socket the kernel has nothing to say; one that the map has not, no socket is in.
        int place = PlaceOf(queue, turn);
        _ = Map.Delete(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in place)));
    }

    /// <summary>By what it is attached, in words.</summary>
    public override string ToString() =>
        $"program {Program.Id} '{Program.Info.Name}' at device {Attachment.Device} ({Mode.Name()}) by {(Attachment is KernelLink link ? $"link {link.Info.Id}" : "netlink: it outlives a killed process, and 'saker xsk detach' takes it away")}";

    /// <summary>Detaches the program.</summary>
    public void Dispose()
    {
        Attachment.Dispose();
        _object.Dispose();
    }

    private int PlaceOf(int queue, int turn)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queue);
        ArgumentOutOfRangeException.ThrowIfNegative(turn);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(turn, _socketsPerQueue);
        return checked((queue * _socketsPerQueue) + turn);
    }

    private static XdpSocketProgram? Attach(int device, XdpSocketProgramOptions options, KernelObject loaded, SocketObject chosen, out KernelRefusal? refusal)
    {
        KernelProgram program = loaded.Program(chosen.Program);
        XdpMode first = options.Mode == XdpMode.Any ? XdpMode.Native : options.Mode;
        KernelRefusal? native = null;
        bool isAttached = TryHang(program, device, first, options.Way, out KernelAttachment? attachment, out refusal);
        if (!isAttached && options is { Mode: XdpMode.Any, IsForDevice: false } && IsDrivers(refusal!.ErrorNumber))
        {
            native = refusal;
            isAttached = TryHang(program, device, XdpMode.Generic, options.Way, out attachment, out refusal);
        }

        return isAttached
            ? new XdpSocketProgram(loaded, program, loaded.Map(chosen.Map), options.Object is null ? options.SocketsPerQueue : 1, attachment!, native is null ? first : XdpMode.Generic) { NativeRefusal = native }
            : null;
    }

    private static bool TryHang(KernelProgram program, int device, XdpMode mode, XdpAttachWay way, out KernelAttachment? attachment, out KernelRefusal? refusal)
    {
        bool isAttached;
        switch (way)
        {
            case XdpAttachWay.Link:
                isAttached = KernelLink.TryAttachXdp(program, device, mode, out KernelLink? link, out refusal);
                attachment = link;
                return isAttached;
            case XdpAttachWay.Netlink:
                isAttached = XdpNetlinkAttachment.TryAttach(program, device, mode, out XdpNetlinkAttachment? other, out refusal);
                attachment = other;
                return isAttached;
            default:
                return KernelAttachment.TryToXdp(program, device, mode, out attachment, out refusal);
        }
    }

    /// <summary>Whether it is the driver that refuses, so that another mode may do.</summary>
    private static bool IsDrivers(int errorNumber) =>
        errorNumber is not (Libc.EPERM or Libc.EACCES or BpfSystemCall.EBUSY or BpfSystemCall.EEXIST or (int)BpfError.NoDevice);
}
