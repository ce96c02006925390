using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Saker.Bpf;
using Saker.Host.AfXdp;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;
using Saker.Wire;

namespace Saker.KernelTests.AfXdp;

/// <summary>What stands in front of packets: what a program or the device tells of received ones, and what is asked for those that are sent.</summary>
public sealed class MetadataTests
{
    private const int Sent = 40;
    private const ushort Tag = 0x6123;

    private static readonly byte[] Datagram = TrafficPacket.Make(200, MacAddress.Parse("02:00:00:00:00:02"), TrafficPacket.UsualSource);

    public static TheoryData<XdpMode> Modes => SendReceiveTests.Modes;

    public static TheoryData<XdpMode, bool> ModesAndBuffers => new()
    {
        { XdpMode.Native, false },
        { XdpMode.Native, true },
        { XdpMode.Generic, false },
        { XdpMode.Generic, true },
    };

    [KernelTheory]
    [MemberData(nameof(ModesAndBuffers))]
    public void What_a_program_puts_in_front_arrives(XdpMode mode, bool isMultiBuffer)
    {
        XskEndOptions Set(XskEndOptions options) => options with { Socket = options.Socket with { IsMultiBuffer = isMultiBuffer } };
        using XskWire wire = new(mode, options => Set(options) with { Object = XskObjects.Number(isMultiBuffer) }, Set, isMultiBuffer ? 9000 : 1500);
        var (near, length) = (wire.Near, isMultiBuffer ? 6000 : 64);
        near.TakeReceived();
        wire.Far.Send(XskWire.Packets(Sent, length));
        XskEnd.WaitUntil(() => near.Socket.Receive!.Waiting == (isMultiBuffer ? 2 * Sent : Sent));
        using (var batch = near.Socket.Receive!.Peek(int.MaxValue))
        {
            var number = 0ul;
            foreach (var packet in new ReceivedPackets(batch))
            {
                Assert.Equal(number++, near.Umem.Memory.ReceiveMetadataOf<ulong>(packet[0]));
            }

            Assert.Equal((ulong)Sent, number);
        }

        Assert.Equal(XskWire.Packets(Sent, length), near.Receive(Sent));
    }

    [KernelFact]
    public void The_device_tells_of_hash_and_time()
    {
        using XskWire wire = new(XdpMode.Native, options => options with { PutsMetadata = true });
        wire.Near.TakeReceived();
        wire.Far.Send(Datagram, Datagram, XskWire.Packet(1));
        XskEnd.WaitUntil(() => wire.Near.Socket.Receive!.Waiting == 3);
        using var batch = wire.Near.Socket.Receive!.Peek(3);
        ReceiveMetadata MetadataOf(XdpDescriptor packet) => wire.Near.Umem.Memory.ReceiveMetadataOf<ReceiveMetadata>(packet);
        var (first, second, other) = (MetadataOf(batch[0]), MetadataOf(batch[1]), MetadataOf(batch[2]));
        Assert.Equal(ReceiveMetadataParts.Timestamp | ReceiveMetadataParts.Hash, first.Known);
        Assert.NotEqual(0u, first.Hash);

        // The hash of what an AF_XDP socket sends is not one of its addresses, and another one for each packet.
        Assert.All([second, other], metadata => Assert.Equal(first.Known, metadata.Known));
        Assert.Equal((0, 0), (first.VlanTag, first.VlanProtocolBytes));
        Assert.Equal(Datagram, wire.Near.Umem.Memory.BytesOf(batch[0]));
    }

    [KernelFact]
    public void The_device_tells_of_a_VLAN_that_is_not_in_the_frame()
    {
        // A program at the sender's device puts the tag beside the packet, as a VLAN device would.
        using XskWire wire = new(XdpMode.Native, options => options with { PutsMetadata = true }, options => options with { Program = null });
        var code = Assembler.Assemble($"r2 = 0x0081; r3 = {Tag}; call 18; r0 = 0; exit");
        using var program = KernelProgram.Load(ProgramType.SchedulerClassifier, code, new() { Name = "tag", License = "GPL" });
        using var attached = wire.Wire.Far.Enter(() => KernelAttachment.ToTraffic(program, wire.Wire.FarDevice, TrafficDirection.Egress));
        wire.Near.TakeReceived();
        Assert.False(wire.Wire.Passes());
        XskEnd.WaitUntil(() => wire.Near.Socket.Receive!.Waiting == 1);
        using var batch = wire.Near.Socket.Receive!.Peek(1);
        var told = wire.Near.Umem.Memory.ReceiveMetadataOf<ReceiveMetadata>(batch[0]);
        Assert.True(told.Known.HasFlag(ReceiveMetadataParts.Vlan));
        Assert.Equal(Tag, told.VlanTag);
        Assert.Equal(0x8100, BinaryPrimitives.ReverseEndianness(told.VlanProtocolBytes));
        Assert.Equal(64u, batch[0].Length);
    }

    [KernelFact]
    public void Only_a_driver_tells_of_packets()
    {
        using Saker.KernelTests.Bpf.VethPair wire = new();
        wire.Near.Enter(() =>
        {
            Assert.False(XdpSocketProgram.TryAttach(wire.NearDevice, new() { Mode = XdpMode.Generic, PutsMetadata = true }, out _, out _));
            using var program = XdpSocketProgram.Attach(wire.NearDevice, new() { PutsMetadata = true });
            Assert.Equal(XdpMode.Native, program.Mode);
        });
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void The_kernel_fills_in_checksums_where_it_is_asked_to(XdpMode mode)
    {
        using XskWire wire = new(mode, far: options => WithMetadata(options, usesSoftwareChecksum: true));
        wire.Near.TakeReceived();
        var blank = Datagram.ToArray();
        const int Start = 34, Offset = 6;
        BinaryPrimitives.WriteUInt16BigEndian(blank.AsSpan(Start + Offset), InternetChecksum.Fold(InternetChecksum.PseudoHeader(new IPv4Address(198, 18, 0, 1), new IPv4Address(198, 18, 0, 2), IPProtocol.Udp, 200 - Start)));
        Submit(wire.Far, blank, new TransmitMetadata { Requests = TransmitRequests.Checksum, ChecksumStart = Start, ChecksumOffset = Offset });
        wire.Far.Flush();
        Assert.Equal(Datagram, Assert.Single(wire.Near.Receive(1)));

        // What asks for nothing goes as it is.
        Submit(wire.Far, blank, default);
        wire.Far.Flush();
        Assert.Equal(blank, Assert.Single(wire.Near.Receive(1)));
    }

    [KernelTheory]
    [MemberData(nameof(Modes))]
    public void The_kernel_says_when_it_sent_and_does_not_wait(XdpMode mode)
    {
        using XskWire wire = new(mode, far: options => WithMetadata(options, usesSoftwareChecksum: false));
        wire.Near.TakeReceived();
        var before = DateTimeOffset.UtcNow;
        var address = Submit(wire.Far, Datagram, new TransmitMetadata { Requests = TransmitRequests.Timestamp });
        wire.Far.Flush();
        Assert.Equal(Datagram, Assert.Single(wire.Near.Receive(1)));
        var sent = DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(wire.Far.Umem.Memory.TransmitMetadataOf(address).SentAt / 1000.0);
        Assert.InRange(sent, before - TimeSpan.FromSeconds(1), before + TimeSpan.FromSeconds(60));

        // A veth sends at once, whenever it was to.
        var later = (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch + TimeSpan.FromHours(1)).TotalMicroseconds * 1000;
        Submit(wire.Far, Datagram, new TransmitMetadata { Requests = TransmitRequests.LaunchTime, LaunchTime = later });
        wire.Far.Flush();
        Assert.Equal(Datagram, Assert.Single(wire.Near.Receive(1)));
    }

    private static XskEndOptions WithMetadata(XskEndOptions options, bool usesSoftwareChecksum) => options with
    {
        Umem = options.Umem with { UsesSoftwareChecksum = usesSoftwareChecksum, TracksFrames = false, Layout = options.Umem.Layout with { TransmitMetadataLength = Unsafe.SizeOf<TransmitMetadata>() } },
    };

    /// <summary>Puts a packet with metadata into TX.</summary>
    private static ulong Submit(XskEnd end, byte[] packet, TransmitMetadata metadata)
    {
        Assert.True(end.Frames.TryTake(out var frame));
        XdpDescriptor descriptor = new(end.Umem.Layout.AddressIn(frame, end.Umem.Layout.TransmitMetadataLength), (uint)packet.Length, XdpDescriptorOptions.HasMetadata);
        packet.CopyTo(end.Umem.Memory.BytesOf(descriptor));
        end.Umem.Memory.TransmitMetadataOf(descriptor.Address) = metadata;
        end.SubmitRaw(descriptor);
        return descriptor.Address;
    }
}
