using System.Net;
using System.Net.Sockets;
using Saker.Kernel.Interop;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Tests.Stack;
using Saker.Tests.Stack.Gro;

namespace Saker.KernelTests.Gro;

/// <summary>What merged packets do above merging: the same counters and the same frames sent as by the kernel.</summary>
public sealed class MergedPathTests
{
    private static readonly string[] HostCommands =
    [
        "sysctl -w net.ipv4.ip_forward=1",
        "sysctl -w net.ipv4.conf.all.send_redirects=0",
        "sysctl -w net.ipv4.conf.eth0.send_redirects=0",
        "ip link set lo up",
        "ip address add 10.0.0.1/24 broadcast 10.0.0.255 dev eth0",
        "ip neighbor replace 10.0.0.2 lladdr 02:00:00:00:00:02 nud permanent dev eth0",
        "ip neighbor replace 10.0.0.9 lladdr 02:00:00:00:00:09 nud permanent dev eth0",
        "ethtool -K eth0 tx off",
    ];

    [KernelTheory]
    [InlineData("")]
    [InlineData("rx-gro-list on")]
    public void Forwarded(string features) => Compare(features, MergedRows.Forwarded, takesMerged: null);

    [KernelFact]
    public void Refused() => Compare("", MergedRows.Segments, takesMerged: null);

    [KernelTheory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("rx-gro-list on", true)]
    [InlineData("rx-gro-list on", false)]
    [InlineData("rx-udp-gro-forwarding on", false)]
    public void Datagrams(string features, bool takesMerged) => Compare(features, MergedRows.Datagrams, takesMerged);

    [KernelTheory]
    [InlineData("rx-gro-list on")]
    [InlineData("rx-udp-gro-forwarding on")]
    public void Datagrams_forwarded(string features) =>
        Compare(features, [.. MergedRows.Datagrams.Select(frame => frame with { DestinationHost = 9 })], takesMerged: null);

    /// <param name="features">What the device has on.</param>
    /// <param name="row">The frames.</param>
    /// <param name="takesMerged">Whether the socket has asked for merged datagrams; null: there is none.</param>
    private static void Compare(string features, IReadOnlyList<SegmentFrame> row, bool? takesMerged)
    {
        byte[][] frames = [.. row.Select(frame => frame.ToBytes())];
        using KernelMerging kernel = new(features, HostCommands);
        using Socket socket = OpenSocket(kernel, takesMerged);
        KernelReception theirs = kernel.Receive(frames);
        Dictionary<string, long> counters = theirs.Counters.Where(IsCompared).ToDictionary(StringComparer.Ordinal);
        if (takesMerged is not null)
        {
            // The kernel counts a datagram when it is read.
            counters["Udp.InDatagrams"] = Read(socket);
        }

        using TestHost host = new(new IPv4InterfaceSettings { Forwarding = true, SendRedirects = false });
        host.Ethernet.Offload = new ReceiveOffload
        {
            KeepSegments = features.StartsWith("rx-gro-list", StringComparison.Ordinal),
            MergeForwardedUdp = features.StartsWith("rx-udp", StringComparison.Ordinal),
        };
        if (takesMerged is { } merged)
        {
            host.Open("udp 0.0.0.0:9999", merged);
        }

        FrameResult ours = host.ReceiveTogether(frames);
        Assert.Equal(Sorted(counters), Sorted(ours.Counters.Where(IsCompared)));
        Assert.Equal(theirs.Sent, ours.Sent);
    }

    private static Socket OpenSocket(KernelMerging kernel, bool? takesMerged)
    {
        Socket? socket = null;
        kernel.EnterTarget(() =>
        {
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = 1 << 20 };
            if (takesMerged is { } merged)
            {
                socket.SetRawSocketOption(Libc.IPPROTO_UDP, Libc.UDP_GRO, [(byte)(merged ? 1 : 0), 0, 0, 0]);
                socket.Bind(new IPEndPoint(IPAddress.Any, 9999));
            }
        });
        return socket!;
    }

    private static int Read(Socket socket)
    {
        byte[] buffer = new byte[70_000];
        int count = 0;
        while (socket.Poll(0, SelectMode.SelectRead))
        {
            socket.Receive(buffer);
            count++;
        }

        return count;
    }

    // The primer of the kernel's run moves the device's counters, and the kernel's own packets' identifications are chance.
    private static bool IsCompared(KeyValuePair<string, long> counter) =>
        !counter.Key.StartsWith("dev.", StringComparison.Ordinal) && !counter.Key.StartsWith("Ip6", StringComparison.Ordinal);

    private static IEnumerable<string> Sorted(IEnumerable<KeyValuePair<string, long>> counters) =>
        counters.Select(counter => $"{counter.Key}={counter.Value}").Order(StringComparer.Ordinal);
}
