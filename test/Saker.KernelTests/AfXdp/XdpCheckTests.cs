using System.Text;
using System.Text.Json;
using Saker.Bpf;
using Saker.Host.AfXdp;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Kernel.Devices;
using Saker.Kernel.Namespaces;
using Saker.KernelTests.Bpf;

namespace Saker.KernelTests.AfXdp;

/// <summary>What <c>saker xsk check</c> says of a device, and what becomes of it when it is tried.</summary>
[Collection(AloneCollection.Name)]
public sealed class XdpCheckTests
{
    /// <summary>Devices, and how they are made: the device is always <c>dev0</c>, but for the loopback.</summary>
    public static TheoryData<string, string, string[]> Devices => new()
    {
        { "veth", "dev0", ["ip link add dev0 type veth peer name dev1", "ip link set dev1 up"] },
        { "veth whose other end polls", "dev0", ["ip link add dev0 type veth peer name dev1", "ip link set dev1 up", "ethtool -K dev1 gro on"] },
        { "veth of long frames", "dev0", ["ip link add dev0 mtu 9000 type veth peer name dev1 mtu 9000", "ip link set dev1 up"] },
        { "veth at the limit", "dev0", ["ip link add dev0 mtu 3506 type veth peer name dev1 mtu 3506", "ip link set dev1 up"] },
        { "veth beyond the limit", "dev0", ["ip link add dev0 mtu 3507 type veth peer name dev1 mtu 3507", "ip link set dev1 up"] },
        { "veth with queues", "dev0", ["ip link add dev0 numrxqueues 4 numtxqueues 4 type veth peer name dev1 numrxqueues 4 numtxqueues 4", "ip link set dev1 up"] },
        { "veth with too few queues", "dev0", ["ip link add dev0 numrxqueues 1 numtxqueues 1 type veth peer name dev1 numrxqueues 4 numtxqueues 4", "ip link set dev1 up"] },
        { "bridge", "dev0", ["ip link add dev0 type bridge"] },
        { "bridge with a port", "dev0", ["ip link add dev0 type bridge", "ip link add dev1 type veth peer name dev2", "ip link set dev1 master dev0 up", "ip link set dev2 up"] },
        { "loopback", "lo", [] },
        { "tap", "dev0", ["ip tuntap add dev0 mode tap"] },
        { "tap of long frames", "dev0", ["ip tuntap add dev0 mode tap", "ip link set dev0 mtu 9000"] },
    };

    [KernelTheory]
    [MemberData(nameof(Devices))]
    public void What_it_says_is_so(string what, string device, string[] made) => In([.. made, $"ip link set {device} up"], () =>
    {
        var check = Look(device);
        var index = check.Link.Index;
        Assert.Null(check.Occupant);
        Assert.True(Says(check, "native") == TryAttach(index, XdpMode.Native, fragments: true), $"{what}: native, {Answer(check, "native")}");
        Assert.True(Says(check, "generic") == TryAttach(index, XdpMode.Generic, fragments: false), $"{what}: generic");

        // Where it speaks of fragments a program without them is refused, and elsewhere not.
        var wantsFragments = Answer(check, "native").Reason.Contains("xdp.frags", StringComparison.Ordinal);
        Assert.True(Says(check, "native") && !wantsFragments == TryAttach(index, XdpMode.Native, fragments: false) || !Says(check, "native"), $"{what}: native without fragments");
        Assert.True(Says(check, "copy") == TryBind(index, (uint)check.Queues - 1, RawXdpSocket.CopyMode), $"{what}: copy");
        Assert.False(TryBind(index, (uint)check.Queues, RawXdpSocket.CopyMode), $"{what}: a queue too many");
        Assert.True(Says(check, "zero-copy") == TryBind(index, 0, RawXdpSocket.ZeroCopyMode), $"{what}: zero-copy");
        Assert.True(Says(check, "redirect-to") == TrySend(device, Says(check, "redirect-to")), $"{what}: redirect-to, {Answer(check, "redirect-to")}");
        Assert.Equal(check.Link.Mtu > 3826, check.NeedsSeveralChunks);
    });

    [KernelFact]
    public void A_remedy_removes_its_obstacle() => In(["ip link add dev0 numrxqueues 1 numtxqueues 1 type veth peer name dev1 numrxqueues 2 numtxqueues 2"], () =>
    {
        Assert.Equal("ip link set dev0 up", Answer(Look("dev0"), "copy").Remedy);
        NamespaceCommands.Run(Name, ["ethtool -L dev1 tx 2"]);
        Assert.Contains("ethtool -L PEER tx 1", Answer(Look("dev0"), "native").Remedy, StringComparison.Ordinal);
        NamespaceCommands.Run(Name, ["ethtool -L dev1 tx 1"]);
        Assert.True(Says(Look("dev0"), "native"));
        foreach (var (remedy, command) in ((string, string)[])
            [("ip link set dev0 up", "ip link set dev0 up"), ("ip link set PEER up", "ip link set dev1 up"), ("ethtool -K PEER gro on", "ethtool -K dev1 gro on")])
        {
            Assert.StartsWith(remedy, Answer(Look("dev0"), "redirect-to").Remedy, StringComparison.Ordinal);
            Assert.False(TrySend("dev0"));
            NamespaceCommands.Run(Name, [command]);
        }

        Assert.Equal((true, true), (Says(Look("dev0"), "redirect-to"), TrySend("dev0", isExpected: true)));
    });

    [KernelFact]
    public void A_program_that_is_attached_is_told() => In(["ip link set lo up"], () =>
    {
        using var program = XdpSocketProgram.Attach(1, new() { Way = XdpAttachWay.Netlink, Mode = XdpMode.Generic });
        var check = Look("lo");
        Assert.Equal((false, false), (Says(check, "native"), Says(check, "generic")));
        Assert.Equal("'saker xsk detach lo' takes it away", Answer(check, "generic").Remedy);
        using MemoryStream stream = new();
        CheckJson.Write(stream, check);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(program.Program.Id, json.RootElement.GetProperty("attached").GetProperty("program").GetUInt32());
        Assert.Equal("generic", json.RootElement.GetProperty("attached").GetProperty("mode").GetString());
        Assert.False(json.RootElement.GetProperty("works").GetProperty("generic").GetProperty("works").GetBoolean());
    });

    [KernelFact]
    public void Rights_that_are_missing_are_named() => In(["ip link set lo up"], () => Unprivileged.Run(() =>
    {
        var check = Look("lo");
        Assert.Equal("CAP_BPF and CAP_NET_ADMIN missing, to load and attach a program", Answer(check, "native").Reason);
        Assert.Equal("CAP_NET_RAW missing, to open an AF_XDP socket", Answer(check, "copy").Reason);
        Assert.NotNull(check.Rights.LockableMemory);
    }));

    [KernelFact]
    public void Features_of_a_veth_are_read() => In(["ip link add dev0 type veth peer name dev1", "ip link set dev0 up", "ip link set dev1 up"], () =>
    {
        var check = Look("dev0");
        Assert.Equal(("veth", "veth", true, 1500), (check.Link.Kind, check.Settings.Driver, check.Link.IsUp, check.Link.Mtu));
        Assert.Equal(DeviceName.IndexOf("dev1"), check.Link.Peer);
        Assert.Equal(XdpActions.Basic | XdpActions.Redirect | XdpActions.ReceiveFragments, check.Features!.Actions);
        Assert.Equal(XdpReceiveMetadata.Timestamp | XdpReceiveMetadata.Hash | XdpReceiveMetadata.VlanTag, check.Features.ReceiveMetadata);
        Assert.Equal((1, 1), (check.Settings.ReceiveChannels, check.Queues));
        Assert.False(XdpCheck.TryLook("dev2", 4096, out _, out var fault));
        Assert.Equal("there is no device 'dev2' in this network namespace; 'ip link' lists those that there are", fault);
    });

    /// <summary>The namespace of the test.</summary>
    private string Name { get; set; } = "";

    private static XdpCheck Look(string device, int chunkSize = 4096) =>
        XdpCheck.TryLook(device, chunkSize, out var check, out var fault) ? check : throw new InvalidOperationException(fault);

    private static CheckAnswer Answer(XdpCheck check, string name) => check.Answers.Single(answer => answer.Name == name);

    private static bool Says(XdpCheck check, string name) => Answer(check, name).Works == true;

    private static bool TryAttach(int device, XdpMode mode, bool fragments)
    {
        var isAttached = XdpSocketProgram.TryAttach(device, new() { Mode = mode, SupportsFragments = fragments }, out var program, out _);
        program?.Dispose();
        return isAttached;
    }

    private static bool TryBind(int device, uint queue, uint flags)
    {
        using RawXdpSocket socket = new();
        return socket.TryBind(device, queue, flags) == 0;
    }

    /// <summary>Whether the device counts what is redirected to it as sent, or as dropped for want of room; asked of it even where the generator would refuse.</summary>
    private static bool TrySend(string device, bool isExpected = false)
    {
        const int Count = 20;
        TrafficTemplate template = new(new());
        using var loaded = KernelObject.Load(GeneratorProgram.Create(new(), template));
        if (loaded.Map(GeneratorProgram.DevicesName).Update(new byte[4], BitConverter.GetBytes(DeviceName.IndexOf(device))) != BpfError.None)
        {
            return false;
        }

        using Saker.Kernel.Netlink.LinkStatisticsReader statistics = new();
        var counters = new ulong[Saker.Kernel.Netlink.LinkStatisticsReader.Names.Count];
        ulong Counted()
        {
            statistics.Read(DeviceName.IndexOf(device), counters);
            return counters[1] + counters[7];
        }

        var before = Counted();
        loaded.Program(GeneratorProgram.ProgramName).TestRun(template.Frame, default, default, default, new() { Repeat = Count, SendsFrames = true });
        return SpinWait.SpinUntil(() => Counted() - before >= Count, isExpected ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(300));
    }

    /// <summary>Does something in a namespace of its own, in which commands have made devices.</summary>
    private void In(string[] commands, Action action)
    {
        using var own = NetworkNamespace.Create(Name = Leftovers.NewName("xsk-check"));
        own.Enter(() =>
        {
            NamespaceCommands.Run(own.Name, ["sysctl -w net.ipv6.conf.all.disable_ipv6=1", "sysctl -w net.ipv6.conf.default.disable_ipv6=1", .. commands]);
            action();
        });
    }
}
