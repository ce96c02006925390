using System.Diagnostics;
using Saker.Bpf;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Kernel.Namespaces;
using Saker.Packets.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>How an end of the wire is set up.</summary>
internal sealed record XskEndOptions
{
    public UmemOptions Umem { get; init; } = new() { Layout = new UmemLayout { ChunkCount = 1024 }, Pages = UmemPages.Usual, TracksFrames = true };

    public XdpSocketOptions Socket { get; init; } = new() { Device = "eth0", ReceiveRingSize = 512, TransmitRingSize = 512, FillRingSize = 512, CompletionRingSize = 512, Copy = XdpCopyMode.Copy };

    /// <summary>Whether and where a program gives frames to the socket.</summary>
    public XdpMode? Program { get; init; } = XdpMode.Native;

    /// <summary>The program, if it is not Saker's own.</summary>
    public ObjectSpec? Object { get; init; }

    /// <summary>Whether Saker's program puts metadata in front of packets.</summary>
    public bool PutsMetadata { get; init; }
}

/// <summary>An AF_XDP socket at one end of a wire, with its memory and a program. Whoever holds a frame is watched over.</summary>
internal sealed class XskEnd : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public XskEnd(NetworkNamespace network, int device, XskEndOptions options)
    {
        Umem = Umem.Create(options.Umem);
        try
        {
            Frames = Umem.AllocateFrames();
            Socket = network.Enter(() => XdpSocket.Open(Umem, options.Socket));
            Program = options.Program is { } mode
                ? network.Enter(() => XdpSocketProgram.Attach(device, new() { Mode = mode, SupportsFragments = options.Socket.IsMultiBuffer, Object = options.Object, PutsMetadata = options.PutsMetadata }))
                : null;
            Program?.Add(options.Socket.Queue, Socket.Descriptor);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Umem Umem { get; }

    public FrameAllocator Frames { get; } = null!;

    public XdpSocket Socket { get; private set; } = null!;

    public XdpSocketProgram? Program { get; }

    /// <summary>Closes the socket, and opens another one on the same queue.</summary>
    public void Reopen(NetworkNamespace network)
    {
        Socket.Dispose();
        Socket = network.Enter(() => XdpSocket.Open(Umem, Socket.Options));
        Program?.Add(Socket.Options.Queue, Socket.Descriptor);
    }

    /// <summary>Puts packets into TX, each in a frame of its own, wakes the kernel, and waits until all have come back.</summary>
    public void Send(params IEnumerable<byte[]> packets)
    {
        var outstanding = 0;
        foreach (var packet in packets)
        {
            outstanding += Submit(packet);
            Socket.WakeTransmit();
            outstanding -= Frames.Collect(Socket.Completion);
        }

        WaitUntil(() =>
        {
            Socket.WakeTransmit();
            return (outstanding -= Frames.Collect(Socket.Completion)) == 0;
        });
    }

    /// <summary>Puts a packet into TX, in as many frames as it takes.</summary>
    /// <returns>How many frames that were.</returns>
    public int Submit(ReadOnlySpan<byte> packet)
    {
        var layout = Umem.Layout;
        var room = layout.ChunkSize - layout.TransmitMetadataLength;
        var parts = (packet.Length + room - 1) / room;
        while (true)
        {
            using var batch = Socket.Transmit!.ReserveAll(parts);
            if (batch.Length != parts)
            {
                Socket.WakeTransmit();
                Frames.Collect(Socket.Completion);
                continue;
            }

            for (var i = 0; i < parts; i++)
            {
                Assert.True(Frames.TryTake(out var frame));
                var part = packet.Slice(i * room, Math.Min(room, packet.Length - (i * room)));
                var address = layout.AddressIn(frame, layout.TransmitMetadataLength);
                XdpDescriptor descriptor = new(address, (uint)part.Length, i + 1 < parts ? XdpDescriptorOptions.Continued : XdpDescriptorOptions.None);
                part.CopyTo(Umem.Memory.BytesOf(descriptor));
                batch[i] = descriptor;
            }

            batch.Submit();
            return parts;
        }
    }

    /// <summary>Puts descriptors into TX as they are, without a look at who has what.</summary>
    public void SubmitRaw(params ReadOnlySpan<XdpDescriptor> descriptors)
    {
        using var batch = Socket.Transmit!.ReserveAll(descriptors.Length);
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = descriptors[i];
        }

        batch.Submit();
    }

    /// <summary>Wakes the kernel until TX is empty, and says which frames came back, by the addresses in COMPLETION. They stay the caller's.</summary>
    public List<ulong> Flush()
    {
        List<ulong> completed = [];
        WaitUntil(() =>
        {
            Socket.WakeTransmit();
            using var batch = Socket.Completion.Peek(int.MaxValue);
            for (var i = 0; i < batch.Length; i++)
            {
                completed.Add(batch[i].Address);
            }

            batch.Release();
            return Socket.Transmit!.Waiting == 0;
        });
        return completed;
    }

    /// <summary>Gives frames to receive into, and takes so many packets as they come.</summary>
    public List<byte[]> Receive(int count)
    {
        List<byte[]> packets = [];
        Assert.True(
            TryWaitUntil(() =>
            {
                packets.AddRange(TakeReceived(count - packets.Count));
                return packets.Count == count;
            }),
            $"{packets.Count} of {count} packets came; {Socket.Statistics}");
        return packets;
    }

    /// <summary>Takes the packets that are there.</summary>
    public List<byte[]> TakeReceived(int most = int.MaxValue)
    {
        List<byte[]> packets = [];
        Frames.Supply(Socket.Fill);
        Socket.WakeReceive();
        using var batch = Socket.Receive!.Peek(int.MaxValue);
        ReceivedPackets received = new(batch);
        var descriptors = 0;
        while (packets.Count < most && received.MoveNext())
        {
            List<byte> bytes = [];
            for (var i = 0; i < received.Current.Count; i++)
            {
                bytes.AddRange(Umem.Memory.BytesOf(received.Current[i]));
                Frames.Return(Umem.Layout.FrameOf(received.Current[i]));
            }

            packets.Add([.. bytes]);
            descriptors = received.Descriptors;
        }

        batch.Release(descriptors);
        return packets;
    }

    /// <summary>Waits for something, as long as the slowest machine takes.</summary>
    public static bool TryWaitUntil(Func<bool> isThere)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience;)
        {
            if (isThere())
            {
                return true;
            }

            Thread.Yield();
        }

        return false;
    }

    public static void WaitUntil(Func<bool> isThere) => Assert.True(TryWaitUntil(isThere));

    public void Dispose()
    {
        Program?.Dispose();
        Socket?.Dispose();
        Umem?.Dispose();
    }
}
