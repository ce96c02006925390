using System.Diagnostics;
using Saker.Bpf;
using Saker.Host.Attachment;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Kernel.Scheduling;
using Saker.KernelTests.Bpf;
using Saker.KernelTests.Oracle;
using Saker.Tests.Kernel.AfXdp;

namespace Saker.KernelTests.AfXdp;

/// <summary>Programs that give frames to AF_XDP sockets, at a device: who gets what, who is in whose way, and what remains.</summary>
[Collection(AloneCollection.Name)]
public sealed class XdpSocketProgramTests
{
    private const ushort Experimental = 0x88b5;
    private const int Busy = 16;

    private static readonly XdpSteering ToSocket = new() { EtherTypes = [Experimental] };
    private static readonly XdpSteering ToKernel = new() { EtherTypes = [Experimental], IsReversed = true };

    public static TheoryData<string> Steerings => new("all", "udp:53", "!tcp:22", "udp:1-9,tcp:80,icmp,icmp6,protocol:51,arp,ethertype:0x8100", "arp", "!udp");

    [KernelTheory]
    [MemberData(nameof(Steerings))]
    public void The_kernel_accepts_every_steering(string text)
    {
        Assert.True(XdpSteering.TryParse(text, out var steering, out var fault), fault);
        foreach (var (fragments, sockets) in ((bool, int)[])[(false, 1), (true, 1), (false, 4)])
        {
            using var loaded = KernelObject.Load(RedirectProgram.Create(steering, 8, fragments, sockets));
            Assert.Equal(RedirectProgram.ProgramName, loaded.Program(RedirectProgram.ProgramName).Info.Name);
        }
    }

    [KernelFact]
    public void The_kernel_accepts_many_ports()
    {
        XdpSteering steering = new() { UdpPorts = [.. Enumerable.Range(0, 1000).Select(i => (PortRange)(ushort)(i * 3))], TcpPorts = [.. Enumerable.Range(0, 1000).Select(i => new PortRange((ushort)(i * 5), (ushort)((i * 5) + 2)))], Protocols = [1, 58, 50] };
        using var loaded = KernelObject.Load(RedirectProgram.Create(steering, 8));
    }

    [KernelFact]
    public void The_kernel_runs_it_as_this_process_does()
    {
        using VethPair wire = new();
        using var loaded = KernelObject.Load(RedirectProgram.Create(SteeringRows.Ports, 4));
        using var socket = wire.Near.Enter(() => RawXdpSocket.Bound(wire.NearDevice));
        Assert.Equal(BpfError.None, loaded.Map(RedirectProgram.MapName).SetSocket(0, socket.Descriptor));

        // The kernel runs nothing over less than a link header.
        const uint Pass = 2, Redirect = 4;
        foreach (var (what, frame, isListed) in SteeringRows.All.Where(row => row.Frame.Length >= 14))
        {
            var verdict = loaded.Program(RedirectProgram.ProgramName).TestRun(frame, new byte[2048]).Value;
            Assert.True(verdict == (isListed ? Redirect : Pass), $"{what}: {verdict}");
        }
    }

    [KernelTheory]
    [InlineData(XdpMode.Any)]
    [InlineData(XdpMode.Native)]
    [InlineData(XdpMode.Generic)]
    public void Frames_go_to_the_socket_or_to_the_stack_as_steered(XdpMode mode)
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            using var socket = RawXdpSocket.Bound(wire.NearDevice);
            using (var program = XdpSocketProgram.Attach(wire.NearDevice, new() { Mode = mode, Steering = ToSocket }))
            {
                Assert.Equal(mode == XdpMode.Any ? XdpMode.Native : mode, program.Mode);
                Assert.Null(program.NativeRefusal);
                Assert.Equal(program.Program.Id, XdpNetlinkAttachment.Find(wire.NearDevice, out var found));
                Assert.Equal(program.Mode, found);

                // No socket stands in the map yet.
                Assert.True(wire.Passes());
                program.Add(0, socket.Descriptor);
                Assert.False(wire.Passes());
                Assert.False(wire.Passes());
                Assert.Equal(2u, socket.Arrived);
                program.Remove(0);
                Assert.True(wire.Passes());
                Assert.Equal(2u, socket.Arrived);
            }

            using (var program = XdpSocketProgram.Attach(wire.NearDevice, new() { Mode = mode, Steering = ToKernel }))
            {
                program.Add(0, socket.Descriptor);
                Assert.True(wire.Passes());
                Assert.Equal(2u, socket.Arrived);
            }

            // The socket that stands in a program's map is out of it with the program.
            Assert.True(wire.Passes());
            Assert.Null(XdpNetlinkAttachment.Find(wire.NearDevice, out _));
        });
    }

    [KernelFact]
    public void Sockets_of_a_queue_take_turns()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            // The turns are each CPU's own. One socket only: two owners of one queue would have to share their memory.
            ThreadAffinity.Bind(0);
            using var socket = RawXdpSocket.Bound(wire.NearDevice);
            using var program = XdpSocketProgram.Attach(wire.NearDevice, new() { SocketsPerQueue = 2, MaximumQueues = 1 });
            program.Add(0, socket.Descriptor, turn: 1);
            Assert.Equal(4, Enumerable.Range(0, 8).Count(_ => wire.Passes()));
            Assert.Equal(4u, socket.Arrived);
            Assert.Throws<ArgumentOutOfRangeException>(() => program.Add(0, socket.Descriptor, turn: 2));
        });
    }

    [KernelFact]
    public void A_program_in_the_way_is_named_with_what_removes_it()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            using var first = XdpSocketProgram.Attach(wire.NearDevice);
            Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new(), out _, out var refusal));
            Assert.Equal(Busy, refusal.ErrorNumber);
            Assert.Contains(
                $"program {first.Program.Id} 'saker_xsk' is attached to eth0 by link {((KernelLink)first.Attachment).Info.Id} (native): end process {Environment.ProcessId} (", refusal.ToString(), StringComparison.Ordinal);
            Assert.Contains("saker xsk detach eth0 --force", refusal.ToString(), StringComparison.Ordinal);

            // The other mode is in the way as well, and netlink says so too.
            Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new() { Mode = XdpMode.Generic }, out _, out refusal));
            Assert.Contains("is attached to eth0 by link", refusal.ToString(), StringComparison.Ordinal);
            Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new() { Way = XdpAttachWay.Netlink }, out _, out refusal));
            Assert.Contains("is attached to eth0 by link", refusal.ToString(), StringComparison.Ordinal);
        });
    }

    [KernelFact]
    public void Netlink_says_that_it_outlives_the_process_and_is_found()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            using (var program = XdpSocketProgram.Attach(wire.NearDevice, new() { Way = XdpAttachWay.Netlink, Mode = XdpMode.Generic }))
            {
                Assert.True(program.OutlivesProcess);
                Assert.Contains("netlink: it outlives a killed process, and 'saker xsk detach' takes it away", program.ToString(), StringComparison.Ordinal);
                Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new(), out _, out var refusal));
                Assert.Contains($"program {program.Program.Id} 'saker_xsk' is attached to eth0 by netlink (generic): 'saker xsk detach eth0' takes it away", refusal.ToString(), StringComparison.Ordinal);
            }

            Assert.Null(XdpOccupant.Find(wire.NearDevice));
        });
    }

    [KernelTheory]
    [InlineData(XdpMode.Native)]
    [InlineData(XdpMode.Generic)]
    public void What_netlink_left_is_taken_away_and_what_a_link_holds_is_told(XdpMode mode)
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            Assert.True(DeviceAttachments.TryDetachXdp(wire.NearDevice, takesFromLinks: false, out var occupant));
            Assert.Null(occupant);
            using var left = XdpSocketProgram.Attach(wire.NearDevice, new() { Way = XdpAttachWay.Netlink, Mode = mode });
            Assert.True(DeviceAttachments.TryDetachXdp(wire.NearDevice, takesFromLinks: false, out occupant));
            Assert.Equal((left.Program.Id, null, mode), (occupant!.ProgramId, occupant.Link, occupant.Mode));
            Assert.Null(XdpOccupant.Find(wire.NearDevice));

            using var held = XdpSocketProgram.Attach(wire.NearDevice, new() { Mode = mode });
            Assert.False(DeviceAttachments.TryDetachXdp(wire.NearDevice, takesFromLinks: false, out occupant));
            Assert.Equal(Environment.ProcessId, Assert.Single(occupant!.Holders).ProcessId);
            Assert.NotNull(XdpOccupant.Find(wire.NearDevice));
            Assert.True(DeviceAttachments.TryDetachXdp(wire.NearDevice, takesFromLinks: true, out _));
            Assert.Null(XdpOccupant.Find(wire.NearDevice));
        });
    }

    [KernelFact]
    public void What_a_name_holds_is_told()
    {
        using VethPair wire = new();
        using BpfFolder folder = new();
        wire.Near.Enter(() =>
        {
            using (var program = XdpSocketProgram.Attach(wire.NearDevice))
            {
                ((KernelLink)program.Attachment).Pin(folder.PathOf("link"));
            }

            // What this process had open is closed at leisure.
            XdpOccupant? occupant = null;
            Assert.True(SpinWait.SpinUntil(() => (occupant = XdpOccupant.Find(wire.NearDevice))!.Holders.Count == 0, TimeSpan.FromSeconds(5)));
            Assert.Equal("no process that can be seen holds it, so that a name in a bpffs does: 'saker bpf detach --device eth0' takes both away", occupant!.Remedy);
            Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new(), out _, out var refusal));
            Assert.Contains(occupant.Remedy, refusal.ToString(), StringComparison.Ordinal);
            Assert.True(DeviceAttachments.TryDetachXdp(wire.NearDevice, takesFromLinks: true, out _));
            Assert.Null(XdpOccupant.Find(wire.NearDevice));
            BpfFileSystem.Unpin(folder.PathOf("link"));
        });
    }

    [KernelFact]
    public void Where_the_driver_has_no_XDP_the_stack_runs_it() => Loopback(device =>
    {
        using (var program = XdpSocketProgram.Attach(device))
        {
            Assert.Equal(XdpMode.Generic, program.Mode);
            Assert.Contains("(native)", program.NativeRefusal!.ToString(), StringComparison.Ordinal);
        }

        Assert.False(XdpSocketProgram.TryAttach(device, new() { Mode = XdpMode.Native }, out _, out var refusal));
        Assert.Contains("generic runs everywhere", refusal.ToString(), StringComparison.Ordinal);
    });

    [KernelFact]
    public void Long_frames_want_a_program_that_takes_fragments()
    {
        using VethPair wire = new();
        wire.Near.Enter(() => NamespaceCommands.Run(wire.Near.Name, ["ip link set eth0 mtu 9000"]));
        wire.Far.Enter(() => NamespaceCommands.Run(wire.Far.Name, ["ip link set eth0 mtu 9000"]));
        wire.Near.Enter(() =>
        {
            Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new() { Mode = XdpMode.Native }, out _, out var refusal));
            Assert.Contains("MTU", refusal.ToString(), StringComparison.Ordinal);
            using (var generic = XdpSocketProgram.Attach(wire.NearDevice))
            {
                Assert.Equal(XdpMode.Generic, generic.Mode);
            }

            using var native = XdpSocketProgram.Attach(wire.NearDevice, new() { SupportsFragments = true });
            Assert.Equal(XdpMode.Native, native.Mode);
        });
    }

    [KernelFact]
    public void A_users_own_object_is_attached_and_finds_its_map()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            using var socket = RawXdpSocket.Bound(wire.NearDevice);
            using (var program = XdpSocketProgram.Attach(wire.NearDevice, new() { Object = Sample }))
            {
                program.Add(0, socket.Descriptor);
                Assert.False(wire.Passes());
                Assert.Equal(1u, socket.Arrived);
                Assert.Equal("xdpsock", program.Program.Info.Name);
                Assert.Contains("turns", program.Object.Maps.Keys);
            }

            // Steering does without fragments here; the option adds what the object does not say.
            using var fragments = XdpSocketProgram.Attach(wire.NearDevice, new() { Object = Sample, Program = "xdpsock", Map = "xsks_map", SupportsFragments = true });
            Assert.True(fragments.Object.Spec.Programs[0].TakesFragments);
        });
    }

    [KernelFact]
    public void Objects_that_have_no_such_thing_are_refused() => Loopback(device =>
    {
        Assert.Equal("the object has no map of AF_XDP sockets (BPF_MAP_TYPE_XSKMAP)", Refusal(device, new() { Object = Sample with { Maps = [.. Sample.Maps.Where(map => map.Type != MapType.XskMap)] } }));
        Assert.Equal("the object has no XDP program", Refusal(device, new() { Object = Sample with { Programs = [] } }));
        Assert.Equal("the object has no XDP program 'none'; it has xdpsock", Refusal(device, new() { Object = Sample, Program = "none" }));
        Assert.Equal("the object has no map of AF_XDP sockets (BPF_MAP_TYPE_XSKMAP) 'none'; it has xsks_map", Refusal(device, new() { Object = Sample, Map = "none" }));
        var twice = Sample with { Maps = [.. Sample.Maps, Sample.FindMap("xsks_map")! with { Name = "more" }] };
        Assert.Equal("the object has several of map of AF_XDP sockets (BPF_MAP_TYPE_XSKMAP): xsks_map, more; choose one with Map", Refusal(device, new() { Object = twice }));
    });

    [KernelFact]
    public void What_cannot_be_is_told_in_a_line() => Loopback(device =>
    {
        Assert.EndsWith("there is no such device in this network namespace", Refusal(9999, new()), StringComparison.Ordinal);
        Unprivileged.Run(() => Assert.Contains("this thread lacks CAP_BPF and CAP_NET_ADMIN", Refusal(device, new()), StringComparison.Ordinal));
        using var program = XdpSocketProgram.Attach(device, new() { MaximumQueues = 2 });
        using var socket = RawXdpSocket.Bound(device);
        Assert.EndsWith("the map has room for queues 0 to 1", Assert.Throws<KernelException>(() => program.Add(2, socket.Descriptor)).Message, StringComparison.Ordinal);
        using var file = File.OpenHandle("/dev/null");
        Assert.Throws<KernelException>(() => program.Add(0, file));
        using System.Net.Sockets.Socket other = new(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        Assert.EndsWith("it is no socket of AF_XDP", Assert.Throws<KernelException>(() => program.Add(0, other.SafeHandle)).Message, StringComparison.Ordinal);
        program.Remove(1);
        program.Remove(7);
    });

    [KernelFact]
    public void A_killed_process_leaves_no_program_that_a_link_attached()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(HeldHost).Assembly.Location, HeldHost.HoldProgram, $"{wire.NearDevice}"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            Assert.Equal(HeldHost.Ready, process.StandardOutput.ReadLine());
            var occupant = XdpOccupant.Find(wire.NearDevice)!;
            Assert.Equal(("saker_xsk", XdpMode.Native), (occupant.ProgramName, occupant.Mode));
            Assert.Equal(process.Id, Assert.Single(occupant.Holders).ProcessId);
            process.Kill();
            process.WaitForExit();

            // What a process had open is closed at leisure.
            Assert.True(SpinWait.SpinUntil(() => XdpOccupant.Find(wire.NearDevice) is null, TimeSpan.FromSeconds(5)));
            using var next = XdpSocketProgram.Attach(wire.NearDevice);
        });
    }

    private static ObjectSpec Sample => BpfObject.TryRead(File.ReadAllBytes(Repository.PathOf("samples/xdpsock/xdpsock_kern.o")), out var spec, out var fault) ? spec : throw new InvalidOperationException(fault.ToString());

    private static string Refusal(int device, XdpSocketProgramOptions options)
    {
        Assert.False(XdpSocketProgram.TryAttach(device, options, out _, out var refusal));
        return refusal.ToString();
    }

    /// <summary>Does something with the loopback device of a namespace of its own.</summary>
    private static void Loopback(Action<int> action)
    {
        const int Loopback = 1;
        using var own = Saker.Kernel.Namespaces.NetworkNamespace.Create(Leftovers.NewName("bpf-lo"));
        own.Enter(() =>
        {
            NamespaceCommands.Run(own.Name, ["ip link set lo up"]);
            action(Loopback);
        });
    }
}
