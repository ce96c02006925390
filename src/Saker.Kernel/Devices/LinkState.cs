using System.Runtime.InteropServices;
using System.Text;
using Saker.Kernel.Netlink;

namespace Saker.Kernel.Devices;

/// <summary>What rtnetlink tells of a device.</summary>
/// <param name="Index">Its index in its network namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsUp">Whether it is set up.</param>
/// <param name="HasCarrier">Whether there is something at its other end: a cable, a veth that is up, a process that has the tap open.</param>
/// <param name="IsLoopback">Whether it is the loopback device.</param>
/// <param name="Mtu">Its MTU, in bytes behind the link header.</param>
/// <param name="Kind">What kind of virtual device it is (<c>veth</c>, <c>bridge</c>, <c>tun</c>); empty: it is none, or does not say.</param>
/// <param name="Peer">The index of the device at its other end or below it, in whatever namespace that is; null: there is none.</param>
/// <param name="ReceiveQueues">How many receive queues it was made with.</param>
/// <param name="TransmitQueues">How many transmit queues it was made with.</param>
public sealed record LinkState(int Index, string Name, bool IsUp, bool HasCarrier, bool IsLoopback, int Mtu, string Kind, int? Peer, int ReceiveQueues, int TransmitQueues)
{
    // linux/rtnetlink.h, linux/if_link.h, linux/if.h
    private const ushort RTM_GETLINK = 18;
    private const ushort IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_LINK = 5, IFLA_LINKINFO = 18, IFLA_NUM_TX_QUEUES = 31, IFLA_NUM_RX_QUEUES = 32, IFLA_CARRIER = 33, IFLA_INFO_KIND = 1;
    private const uint IFF_UP = 1 << 0, IFF_LOOPBACK = 1 << 3;
    private const int MessageLength = 16, FlagsOffset = 8;

    /// <summary>Reads it.</summary>
    /// <param name="device">The device's index in the network namespace of the calling thread.</param>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static LinkState Read(int device)
    {
        using RouteSocket socket = new();
        ReadOnlySpan<byte> answer = socket.Ask(new RouteRequest(RTM_GETLINK, 0).Add(0).Add(device).Add(0).Add(0));
        RouteSocket.ThrowIfRefused(answer, $"RTM_GETLINK of device {device}");
        ReadOnlySpan<byte> link = answer[RouteRequest.HeaderLength..], attributes = link[MessageLength..];
        uint flags = MemoryMarshal.Read<uint>(link[FlagsOffset..]);
        return new LinkState(
            device,
            Text(RouteSocket.Find(attributes, IFLA_IFNAME)),
            (flags & IFF_UP) != 0,
            RouteSocket.Find(attributes, IFLA_CARRIER) is not [0],
            (flags & IFF_LOOPBACK) != 0,
            Number(RouteSocket.Find(attributes, IFLA_MTU)) ?? 0,
            Text(RouteSocket.Find(RouteSocket.Find(attributes, IFLA_LINKINFO), IFLA_INFO_KIND)),
            Number(RouteSocket.Find(attributes, IFLA_LINK)) is { } peer and not 0 ? peer : null,
            Number(RouteSocket.Find(attributes, IFLA_NUM_RX_QUEUES)) ?? 1,
            Number(RouteSocket.Find(attributes, IFLA_NUM_TX_QUEUES)) ?? 1);
    }

    private static int? Number(ReadOnlySpan<byte> value) => value.Length >= sizeof(int) ? MemoryMarshal.Read<int>(value) : null;

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
