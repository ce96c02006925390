using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Routes;

/// <summary>
/// Programs of traffic control that redirect, attached to a device: what comes out elsewhere is what the engine's note (<see cref="BpfCpu.Redirect"/>) and the host's tables say.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class RedirectTests
{
    private const int TcOk = 0, TcRedirect = 7;
    private const uint Target = 3, WithPeer = 4;

    /// <summary>The parameters of <c>bpf_redirect_neigh</c>: 10.3.0.9, fe80::9, 10.3.0.8, who is unknown.</summary>
    private const string Gateway4 = "*(u32 *)(r10 - 20) = 2; r2 = 0x0900030a; *(u32 *)(r10 - 16) = r2; *(u32 *)(r10 - 12) = 0; *(u64 *)(r10 - 8) = 0";
    private const string Gateway6 = "*(u32 *)(r10 - 20) = 10; r2 = 0x80fe; *(u32 *)(r10 - 16) = r2; *(u32 *)(r10 - 12) = 0; *(u32 *)(r10 - 8) = 0; r2 = 0x09000000; *(u32 *)(r10 - 4) = r2";
    private const string Call = "r2 = r10; r2 += -20; r3 = 20; r4 = 0; call 152; exit";

    [KernelTheory]
    [InlineData("r1 = 3; r2 = 0; call 23; exit", RedirectKind.Device, 3)]
    [InlineData("r1 = 3; r2 = 1; call 23; exit", RedirectKind.Device, 3)]
    [InlineData($"{Gateway4}; r1 = 3; {Call}", RedirectKind.Neighbor, 3)]
    [InlineData($"{Gateway6}; r1 = 3; {Call}", RedirectKind.Neighbor, 3)]
    [InlineData("r1 = 3; r2 = 0; r3 = 0; r4 = 0; call 152; exit", RedirectKind.Neighbor, 3)]
    [InlineData("r1 = 4; r2 = 0; call 155; exit", RedirectKind.Peer, 4)]
    [InlineData("r2 = 3; r3 = 0; call 13; r0 = 0; exit", RedirectKind.None, 0)]
    [InlineData("r2 = 3; r3 = 1; call 13; r0 = 0; exit", RedirectKind.None, 0)]
    public void Packets_come_out_where_the_engine_says(string text, RedirectKind kind, int device)
    {
        var network = new ProgramNetwork().AddDevice(2).AddDevice(Target).AddDevice(WithPeer).AddAddress(Target, "10.3.0.1", 24)
            .AddNeighbor(Target, "10.3.0.9", [2, 0, 0, 0, 3, 9]).AddNeighbor(Target, "fe80::9", [2, 0, 0, 0, 3, 6])
            .Add(new FibRoute(System.Net.IPNetwork.Parse("198.51.100.0/24"), Target) { NextHop = System.Net.IPAddress.Parse("10.3.0.9") });
        var frame = TrafficFrames.Ethernet(TrafficFrames.TypeIPv4, TrafficFrames.IPv4("10.0.0.1", "198.51.100.1", TrafficFrames.Udp, TrafficFrames.Datagram(1000, 53, [1, 2, 3])));
        List<Exit> expected = [];
        foreach (var (engine, checks) in XdpEngines.Engines)
        {
            expected.Add(Here(text, frame, network, engine, checks, kind, (uint)device));
        }

        Assert.Single(expected.Distinct());
        using var place = NetworkNamespace.Create(Leftovers.NewName("redirect"));
        using var far = NetworkNamespace.Create(Leftovers.NewName("redirect-far"));
        using Exits exits = new(place, far, network);
        place.Enter(() =>
        {
            Assert.True(KernelProgram.TryLoad(ProgramType.SchedulerClassifier, Assembler.Assemble(text).Slots, new LoadOptions(), out var program, out var refusal), refusal?.Log);
            using (program)
            using (KernelAttachment.ToTraffic(program, 2, TrafficDirection.Ingress))
            using (var sending = PacketSocket.OpenForSending("p2"))
            {
                sending.Send(frame);
            }
        });
        Assert.Equal([expected[0]], exits.Of(frame));
    }

    /// <summary>What the engine says.</summary>
    private static Exit Here(string text, byte[] frame, ProgramNetwork network, BpfEngine engine, MemoryChecks checks, RedirectKind kind, uint device)
    {
        const uint TypeOfIPv4 = 2;
        ExecutionOptions options = new() { Engine = engine, Checks = checks, Type = ProgramType.SchedulerClassifier, Helpers = HelperTable.ForProgram(ProgramType.SchedulerClassifier) };
        Assert.True(BpfExecutable.TryCreate(Assembler.Assemble(text), options, out var executable, out var fault), fault?.ToString());
        BpfCpu cpu = new(host: network.Host);
        SkbContext skb = new() { Device = 2, IsIngress = true };
        skb.Load(frame);
        var result = executable.Run(cpu, skb);
        Assert.Equal(kind == RedirectKind.None ? TcOk : TcRedirect, (int)result.Value);
        Assert.Equal((kind, device), (cpu.Redirect.Kind, cpu.Redirect.Device));
        switch (kind)
        {
            case RedirectKind.None:
                var sent = network.Host.Sent[^1];
                return new Exit(sent.Device, sent.IsIngress, Convert.ToHexStringLower(sent.Bytes.Span));
            case RedirectKind.Neighbor:
                var hop = cpu.Redirect.NextHop;
                var bytes = new byte[hop.Family == 10 ? 16 : 4];
                FibPrefix.Write(hop.Family switch { 10 => hop.Address, TypeOfIPv4 => hop.Address << 96, _ => FibPrefix.KeyOf(System.Net.IPAddress.Parse("10.3.0.9")) }, bytes);
                Assert.True(network.Host.TryGetNeighbor(device, bytes, out var link));
                return new Exit(device, false, Convert.ToHexStringLower([.. link.Span, .. ProgramNetwork.LinkAddressOf(device), .. frame.AsSpan(12)]));
            case RedirectKind.Peer:
                return new Exit(device, true, Convert.ToHexStringLower(frame));
            default:
                return new Exit(device, cpu.Redirect.Flags == BpfRedirect.Ingress, Convert.ToHexStringLower(frame));
        }
    }

    /// <summary>A frame that came out.</summary>
    /// <param name="Device">The device that it left or entered; for a peer the one whose peer it entered.</param>
    /// <param name="IsIngress">Whether it entered.</param>
    /// <param name="Bytes">The frame.</param>
    private sealed record Exit(uint Device, bool IsIngress, string Bytes);

    /// <summary>Sockets wherever something may come out.</summary>
    private sealed class Exits : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

        private readonly List<(uint Device, bool IsIngress, PacketSocket Socket)> _sockets = [];

        public Exits(NetworkNamespace place, NetworkNamespace far, ProgramNetwork network)
        {
            place.Enter(() =>
            {
                NamespaceCommands.Run(place.Name, [.. network.Commands, $"ip link set p{WithPeer} netns {far.Name}"]);
                Open(Target, false, $"p{Target}");
                Open(Target, true, $"d{Target}");
            });
            far.Enter(() =>
            {
                NamespaceCommands.Run(far.Name, [$"sysctl -w net.ipv6.conf.p{WithPeer}.disable_ipv6=1", $"ip link set p{WithPeer} up"]);
                Open(WithPeer, true, $"p{WithPeer}");
            });
        }

        /// <summary>What came out that carries what a frame carried.</summary>
        public List<Exit> Of(byte[] frame)
        {
            var carried = Convert.ToHexStringLower(frame.AsSpan(12));
            var buffer = new byte[2048];
            List<Exit> found = [];
            for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; found.Count == 0 && Environment.TickCount64 < deadline;)
            {
                foreach (var (device, isIngress, socket) in _sockets)
                {
                    socket.Wait(TimeSpan.FromMilliseconds(10));
                    while (socket.TryReceive(buffer, out var length, out _))
                    {
                        var bytes = Convert.ToHexStringLower(buffer.AsSpan(0, length));
                        if (bytes.EndsWith(carried, StringComparison.Ordinal))
                        {
                            found.Add(new Exit(device, isIngress, bytes));
                        }
                    }
                }
            }

            return found;
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Socket.Dispose());

        private void Open(uint device, bool isIngress, string name)
        {
            var socket = PacketSocket.Open(name);
            socket.IgnoreOutgoing();
            _sockets.Add((device, isIngress, socket));
        }
    }
}
