using Saker.Bpf;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>Programs attached to a device of a namespace: what passes them, who replaces whom, and what remains.</summary>
[Collection(AloneCollection.Name)]
public sealed class KernelAttachmentTests
{
    private const int Busy = 16, NoDevice = 19, InvalidArgument = 22;

    private static readonly KernelProgram XdpDrop = Load(ProgramType.Xdp, "r0 = 1; exit", "xdp_drop");
    private static readonly KernelProgram XdpPass = Load(ProgramType.Xdp, "r0 = 2; exit", "xdp_pass");
    private static readonly KernelProgram Drop = Load(ProgramType.SchedulerClassifier, "r0 = 2; exit", "drop");
    private static readonly KernelProgram Pass = Load(ProgramType.SchedulerClassifier, "r0 = 0; exit", "pass");
    private static readonly KernelProgram Next = Load(ProgramType.SchedulerClassifier, "r0 = -1; exit", "next");

    [KernelTheory]
    [InlineData(XdpMode.Any)]
    [InlineData(XdpMode.Generic)]
    [InlineData(XdpMode.Native)]
    public void Link_attaches_XDP_until_it_is_disposed(XdpMode mode)
    {
        using VethPair wire = new();
        Assert.True(wire.Passes());
        using (var link = wire.Near.Enter(() => KernelLink.AttachXdp(XdpDrop, wire.NearDevice, mode)))
        {
            Assert.False(wire.Passes());
            Assert.Equal(new KernelLinkInfo(link.Info.Id, KernelLinkType.Xdp, XdpDrop.Id, wire.NearDevice, null), link.Info);
            Assert.Contains(link.Info.Id, KernelLink.Ids);
            XdpMode found = default;
            Assert.Equal(XdpDrop.Id, wire.Near.Enter(() => XdpNetlinkAttachment.Find(wire.NearDevice, out found)));
            Assert.Equal(mode == XdpMode.Any ? XdpMode.Native : mode, found);
            link.Replace(XdpPass, expected: XdpDrop);
            Assert.True(wire.Passes());
            Assert.Equal(1, Assert.Throws<KernelException>(() => link.Replace(XdpDrop, expected: XdpDrop)).ErrorNumber);
            Assert.Equal(Busy, Assert.Throws<KernelException>(() => wire.Near.Enter(() => KernelLink.AttachXdp(XdpDrop, wire.NearDevice, mode))).ErrorNumber);
            link.Replace(XdpDrop);
            Assert.False(wire.Passes());
        }

        Assert.True(wire.Passes());
        Assert.Null(wire.Near.Enter(() => XdpNetlinkAttachment.Find(wire.NearDevice, out _)));
    }

    [KernelFact]
    public void Link_is_detached_whoever_holds_it()
    {
        using VethPair wire = new();
        using BpfFolder folder = new();
        using var link = wire.Near.Enter(() => KernelLink.AttachXdp(XdpDrop, wire.NearDevice));
        link.Pin(folder.PathOf("link"));
        link.Dispose();
        Assert.False(wire.Passes());
        using var again = KernelLink.OpenPinned(folder.PathOf("link"));
        using var third = KernelLink.OpenById(again.Info.Id);
        Assert.Equal(wire.NearDevice, third.Device);
        third.Detach();
        Assert.True(wire.Passes());
        Assert.Equal(0, again.Info.Device);
        BpfFileSystem.Unpin(folder.PathOf("link"));
    }

    [KernelFact]
    public void Link_that_goes_makes_room_for_the_next_one()
    {
        using VethPair wire = new();
        for (var i = 0; i < 50; i++)
        {
            using var link = wire.Near.Enter(() => KernelLink.AttachXdp(XdpDrop, wire.NearDevice));
        }

        Assert.True(wire.Passes());
    }

    [KernelFact]
    public void Netlink_attaches_XDP_and_detaches_only_its_own()
    {
        using VethPair wire = new();
        using (var attachment = wire.Near.Enter(() => XdpNetlinkAttachment.Attach(XdpDrop, wire.NearDevice, XdpMode.Generic)))
        {
            Assert.True(attachment.OutlivesProcess);
            Assert.False(wire.Passes());
            Assert.Contains("already attached", Assert.Throws<KernelException>(() => wire.Near.Enter(() => XdpNetlinkAttachment.Attach(XdpPass, wire.NearDevice, XdpMode.Generic))).Message, StringComparison.Ordinal);
            attachment.Replace(XdpPass);
            Assert.True(wire.Passes());
            attachment.Replace(XdpDrop);
            Assert.False(wire.Passes());

            // Somebody else takes it away and puts in one of his own: neither replacing nor disposing touches that.
            wire.Near.Enter(() => XdpNetlinkAttachment.Detach(wire.NearDevice, XdpMode.Generic));
            Assert.True(wire.Passes());
            Assert.Throws<KernelException>(() => attachment.Replace(XdpPass));
            using var other = wire.Near.Enter(() => XdpNetlinkAttachment.Attach(XdpPass, wire.NearDevice, XdpMode.Generic));
            attachment.Dispose();
            Assert.Equal(XdpPass.Id, wire.Near.Enter(() => XdpNetlinkAttachment.Find(wire.NearDevice, out _)));
        }

        Assert.Null(wire.Near.Enter(() => XdpNetlinkAttachment.Find(wire.NearDevice, out _)));
        Assert.Equal(NoDevice, Assert.Throws<KernelException>(() => wire.Near.Enter(() => XdpNetlinkAttachment.Find(9999, out _))).ErrorNumber);
    }

    [KernelFact]
    public void Classifiers_stand_where_they_were_put()
    {
        using VethPair wire = new();
        wire.Far.Enter(() =>
        {
            using var last = KernelLink.AttachTcx(Drop, wire.FarDevice, TrafficDirection.Egress);
            Assert.False(wire.Passes());
            using var first = KernelLink.AttachTcx(Next, wire.FarDevice, TrafficDirection.Egress, TcxPlace.First);
            Assert.False(wire.Passes());
            using var middle = KernelLink.AttachTcx(Pass, wire.FarDevice, TrafficDirection.Egress, TcxPlace.Before(last));
            Assert.True(wire.Passes());
            Assert.Equal([Next.Id, Pass.Id, Drop.Id], KernelLink.TcxPrograms(wire.FarDevice, TrafficDirection.Egress));
            Assert.Empty(KernelLink.TcxPrograms(wire.FarDevice, TrafficDirection.Ingress));
            Assert.Equal((KernelLinkType.Tcx, AttachType.TcxEgress), (middle.Info.Type, middle.Info.AttachType));
            middle.Dispose();
            using var afterFirst = KernelLink.AttachTcx(Pass, wire.FarDevice, TrafficDirection.Egress, TcxPlace.After(Next));
            Assert.Equal([Next.Id, Pass.Id, Drop.Id], KernelLink.TcxPrograms(wire.FarDevice, TrafficDirection.Egress));
            Assert.Throws<KernelException>(() => KernelLink.AttachTcx(Pass, wire.FarDevice, TrafficDirection.Egress, TcxPlace.After(XdpPass)));
        });
        Assert.True(wire.Passes());
    }

    [KernelFact]
    public void Filters_of_traffic_control_do_where_there_are_no_links()
    {
        using VethPair wire = new();
        using (var filter = wire.Far.Enter(() => TrafficFilterAttachment.Attach(Drop, wire.FarDevice, TrafficDirection.Egress)))
        {
            Assert.False(wire.Passes());
            Assert.Contains("(errno 17)", Assert.Throws<KernelException>(() => wire.Far.Enter(() => TrafficFilterAttachment.Attach(Drop, wire.FarDevice, TrafficDirection.Egress))).Message, StringComparison.Ordinal);
            filter.Replace(Pass);
            Assert.True(wire.Passes());
            using var second = wire.Far.Enter(() => TrafficFilterAttachment.Attach(Drop, wire.FarDevice, TrafficDirection.Egress, priority: 2));
            Assert.True(wire.Passes());
            filter.Detach();
            Assert.False(wire.Passes());
        }

        Assert.True(wire.Passes());
        Assert.Null(Record.Exception(() => wire.Far.Enter(() => TrafficFilterAttachment.Attach(Drop, wire.FarDevice, TrafficDirection.Ingress)).Dispose()));
    }

    [KernelFact]
    public void Best_way_of_attaching_is_chosen()
    {
        using VethPair wire = new();
        wire.Near.Enter(() =>
        {
            using (var xdp = KernelAttachment.ToXdp(XdpDrop, wire.NearDevice))
            {
                Assert.IsType<KernelLink>(xdp);
                Assert.False(wire.Passes());
            }

            using (var classifier = KernelAttachment.ToTraffic(Drop, wire.NearDevice, TrafficDirection.Ingress))
            {
                Assert.IsType<KernelLink>(classifier);
            }

            Assert.True(wire.Passes());
            var refused = Assert.Throws<KernelException>(() => KernelAttachment.ToXdp(XdpDrop, 9999));
            Assert.EndsWith($"No such device (errno {NoDevice}): there is no such device in this network namespace", refused.Message, StringComparison.Ordinal);
            refused = Assert.Throws<KernelException>(() => KernelAttachment.ToXdp(XdpDrop, wire.NearDevice, XdpMode.Hardware));
            Assert.Equal(InvalidArgument, refused.ErrorNumber);
        });
    }

    [KernelFact]
    public void Frames_of_a_live_run_are_real()
    {
        using VethPair wire = new();
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, 77, .. new byte[49]];

        // What the program passes goes up the stack of the device in the context; nothing of it comes back.
        wire.Near.Enter(() => XdpPass.TestRun(frame, default, [.. new byte[4], 64, .. new byte[7], .. BitConverter.GetBytes(wire.NearDevice), .. new byte[8]], default, new() { SendsFrames = true, Repeat = 3, BatchSize = 2 }));
        Assert.True(wire.Sees(frame));
        Assert.True(wire.Sees(frame));
        Assert.True(wire.Sees(frame));
        Assert.False(wire.Sees(frame));
    }

    private static KernelProgram Load(ProgramType type, string text, string name) => KernelProgram.Load(type, Assembler.Assemble(text), new() { Name = name });
}
