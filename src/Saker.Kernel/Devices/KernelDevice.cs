using System.Runtime.InteropServices;
using System.Text;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Devices;

/// <summary>
/// What the running kernel says of a network device of the calling thread's namespace (netdevice(7)), as it was when it was asked.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Index">Its index.</param>
/// <param name="Address">Its link address of six bytes, the first one the most significant.</param>
/// <param name="Mtu">The longest packet that it sends.</param>
/// <param name="IsUp">Whether it is up.</param>
/// <param name="IsLoopback">Whether it is the loopback device.</param>
/// <param name="HasEthernetAddress">Whether it is of Ethernet's kind, or has its header as the loopback device does.</param>
/// <param name="HasIPv4Address">Whether the kernel itself has an IPv4 address on it.</param>
public sealed record KernelDevice(
    string Name, int Index, ulong Address, int Mtu, bool IsUp, bool IsLoopback, bool HasEthernetAddress, bool HasIPv4Address)
{
    private const ushort EthernetHardware = 1;
    private const ushort LoopbackHardware = 772;
    private const int ValueOffset = Libc.IFNAMSIZ;
    private const int RequestLength = 40;

    /// <summary>Asks about a device.</summary>
    /// <exception cref="KernelException">There is no such device.</exception>
    public static KernelDevice Read(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        int index = (int)Libc.if_nametoindex(name);
        if (index == 0)
        {
            throw KernelException.FromLastError($"device {name}");
        }

        using KernelSocket socket = KernelSocket.Open(Libc.AF_INET, Libc.SOCK_DGRAM, 0);
        Span<byte> request = stackalloc byte[RequestLength];
        Ask(socket, Libc.SIOCGIFHWADDR, name, request);
        ushort hardware = MemoryMarshal.Read<ushort>(request[ValueOffset..]);
        ulong address = 0;
        foreach (byte octet in request.Slice(ValueOffset + sizeof(ushort), 6))
        {
            address = (address << 8) | octet;
        }

        Ask(socket, Libc.SIOCGIFMTU, name, request);
        int mtu = MemoryMarshal.Read<int>(request[ValueOffset..]);
        Ask(socket, Libc.SIOCGIFFLAGS, name, request);
        short flags = MemoryMarshal.Read<short>(request[ValueOffset..]);
        bool hasAddress = socket.TryControl(Libc.SIOCGIFADDR, Begin(name, request));
        return new KernelDevice(
            name, index, address, mtu, (flags & Libc.IFF_UP) != 0, (flags & Libc.IFF_LOOPBACK) != 0, hardware is EthernetHardware or LoopbackHardware, hasAddress);
    }

    /// <summary>Sets a device up (<c>ip link set NAME up</c>).</summary>
    /// <exception cref="KernelException">The right is missing, or there is no such device.</exception>
    public static void SetUp(string name)
    {
        using KernelSocket socket = KernelSocket.Open(Libc.AF_INET, Libc.SOCK_DGRAM, 0);
        Span<byte> request = stackalloc byte[RequestLength];
        Ask(socket, Libc.SIOCGIFFLAGS, name, request);
        short flags = (short)(MemoryMarshal.Read<short>(request[ValueOffset..]) | Libc.IFF_UP);
        MemoryMarshal.Write(request[ValueOffset..], flags);
        if (!socket.TryControl(Libc.SIOCSIFFLAGS, request))
        {
            throw KernelException.FromLastError($"setting {name} up");
        }
    }

    /// <summary>The name in front of a request's value (<c>struct ifreq</c>).</summary>
    /// <exception cref="KernelException">The name is too long for any device.</exception>
    internal static Span<byte> Begin(string name, Span<byte> request)
    {
        request.Clear();
        return Encoding.UTF8.GetByteCount(name) < Libc.IFNAMSIZ && Encoding.UTF8.GetBytes(name, request) != 0
            ? request
            : throw new KernelException($"device {name}: a device's name has 1 to {Libc.IFNAMSIZ - 1} bytes");
    }

    private static void Ask(KernelSocket socket, nuint question, string name, Span<byte> request)
    {
        if (!socket.TryControl(question, Begin(name, request)))
        {
            throw KernelException.FromLastError($"device {name}");
        }
    }
}
