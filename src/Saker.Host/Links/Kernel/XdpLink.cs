using System.Numerics;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Devices;
using Saker.Kernel.Packets;
using Saker.Packets.AfXdp;
using Saker.Stack.Driver.Links;
using Saker.Wire;

namespace Saker.Host.Links.Kernel;

/// <summary>
/// A device of the running kernel by AF_XDP sockets: one for each queue, over one UMEM, in which received frames stay until they are read. The program that gives frames to them is
/// attached by a link where the kernel has such, and is gone with the process.
/// </summary>
public sealed class XdpLink : ILink
{
    private const int LinkHeader = 18;

    private readonly Umem _umem;
    private readonly XdpLinkQueue[] _queues;
    private readonly DeviceWatch _watch;
    private readonly PacketSocket? _promiscuous;

    private XdpLink(
        KernelDevice device, MacAddress address, XdpLinkOptions options, Umem umem, XdpLinkQueue[] queues, XdpSocketProgram program, DeviceWatch watch, PacketSocket? promiscuous)
    {
        _promiscuous = promiscuous;
        Device = device;
        Address = address;
        Options = new LinkOptions { Unfilled = options.Unfilled ?? (device.Kind == "veth" ? UnfilledChecksums.Accept : UnfilledChecksums.Refuse) };
        Program = program;
        _umem = umem;
        _queues = queues;
        _watch = watch;
    }

    /// <summary>Opens a link to a device of this thread's network namespace.</summary>
    /// <exception cref="KernelException">There is no such device or queue, another program is in the way, the device is taken, or a right is missing; in words.</exception>
    public static XdpLink Open(XdpLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.Queues.Count, nameof(options));
        KernelDevice device = KernelDevice.Read(options.Device);
        bool isLong = device.Mtu + LinkHeader > new UmemLayout { ChunkSize = UmemLayout.SmallestChunk }.ReceiveCapacity;
        UmemLayout layout = new()
        {
            ChunkSize = isLong ? UmemLayout.LargestChunk : UmemLayout.SmallestChunk,
            ChunkCount = options.ChunksPerQueue * options.Queues.Count,
        };
        bool isMultiBuffer = device.Mtu + LinkHeader > layout.ReceiveCapacity;
        Stack<IDisposable> opened = new();
        try
        {
            Umem umem = Umem.Create(new UmemOptions { Layout = layout });
            opened.Push(umem);
            TakeFrames(umem);
            DeviceWatch watch = new(device.Name);
            opened.Push(watch);
            XdpSocketProgram program = XdpSocketProgram.Attach(device.Index, new XdpSocketProgramOptions
            {
                Mode = options.Mode,
                Steering = options.Steering,
                MaximumQueues = options.Queues.Max() + 1,
                SupportsFragments = isMultiBuffer,
            });
            opened.Push(program);
            List<XdpLinkQueue> queues = [];
            foreach (int number in options.Queues)
            {
                // Half of the chunks for the kernel to receive into; the rest are packets', or are being sent.
                int half = 1 << (BitOperations.Log2((uint)options.ChunksPerQueue) - 1);
                XdpSocket socket = XdpSocket.Open(umem, new XdpSocketOptions
                {
                    Device = device.Name,
                    Queue = number,
                    Copy = options.Copy,
                    IsMultiBuffer = isMultiBuffer,
                    FillRingSize = half,
                    ReceiveRingSize = half,
                    TransmitRingSize = half / 2,
                    CompletionRingSize = half,
                });
                opened.Push(socket);
                queues.Add(new XdpLinkQueue(socket, program, queues.Count * options.ChunksPerQueue, options.ChunksPerQueue));
            }

            MacAddress own = new(device.Address);
            MacAddress address = options.Address ?? own;
            PacketSocket? promiscuous = address == own ? null : PacketSocket.OpenForSending(device.Name);
            if (promiscuous is not null)
            {
                opened.Push(promiscuous);
                promiscuous.MakePromiscuous();
            }

            return new XdpLink(device, address, options, umem, [.. queues], program, watch, promiscuous);
        }
        catch
        {
            while (opened.TryPop(out IDisposable? one))
            {
                one.Dispose();
            }

            throw;
        }
    }

    /// <summary>The device, as it was when the link was opened.</summary>
    public KernelDevice Device { get; }

    /// <summary>The program that gives frames to the sockets.</summary>
    public XdpSocketProgram Program { get; }

    /// <inheritdoc/>
    public string Name => $"xdp:{Device.Name}";

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu => Device.Mtu;

    /// <inheritdoc/>
    public IReadOnlyList<ILinkQueue> Queues => _queues;

    /// <inheritdoc/>
    public LinkOptions Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LinkLoss> Losses =>
    [
        new("RX was full", Sum(statistics => statistics.ReceiveRingFull)),
        new("no chunk in FILL, or too long for one", Sum(statistics => statistics.ReceiveDropped)),
        new("refused by the kernel for sending", Sum(statistics => statistics.TransmitInvalid)),
    ];

    /// <inheritdoc/>
    public string? Fault => _watch.IsThere ? null : "the device is gone";

    /// <summary>Detaches the program, closes what is open, and gives the memory back.</summary>
    public void Dispose()
    {
        Program.Dispose();
        Array.ForEach(_queues, queue => queue.CloseSocket());
        _watch.Dispose();
        _promiscuous?.Dispose();
        _umem.Dispose();
    }

    /// <summary>The regions of the queues say from now on which frames are free, and the allocator of the UMEM nothing.</summary>
    private static void TakeFrames(Umem umem)
    {
        FrameAllocator frames = umem.AllocateFrames();
        while (frames.TryTake(out _))
        {
        }
    }

    private long Sum(Func<XdpStatistics, ulong> count) => _queues.Sum(queue => (long)count(queue.Statistics));
}
