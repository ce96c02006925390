using System.Net;
using Saker.Kernel.Interop;
using Saker.Stack.Devices;
using Saker.Stack.Sockets;
using Saker.Stack.Transport.Udp;
using Saker.Tests.Stack;
using Saker.Tests.Stack.Gro;

namespace Saker.KernelTests.Gro;

/// <summary>Datagrams are merged for those sockets for which the kernel merges them, and what their readers get is told as the kernel tells it.</summary>
[Collection(AloneCollection.Name)]
public sealed class SocketMergingTests
{
    private static readonly string[] HostCommands =
    [
        "ip link set lo up",
        "ip address add 10.0.0.1/24 dev eth0",
        "sysctl -w net.ipv6.conf.eth0.disable_ipv6=0",
        "ip address add fd00::1/64 dev eth0 nodad",
        "ip neighbor replace 10.0.0.2 lladdr 02:00:00:00:00:02 nud permanent dev eth0",
        "ip neighbor replace fd00::2 lladdr 02:00:00:00:00:02 nud permanent dev eth0",
    ];

    private static readonly DatagramSockets[] Kinds =
    [
        Of("0.0.0.0:9999"),
        Of("10.0.0.1:9999"),
        Of("0.0.0.0:9999") with { IsOfDevice = true },
        Of("10.0.0.1:9999") with { Remote = IPEndPoint.Parse("10.0.0.2:4000") },
        Of("[::]:9999"),
        Of("[::]:9999") with { IsIPv6Only = true },
        Of("[::]:9999") with { IsOfDevice = true },
        Of("[fd00::1]:9999"),
        Of("[fd00::1]:9999") with { Remote = IPEndPoint.Parse("[fd00::2]:4000") },
        Of("[fd00::1]:9999") with { Remote = IPEndPoint.Parse("[fd00::2]:4001") },
        Of("[::]:9998"),
    ];

    [KernelTheory]
    [InlineData("")]
    [InlineData("rx-gro-list on")]
    [InlineData("rx-udp-gro-forwarding on")]
    public void Datagrams_are_merged_for_the_same_sockets(string features)
    {
        using KernelMerging kernel = new(features, HostCommands);
        Random random = new(features.Length);
        List<string> differences = [];
        for (int round = 0; round < Effort.Inputs(40, 1000) && differences.Count < 5; round++)
        {
            DatagramSockets[] sockets = RandomSockets(random);
            SegmentFrame[] frames = RandomFrames(random);
            string theirs = MergeInKernel(kernel, sockets, frames);
            string ours = MergeInSaker(features, sockets, frames);
            if (ours != theirs)
            {
                differences.Add($"round {round}, {string.Join(", ", sockets.AsEnumerable())}:\n  kernel\n{theirs}\n  Saker\n{ours}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [KernelTheory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("rx-gro-list on", true)]
    [InlineData("rx-gro-list on", false)]
    [InlineData("rx-udp-gro-forwarding on", true)]
    public void Reader_is_told_the_size_of_the_segments(string features, bool takesMerged)
    {
        using KernelMerging kernel = new(features, HostCommands);
        DatagramSockets kind = Of("0.0.0.0:9999") with { TakesMerged = takesMerged };
        SegmentFrame first = new() { IsUdp = true, DestinationPort = 9999 };
        SegmentFrame[] frames =
        [
            .. new SegmentRow(first, Size: 500, Count: 4, Last: 500, Step: 1, []).Frames(),
            .. new SegmentRow(first with { SourcePort = 4001 }, Size: 1000, Count: 3, Last: 7, Step: 1, []).Frames(),
            .. new SegmentRow(first with { SourcePort = 4002 }, Size: 300, Count: 1, Last: 300, Step: 1, []).Frames(),
        ];

        using KernelSocket theirs = Open(kernel, kind);
        kernel.Merge([.. frames.Select(frame => frame.ToBytes())]);

        using TestHost host = new();
        host.Ethernet.Offload = OffloadOf(features);
        UdpSocket ours = kind.OpenInSaker(new ReceiveQueue(host.Stack.Cpus));
        host.Stack.UdpSockets.Add(ours);
        host.ReceiveTogether(frames.Select(frame => frame.ToBytes()));
        List<(int Length, int SegmentSize)> read = DatagramSockets.ReadAll(ours);
        Assert.Equal(DatagramSockets.ReadAll(theirs), read);
        Assert.Equal(takesMerged, read.Any(datagram => datagram.SegmentSize != 0));
    }

    private static DatagramSockets Of(string local) => new(IPEndPoint.Parse(local), TakesMerged: false);

    private static ReceiveOffload OffloadOf(string features) => new()
    {
        KeepSegments = features.StartsWith("rx-gro-list", StringComparison.Ordinal),
        MergeForwardedUdp = features.StartsWith("rx-udp", StringComparison.Ordinal),
    };

    /// <summary>A few sockets, no two of them alike.</summary>
    private static DatagramSockets[] RandomSockets(Random random)
    {
        DatagramSockets[] kinds = [.. Kinds];
        random.Shuffle(kinds);
        return [.. kinds.Take(random.Next(5)).Select(kind => kind with { TakesMerged = random.Next(2) == 0 })];
    }

    /// <summary>Rows of datagrams of both protocols, one after the other.</summary>
    private static SegmentFrame[] RandomFrames(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(2, 8)).SelectMany(_ => new SegmentRow(
            new SegmentFrame
            {
                IsUdp = true,
                IsIPv6 = random.Next(2) == 0,
                SourcePort = (ushort)random.Next(4000, 4003),
                SourceHost = (byte)random.Next(2, 4),
                DestinationPort = (ushort)random.Next(9998, 10_000),
            },
            Size: random.Next(20, 200),
            Count: random.Next(1, 5),
            Last: random.Next(1, 20),
            Step: 1,
            Changes: []).Frames()),
    ];

    private static string MergeInKernel(KernelMerging kernel, DatagramSockets[] sockets, SegmentFrame[] frames)
    {
        List<KernelSocket> opened = [];
        try
        {
            foreach (DatagramSockets socket in sockets)
            {
                opened.Add(Open(kernel, socket));
            }

            return string.Join('\n', kernel.Merge([.. frames.Select(frame => frame.ToBytes())]));
        }
        finally
        {
            opened.ForEach(socket => socket.Dispose());
        }
    }

    private static string MergeInSaker(string features, DatagramSockets[] sockets, SegmentFrame[] frames)
    {
        using GroRun run = new(OffloadOf(features), readsVlan: false);
        foreach (DatagramSockets socket in sockets)
        {
            run.UdpSockets.Add(socket.OpenInSaker());
        }

        run.Poll(frames);
        return string.Join('\n', run.Packets.Select(KernelPacket.Of));
    }

    private static KernelSocket Open(KernelMerging kernel, DatagramSockets kind)
    {
        KernelSocket? socket = null;
        kernel.EnterTarget(() => socket = kind.OpenInKernel());
        return socket!;
    }
}
