using System.Runtime.InteropServices;
using System.Text;
using Saker.Kernel.Netlink;

namespace Saker.Kernel.Devices;

/// <summary>What the running kernel tells of a network device (rtnetlink(7)), as it was when it was asked.</summary>
/// <param name="Index">Its index in its network namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its link address of six bytes, the first one the most significant; 0: it has none of such a length.</param>
/// <param name="HasEthernetHeader">Whether it is of Ethernet's kind, or has its header as the loopback device does.</param>
/// <param name="IsUp">Whether it is set up.</param>
/// <param name="HasCarrier">Whether there is something at its other end: a cable, a veth that is up, a process that has the tap open.</param>
/// <param name="IsLoopback">Whether it is the loopback device.</param>
/// <param name="Mtu">Its MTU, in bytes behind the link header.</param>
/// <param name="Kind">What kind of virtual device it is (<c>veth</c>, <c>bridge</c>, <c>tun</c>); empty: it is none, or does not say.</param>
/// <param name="Peer">The index of the device at its other end or below it, in whatever namespace that is; null: there is none.</param>
/// <param name="ReceiveQueues">How many receive queues it was made with.</param>
/// <param name="TransmitQueues">How many transmit queues it was made with.</param>
public sealed record KernelDevice(
    int Index,
    string Name,
    ulong Address,
    bool HasEthernetHeader,
    bool IsUp,
    bool HasCarrier,
    bool IsLoopback,
    int Mtu,
    string Kind,
    int? Peer,
    int ReceiveQueues,
    int TransmitQueues)
{
    // linux/rtnetlink.h, linux/if_link.h, linux/if.h, linux/if_arp.h
    private const ushort RTM_NEWLINK = 16, RTM_GETLINK = 18;
    private const ushort IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_MTU = 4, IFLA_LINK = 5, IFLA_LINKINFO = 18, IFLA_NUM_TX_QUEUES = 31, IFLA_NUM_RX_QUEUES = 32, IFLA_CARRIER = 33, IFLA_INFO_KIND = 1;
    private const ushort ARPHRD_ETHER = 1, ARPHRD_LOOPBACK = 772;
    private const uint IFF_UP = 1 << 0, IFF_LOOPBACK = 1 << 3;
    private const int MessageLength = 16, HardwareOffset = 2, FlagsOffset = 8, AddressLength = 6;

    /// <summary>Asks about a device.</summary>
    /// <param name="name">Its name, in the network namespace of the calling thread.</param>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static KernelDevice Read(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Read(DeviceName.Find(name));
    }

    /// <summary>Asks about a device.</summary>
    /// <param name="device">Its index in the network namespace of the calling thread.</param>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static KernelDevice Read(int device)
    {
        using RouteSocket socket = new();
        ReadOnlySpan<byte> answer = socket.Ask(new RouteRequest(RTM_GETLINK, 0).Add(0).Add(device).Add(0).Add(0));
        RouteSocket.ThrowIfRefused(answer, $"RTM_GETLINK of device {device}");
        ReadOnlySpan<byte> link = answer[RouteRequest.HeaderLength..], attributes = link[MessageLength..];
        uint flags = MemoryMarshal.Read<uint>(link[FlagsOffset..]);
        return new KernelDevice(
            device,
            Text(RouteSocket.Find(attributes, IFLA_IFNAME)),
            LinkAddress(RouteSocket.Find(attributes, IFLA_ADDRESS)),
            MemoryMarshal.Read<ushort>(link[HardwareOffset..]) is ARPHRD_ETHER or ARPHRD_LOOPBACK,
            (flags & IFF_UP) != 0,
            RouteSocket.Find(attributes, IFLA_CARRIER) is not [0],
            (flags & IFF_LOOPBACK) != 0,
            Number(RouteSocket.Find(attributes, IFLA_MTU)) ?? 0,
            Text(RouteSocket.Find(RouteSocket.Find(attributes, IFLA_LINKINFO), IFLA_INFO_KIND)),
            Number(RouteSocket.Find(attributes, IFLA_LINK)) is { } peer and not 0 ? peer : null,
            Number(RouteSocket.Find(attributes, IFLA_NUM_RX_QUEUES)) ?? 1,
            Number(RouteSocket.Find(attributes, IFLA_NUM_TX_QUEUES)) ?? 1);
    }

    /// <summary>Sets a device up (<c>ip link set NAME up</c>).</summary>
    /// <param name="name">Its name, in the network namespace of the calling thread.</param>
    /// <exception cref="KernelException">The right is missing, or there is no such device.</exception>
    public static void SetUp(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using RouteSocket socket = new();
        int error = socket.Execute(new RouteRequest(RTM_NEWLINK, RouteSocket.Acknowledge).Add(0).Add(DeviceName.Find(name)).Add(IFF_UP).Add(IFF_UP), out string complaint);
        if (error != 0)
        {
            throw new KernelRefusal($"setting {name} up", -error, complaint).ToException();
        }
    }

    private static ulong LinkAddress(ReadOnlySpan<byte> value)
    {
        ulong address = 0;
        for (int i = 0; i < AddressLength && value.Length == AddressLength; i++)
        {
            address = (address << 8) | value[i];
        }

        return address;
    }

    private static int? Number(ReadOnlySpan<byte> value) => value.Length >= sizeof(int) ? MemoryMarshal.Read<int>(value) : null;

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
