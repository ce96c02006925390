using Saker.Bpf;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.AfXdp;

/// <summary>Programs that do more than give packets to sockets, and what becomes of packets where a program or its socket has gone.</summary>
[Collection(AloneCollection.Name)]
public sealed class OwnProgramTests
{
    private const int Sent = 100;

    public static TheoryData<XdpMode> Modes => SendReceiveTests.Modes;

    public static TheoryData<XdpMode, int, int, bool> Tails => new()
    {
        { XdpMode.Native, 128, -64, false },
        { XdpMode.Native, 100, 4, false },
        { XdpMode.Native, 6000, -512, true },
        { XdpMode.Native, 6000, -3000, true },
        { XdpMode.Generic, 128, -64, false },
        { XdpMode.Generic, 100, 4, false },
        { XdpMode.Generic, 64, 128, false },
        { XdpMode.Generic, 6000, -512, true },
        { XdpMode.Generic, 6000, -3000, true },
    };

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Half_is_dropped_and_half_arrives(XdpMode mode)
    {
        using XskWire wire = new(mode, options => options with { Object = XskObjects.DropHalf });
        wire.Near.TakeReceived();
        wire.Far.Send(XskWire.Packets(Sent));
        Assert.Equal(Enumerable.Range(0, Sent / 2).Select(i => XskWire.Packet(2 * i)), wire.Near.Receive(Sent / 2));
        Assert.Empty(wire.Near.TakeReceived());
        Assert.Equal(default, wire.Near.Socket.Statistics with { TransmitRingEmpty = 0 });
    }

    [KernelTheory]
    [MemberData(nameof(Tails))]
    public void The_end_of_a_packet_is_moved(XdpMode mode, int length, int by, bool isMultiBuffer)
    {
        XskEndOptions Set(XskEndOptions options) => options with { Socket = options.Socket with { IsMultiBuffer = isMultiBuffer } };
        using XskWire wire = new(mode, options => Set(options) with { Object = XskObjects.AdjustTail(by, isMultiBuffer) }, Set, isMultiBuffer ? 9000 : 1500);
        wire.Near.TakeReceived();
        wire.Far.Send(XskWire.Packets(10, length));
        var packets = wire.Near.Receive(10);
        for (var i = 0; i < packets.Count; i++)
        {
            var expected = new byte[length + by];
            XskWire.Packet(i, length).AsSpan(0, Math.Min(length, length + by)).CopyTo(expected);
            Assert.Equal(expected, packets[i]);
        }
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void A_packet_of_several_buffers_does_not_grow(XdpMode mode)
    {
        // A veth does not say how large its buffers are, and so the kernel refuses it to the program, which drops.
        XskEndOptions Set(XskEndOptions options) => options with { Socket = options.Socket with { IsMultiBuffer = true } };
        using XskWire wire = new(mode, options => Set(options) with { Object = XskObjects.AdjustTail(4, takesFragments: true) }, Set, 9000);
        wire.Near.TakeReceived();
        wire.Far.Send(XskWire.Packets(10, 6000));
        wire.Far.Send(XskWire.Packets(1, 100));
        Assert.Equal(100 + 4, Assert.Single(wire.Near.Receive(1)).Length);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void Packets_go_to_the_stack_once_the_socket_is_closed_or_the_program_detached(XdpMode mode)
    {
        using XskWire wire = new(mode, far: options => options with { Program = null });
        wire.Near.TakeReceived();
        Assert.False(wire.Wire.Passes());
        Assert.Single(wire.Near.Receive(1));

        // A closed socket is out of the map, and the program lets pass what has no socket.
        wire.Near.Socket.Dispose();
        Assert.True(wire.Wire.Passes());
        wire.Near.Reopen(wire.Wire.Near);
        wire.Near.TakeReceived();
        Assert.False(wire.Wire.Passes());
        Assert.Single(wire.Near.Receive(1));
        wire.Near.Program!.Dispose();
        Assert.True(wire.Wire.Passes());
        Assert.Equal(0, wire.Near.Socket.Receive!.Waiting);
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void One_program_after_another_has_the_socket(XdpMode mode)
    {
        // The kernel's own case: a program that drops half, then the usual one again.
        using XskWire wire = new(mode, options => options with { Program = null });
        ObjectSpec?[] programs = [XskObjects.DropHalf, null, XskObjects.DropHalf, null];
        foreach (var own in programs)
        {
            using var program = wire.Wire.Near.Enter(() => XdpSocketProgram.Attach(wire.Wire.NearDevice, new() { Mode = mode, Object = own }));
            program.Add(0, wire.Near.Socket.Descriptor);
            wire.Near.TakeReceived();
            wire.Far.Send(XskWire.Packets(Sent));
            Assert.Equal(own is null ? Sent : Sent / 2, wire.Near.Receive(own is null ? Sent : Sent / 2).Count);
            Assert.Empty(wire.Near.TakeReceived());
        }
    }
}
