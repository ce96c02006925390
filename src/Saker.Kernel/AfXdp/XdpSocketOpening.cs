using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Saker.Kernel.Devices;
using Saker.Kernel.Interop;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>Opens a socket step by step. What was made is given up again where a step fails.</summary>
internal sealed unsafe class XdpSocketOpening(Umem umem, XdpSocketOptions options) : IDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly List<IDisposable> _made = [];
    private SafeSocketDescriptor? _descriptor;
    private bool _isOpen;

    /// <summary>Why there is no socket; null: there is one.</summary>
    public KernelRefusal? Refusal { get; private set; }

    private string Place => string.Create(CultureInfo.InvariantCulture, $"AF_XDP socket on queue {options.Queue} of {options.Device}");

    public XdpSocket? TryOpen()
    {
        if (options.FindFault() is { } fault)
        {
            Refusal = new KernelRefusal($"AF_XDP socket: {fault}", 0);
            return null;
        }

        int device = DeviceName.IndexOf(options.Device);
        if (device == 0)
        {
            Refusal = new KernelRefusal($"AF_XDP socket: there is no device {options.Device} in this network namespace; see: ip link", 0);
            return null;
        }

        lock (umem.Gate)
        {
            return TryCreate() ? TryJoin(device) : null;
        }
    }

    public void Dispose()
    {
        if (!_isOpen)
        {
            _made.ForEach(one => one.Dispose());
            _descriptor?.Dispose();
        }
    }

    private bool TryCreate()
    {
        int number = Libc.socket(XdpSockets.AF_XDP, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        if (number < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            string advice = error == Libc.EAFNOSUPPORT ? "this kernel was built without CONFIG_XDP_SOCKETS" : KernelRefusal.AdviceFor(error, [Capabilities.CAP_NET_RAW]);
            Refusal = new KernelRefusal("AF_XDP socket", error, advice);
            return false;
        }

        _descriptor = new SafeSocketDescriptor(number);
        return true;
    }

    private XdpSocket? TryJoin(int device)
    {
        ulong network = Network();
        XdpQueue? shared = umem.FindQueue(network, device, options.Queue);
        bool isOpen = (umem.AnySocket is not null || TryRegister())
            && (shared is not null || (TrySet(XdpSockets.XDP_UMEM_FILL_RING, options.FillRingSize, "FILL ring") && TrySet(XdpSockets.XDP_UMEM_COMPLETION_RING, options.CompletionRingSize, "COMPLETION ring")))
            && (options.ReceiveRingSize == 0 || TrySet(XdpSockets.XDP_RX_RING, options.ReceiveRingSize, "RX ring"))
            && (options.TransmitRingSize == 0 || TrySet(XdpSockets.XDP_TX_RING, options.TransmitRingSize, "TX ring"))
            && TrySetPolling();
        if (!isOpen || !TryGetOffsets(out XdpSockets.MapOffsets offsets))
        {
            return null;
        }

        MappedRing? receive = options.ReceiveRingSize == 0 ? null : Map(XdpSockets.XDP_PGOFF_RX_RING, offsets.rx, options.ReceiveRingSize, sizeof(XdpDescriptor), "RX");
        MappedRing? transmit = options.TransmitRingSize == 0 ? null : Map(XdpSockets.XDP_PGOFF_TX_RING, offsets.tx, options.TransmitRingSize, sizeof(XdpDescriptor), "TX");
        XdpQueue queue = shared ?? new XdpQueue(
            network,
            device,
            options.Queue,
            Map(XdpSockets.XDP_UMEM_PGOFF_FILL_RING, offsets.fr, options.FillRingSize, sizeof(UmemFrame), "FILL"),
            Map(XdpSockets.XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr, options.CompletionRingSize, sizeof(UmemFrame), "COMPLETION"),
            umem.Ledger)
        { Descriptor = _descriptor! };
        if (!TryBind(device, (shared?.Descriptor ?? umem.AnySocket?.Descriptor)?.DangerousGetHandle()))
        {
            return null;
        }

        XdpSocket socket = new(umem, options, _descriptor!, queue, receive, transmit, IsZeroCopy());
        umem.Add(socket, queue);
        _isOpen = true;
        return socket;
    }

    private MappedRing Map(long offset, in XdpSockets.RingOffset parts, int capacity, int entrySize, string name)
    {
        MappedRing ring = MappedRing.Of(_descriptor!, offset, parts, capacity, entrySize, name);
        _made.Add(ring);
        return ring;
    }

    /// <summary>Tells the kernel of the memory.</summary>
    private bool TryRegister()
    {
        UmemLayout layout = umem.Layout;
        XdpSockets.UmemRegistration registration = new()
        {
            addr = (ulong)umem.Memory.Start,
            len = (ulong)layout.Size,
            chunk_size = (uint)layout.ChunkSize,
            headroom = (uint)layout.Headroom,
            tx_metadata_len = (uint)layout.TransmitMetadataLength,
            flags = (layout.IsUnaligned ? XdpSockets.XDP_UMEM_UNALIGNED_CHUNK_FLAG : 0)
                | (umem.Options.UsesSoftwareChecksum ? XdpSockets.XDP_UMEM_TX_SW_CSUM : 0)
                | (layout.TransmitMetadataLength != 0 ? XdpSockets.XDP_UMEM_TX_METADATA_LEN : 0),
        };
        return TrySet(XdpSockets.SOL_XDP, XdpSockets.XDP_UMEM_REG, (byte*)&registration, sizeof(XdpSockets.UmemRegistration), "UMEM");
    }

    private bool TrySetPolling()
    {
        if (options.BusyPolling is { } polling
            && !(TrySet(Libc.SOL_SOCKET, XdpSockets.SO_PREFER_BUSY_POLL, 1, "SO_PREFER_BUSY_POLL")
                && TrySet(Libc.SOL_SOCKET, XdpSockets.SO_BUSY_POLL, polling.Microseconds, "SO_BUSY_POLL")
                && TrySet(Libc.SOL_SOCKET, XdpSockets.SO_BUSY_POLL_BUDGET, polling.Budget, "SO_BUSY_POLL_BUDGET")))
        {
            return false;
        }

        return options.TransmitBudget is not { } budget || TrySet(XdpSockets.XDP_MAX_TX_SKB_BUDGET, budget, "XDP_MAX_TX_SKB_BUDGET");
    }

    private bool TryGetOffsets(out XdpSockets.MapOffsets offsets)
    {
        offsets = default;
        fixed (XdpSockets.MapOffsets* place = &offsets)
        {
            uint length = (uint)sizeof(XdpSockets.MapOffsets);
            if (Libc.getsockopt(_descriptor!, XdpSockets.SOL_XDP, XdpSockets.XDP_MMAP_OFFSETS, (byte*)place, &length) < 0)
            {
                return Refuse(Place + ": XDP_MMAP_OFFSETS", Marshal.GetLastPInvokeError(), "");
            }

            // Before Linux 5.4 rings had no flags, and the answer is shorter.
            return length >= sizeof(XdpSockets.MapOffsets) || Refuse($"{Place}: this kernel's rings have no flags; Linux 5.4 is the oldest that is supported", 0, "");
        }
    }

    /// <summary>Binds the socket to its queue. Where that is taken, perhaps by one that was just closed, it is tried for a while.</summary>
    /// <param name="device">The device's index.</param>
    /// <param name="sharing">The descriptor of the socket whose UMEM this one shares.</param>
    private bool TryBind(int device, nint? sharing)
    {
        ushort copy = options.Copy switch { XdpCopyMode.Copy => XdpSockets.XDP_COPY, XdpCopyMode.ZeroCopy => XdpSockets.XDP_ZEROCOPY, _ => 0 };
        ushort own = (ushort)(copy | (options.UsesNeedWakeup ? XdpSockets.XDP_USE_NEED_WAKEUP : 0) | (options.IsMultiBuffer ? XdpSockets.XDP_USE_SG : 0));
        XdpSockets.Address address = new()
        {
            sxdp_family = XdpSockets.AF_XDP,
            sxdp_flags = sharing is null ? own : XdpSockets.XDP_SHARED_UMEM,
            sxdp_ifindex = (uint)device,
            sxdp_queue_id = (uint)options.Queue,
            sxdp_shared_umem_fd = (uint)(sharing ?? 0),
        };
        long beginning = Stopwatch.GetTimestamp();
        while (Libc.bind(_descriptor!, (byte*)&address, (uint)sizeof(XdpSockets.Address)) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Libc.EBUSY || Stopwatch.GetElapsedTime(beginning) >= options.Patience)
            {
                return Refuse(Place, error, XdpSocketAdvice.ForBinding(error, options));
            }

            Thread.Sleep(BetweenAttempts);
        }

        return true;
    }

    /// <summary>The network namespace that the socket is in, in which a device's index means that device. 0: before Linux 5.14, which does not say.</summary>
    private ulong Network()
    {
        ulong cookie = 0;
        uint length = sizeof(ulong);
        return Libc.getsockopt(_descriptor!, Libc.SOL_SOCKET, XdpSockets.SO_NETNS_COOKIE, (byte*)&cookie, &length) == 0 ? cookie : 0;
    }

    private bool IsZeroCopy()
    {
        uint flags = 0;
        uint length = sizeof(uint);
        return Libc.getsockopt(_descriptor!, XdpSockets.SOL_XDP, XdpSockets.XDP_OPTIONS, (byte*)&flags, &length) == 0 && (flags & XdpSockets.XDP_OPTIONS_ZEROCOPY) != 0;
    }

    private bool TrySet(int option, int value, string what) => TrySet(XdpSockets.SOL_XDP, option, value, what);

    private bool TrySet(int level, int option, int value, string what) => TrySet(level, option, (byte*)&value, sizeof(int), what);

    private bool TrySet(int level, int option, byte* value, int length, string what)
    {
        if (Libc.setsockopt(_descriptor!, level, option, value, (uint)length) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return Refuse($"{Place}: {what}", error, XdpSocketAdvice.ForSetting(error, level, option));
    }

    private bool Refuse(string operation, int error, string advice)
    {
        Refusal = new KernelRefusal(operation, error, advice);
        return false;
    }
}
