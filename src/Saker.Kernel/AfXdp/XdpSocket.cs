using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Saker.Kernel.Interop;
using Saker.Kernel.Waiting;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>
/// An AF_XDP socket of the running kernel. It receives what an XDP program redirects to it by a map of sockets (<see cref="Descriptor"/>), and sends to its device's queue. Source:
/// Documentation/networking/af_xdp.rst.
/// </summary>
/// <remarks>It belongs to one thread, its rings too. Opening and closing is for any thread. Needs CAP_NET_RAW.</remarks>
public sealed unsafe class XdpSocket : IXdpSocket
{
    private readonly SafeSocketDescriptor _descriptor;
    private readonly MappedRing? _receive;
    private readonly MappedRing? _transmit;
    private readonly XdpQueue _queue;
    private readonly Lock _waiting = new();
    private DescriptorWaiter? _waiter;
    private int _number;

    internal XdpSocket(Umem umem, XdpSocketOptions options, SafeSocketDescriptor descriptor, XdpQueue queue, MappedRing? receive, MappedRing? transmit, bool isZeroCopy)
    {
        Umem = umem;
        Options = options;
        _descriptor = descriptor;
        _queue = queue;
        _receive = receive;
        _transmit = transmit;
        _number = (int)descriptor.DangerousGetHandle();
        IsZeroCopy = isZeroCopy;
        Receive = receive is null ? null : new ReceiveRing(receive.Memory, umem.Ledger);
        Transmit = transmit is null ? null : new TransmitRing(transmit.Memory, umem.Ledger);
    }

    /// <summary>The memory that it shares with the kernel.</summary>
    public Umem Umem { get; }

    /// <summary>What it was made of.</summary>
    public XdpSocketOptions Options { get; }

    /// <summary>The device's index.</summary>
    public int Device => _queue.Device;

    /// <inheritdoc/>
    public UmemMemory Memory => Umem.Memory;

    /// <inheritdoc/>
    public FillRing Fill => _queue.Fill;

    /// <inheritdoc/>
    public CompletionRing Completion => _queue.Completion;

    /// <inheritdoc/>
    public ReceiveRing? Receive { get; }

    /// <inheritdoc/>
    public TransmitRing? Transmit { get; }

    /// <inheritdoc/>
    public bool IsZeroCopy { get; }

    /// <summary>Its descriptor: the value for a map of sockets, and what an event loop of one's own may wait for.</summary>
    public SafeHandle Descriptor => _descriptor;

    /// <inheritdoc/>
    public XdpStatistics Statistics
    {
        get
        {
            XdpSockets.Statistics counted = default;
            uint length = (uint)sizeof(XdpSockets.Statistics);
            return Libc.getsockopt(_descriptor, XdpSockets.SOL_XDP, XdpSockets.XDP_STATISTICS, (byte*)&counted, &length) < 0
                ? throw KernelException.FromLastError("XDP_STATISTICS")
                : new XdpStatistics(
                    counted.rx_dropped, counted.rx_invalid_descs, counted.tx_invalid_descs, counted.rx_ring_full, counted.rx_fill_ring_empty_descs, counted.tx_ring_empty_descs);
        }
    }

    /// <summary>Opens a socket.</summary>
    /// <exception cref="KernelException">It was refused, in words.</exception>
    public static XdpSocket Open(Umem umem, XdpSocketOptions options) =>
        TryOpen(umem, options, out XdpSocket? socket, out KernelRefusal? refusal) ? socket : throw refusal.ToException();

    /// <summary>Opens a socket.</summary>
    /// <param name="umem">The memory in which packets lie.</param>
    /// <param name="options">How.</param>
    /// <param name="socket">The socket. It receives nothing before a program redirects packets to it, and frames are in FILL.</param>
    /// <param name="refusal">Why there is none, and what can be done.</param>
    public static bool TryOpen(Umem umem, XdpSocketOptions options, [NotNullWhen(true)] out XdpSocket? socket, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(umem);
        ArgumentNullException.ThrowIfNull(options);
        using XdpSocketOpening opening = new(umem, options);
        socket = opening.TryOpen();
        refusal = opening.Refusal;
        return socket is not null;
    }

    /// <inheritdoc/>
    public void WakeReceive()
    {
        // Who polls the device himself does so by this call; else it is made only where the driver sleeps for want of frames.
        if (Options.BusyPolling is not null || Fill.NeedsWakeup)
        {
            Libc.recv(_number, null, 0, Libc.MSG_DONTWAIT);
        }
    }

    /// <inheritdoc/>
    public TransmitKick WakeTransmit()
    {
        if (Transmit is not { } ring || (Options.UsesNeedWakeup && Options.BusyPolling is null && !ring.NeedsWakeup))
        {
            return TransmitKick.NotNeeded;
        }

        if (Libc.send(_number, null, 0, Libc.MSG_DONTWAIT) >= 0)
        {
            return TransmitKick.Taken;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Libc.EAGAIN or Libc.EBUSY or Libc.ENOBUFS or Libc.EINTR => TransmitKick.Again,
            Libc.ENETDOWN => TransmitKick.Down,
            _ => TransmitKick.Failed,
        };
    }

    /// <inheritdoc/>
    public bool Wait(TimeSpan time, bool forTransmit = false)
    {
        Libc.PollDescriptor descriptor = new() { fd = _number, events = forTransmit ? Libc.POLLOUT : Libc.POLLIN };
        return Libc.poll(&descriptor, 1, Milliseconds(time)) > 0 && (descriptor.revents & descriptor.events) != 0;
    }

    /// <summary>Waits until one of several sockets has received something, or has room to send.</summary>
    /// <param name="sockets">The sockets, all of the calling thread.</param>
    /// <param name="time">How long at most; <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</param>
    /// <param name="forTransmit">Whether to wait for TX rather than for RX.</param>
    /// <returns>False if there was nothing for so long.</returns>
    public static bool WaitAny(ReadOnlySpan<XdpSocket> sockets, TimeSpan time, bool forTransmit = false)
    {
        const int Most = 256;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sockets.Length, Most, nameof(sockets));
        Libc.PollDescriptor* descriptors = stackalloc Libc.PollDescriptor[sockets.Length];
        for (int i = 0; i < sockets.Length; i++)
        {
            descriptors[i] = new Libc.PollDescriptor { fd = sockets[i]._number, events = forTransmit ? Libc.POLLOUT : Libc.POLLIN };
        }

        return Libc.poll(descriptors, (nuint)sockets.Length, Milliseconds(time)) > 0;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default)
    {
        if (Receive is not { } ring)
        {
            throw new InvalidOperationException("The socket has no RX ring.");
        }

        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_number < 0, this);
            _waiter ??= new DescriptorWaiter([_descriptor], () => ring.Waiting != 0);
        }

        return _waiter.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the socket: its program passes packets on, or drops them. Its frames are the kernel's no more.</summary>
    public void Dispose()
    {
        lock (Umem.Gate)
        {
            if (Interlocked.Exchange(ref _number, -1) < 0)
            {
                return;
            }

            lock (_waiting)
            {
                _waiter?.Dispose();
            }

            // A mapped ring keeps the socket: so all are unmapped, and those in common with the last one.
            _receive?.Dispose();
            _transmit?.Dispose();
            if (Umem.Remove(this, _queue))
            {
                _queue.Close();
            }

            if (_queue.Descriptor != _descriptor)
            {
                _descriptor.Dispose();
            }
        }
    }

    private static int Milliseconds(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, int.MaxValue);
}
