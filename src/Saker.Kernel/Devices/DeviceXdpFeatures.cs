using System.Runtime.InteropServices;
using Saker.Kernel.Interop;
using Saker.Kernel.Netlink;

namespace Saker.Kernel.Devices;

/// <summary>What a device's driver says that it can do with XDP (generic netlink, family <c>netdev</c>, Linux 6.3). Source: Documentation/netlink/specs/netdev.yaml.</summary>
/// <param name="Actions">What it does with programs and frames.</param>
/// <param name="ZeroCopySegments">How many buffers a frame of a zero-copy socket may have; 1: one; 0: not told.</param>
/// <param name="ReceiveMetadata">What of a received frame programs may ask it (Linux 6.7).</param>
/// <param name="SocketFeatures">What AF_XDP sockets may ask it for frames that they send (Linux 6.8).</param>
public sealed record DeviceXdpFeatures(XdpActions Actions, int ZeroCopySegments, XdpReceiveMetadata ReceiveMetadata, XdpSocketFeatures SocketFeatures)
{
    // linux/genetlink.h, linux/netdev.h
    private const ushort GENL_ID_CTRL = 16, CTRL_ATTR_FAMILY_ID = 1, CTRL_ATTR_FAMILY_NAME = 2;
    private const byte CTRL_CMD_GETFAMILY = 3, NETDEV_CMD_DEV_GET = 1;
    private const ushort NETDEV_A_DEV_IFINDEX = 1, NETDEV_A_DEV_XDP_FEATURES = 3, NETDEV_A_DEV_XDP_ZC_MAX_SEGS = 4, NETDEV_A_DEV_XDP_RX_METADATA_FEATURES = 5, NETDEV_A_DEV_XSK_FEATURES = 6;
    private const int GenericHeaderLength = 4;
    private const string Family = "netdev";

    /// <summary>Reads them.</summary>
    /// <param name="device">The device's index in the network namespace of the calling thread.</param>
    /// <returns>Null: this kernel does not tell (it is older than Linux 6.3).</returns>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static DeviceXdpFeatures? Read(int device)
    {
        using RouteSocket socket = new(Libc.NETLINK_GENERIC);
        ReadOnlySpan<byte> family = socket.Ask(Message(GENL_ID_CTRL, CTRL_CMD_GETFAMILY).Attribute(CTRL_ATTR_FAMILY_NAME, Family));
        if (RouteSocket.IsRefused(family) || RouteSocket.Find(Attributes(family), CTRL_ATTR_FAMILY_ID) is not { Length: >= sizeof(ushort) } number)
        {
            return null;
        }

        ReadOnlySpan<byte> answer = socket.Ask(Message(MemoryMarshal.Read<ushort>(number), NETDEV_CMD_DEV_GET).Attribute(NETDEV_A_DEV_IFINDEX, device));
        RouteSocket.ThrowIfRefused(answer, $"netdev dev-get of device {device}");
        ReadOnlySpan<byte> attributes = Attributes(answer);
        return new DeviceXdpFeatures(
            (XdpActions)Number(RouteSocket.Find(attributes, NETDEV_A_DEV_XDP_FEATURES)),
            (int)Number(RouteSocket.Find(attributes, NETDEV_A_DEV_XDP_ZC_MAX_SEGS)),
            (XdpReceiveMetadata)Number(RouteSocket.Find(attributes, NETDEV_A_DEV_XDP_RX_METADATA_FEATURES)),
            (XdpSocketFeatures)Number(RouteSocket.Find(attributes, NETDEV_A_DEV_XSK_FEATURES)));
    }

    private static RouteRequest Message(ushort family, byte command) => new RouteRequest(family, 0).Add(command).Add((byte)1).Add((ushort)0);

    private static ReadOnlySpan<byte> Attributes(ReadOnlySpan<byte> answer) => answer[(RouteRequest.HeaderLength + GenericHeaderLength)..];

    private static ulong Number(ReadOnlySpan<byte> value) =>
        value.Length >= sizeof(ulong) ? MemoryMarshal.Read<ulong>(value) : value.Length >= sizeof(uint) ? MemoryMarshal.Read<uint>(value) : 0;
}

/// <summary>What a driver does with XDP (<c>enum netdev_xdp_act</c>).</summary>
[Flags]
public enum XdpActions : ulong
{
    /// <summary>Nothing: programs run in front of the stack only.</summary>
    None = 0,

    /// <summary>It runs programs that drop, pass and send back.</summary>
    Basic = 1 << 0,

    /// <summary>Its frames may be redirected.</summary>
    Redirect = 1 << 1,

    /// <summary>It sends frames that are redirected to it (<c>ndo_xdp_xmit</c>).</summary>
    Transmit = 1 << 2,

    /// <summary>It gives frames to AF_XDP sockets without a copy.</summary>
    ZeroCopy = 1 << 3,

    /// <summary>Its card runs programs.</summary>
    HardwareOffload = 1 << 4,

    /// <summary>It runs programs over frames in several buffers.</summary>
    ReceiveFragments = 1 << 5,

    /// <summary>It sends redirected frames in several buffers.</summary>
    TransmitFragments = 1 << 6,
}

/// <summary>What of a received frame a program may ask a driver (<c>enum netdev_xdp_rx_metadata</c>).</summary>
[Flags]
public enum XdpReceiveMetadata : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>When it came.</summary>
    Timestamp = 1 << 0,

    /// <summary>Its hash.</summary>
    Hash = 1 << 1,

    /// <summary>The VLAN tag that was taken off.</summary>
    VlanTag = 1 << 2,
}

/// <summary>What an AF_XDP socket may ask a driver for a frame that it sends (<c>enum netdev_xsk_flags</c>).</summary>
[Flags]
public enum XdpSocketFeatures : ulong
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>When it was sent.</summary>
    TransmitTimestamp = 1 << 0,

    /// <summary>Its checksum filled in.</summary>
    TransmitChecksum = 1 << 1,

    /// <summary>That it is sent at a time.</summary>
    LaunchTime = 1 << 2,
}
