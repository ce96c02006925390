using System.Runtime.InteropServices;
using System.Text;

namespace Saker.Kernel.Interop;

/// <summary>The <c>ioctl</c> by which drivers are asked (<c>linux/ethtool.h</c>, <c>SIOCETHTOOL</c>). It belongs to the network namespace of the thread that made it.</summary>
internal sealed unsafe partial class EthtoolCall : IDisposable
{
    public const uint ETHTOOL_GDRVINFO = 0x3, ETHTOOL_GRINGPARAM = 0x10, ETHTOOL_GFLAGS = 0x25, ETHTOOL_GRXFH = 0x29, ETHTOOL_GCHANNELS = 0x3c;
    public const uint ETH_FLAG_LRO = 1 << 15, ETH_FLAG_NTUPLE = 1 << 27, UDP_V4_FLOW = 2;

    private const nuint SIOCETHTOOL = 0x8946;
    private const int IFNAMSIZ = 16;

    private readonly SafeSocketDescriptor _socket;

    public EthtoolCall()
    {
        int descriptor = Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        _socket = descriptor >= 0 ? new SafeSocketDescriptor(descriptor) : throw KernelException.FromLastError("socket");
    }

    /// <summary>Asks a driver.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="data">The structure, which begins with the command; filled by the kernel.</param>
    /// <returns>Whether it answers.</returns>
    public bool TryAsk(string device, Span<byte> data)
    {
        byte* request = stackalloc byte[40]; // struct ifreq: the name, and a pointer
        new Span<byte>(request, 40).Clear();
        if (!Encoding.UTF8.TryGetBytes(device, new Span<byte>(request, IFNAMSIZ - 1), out _))
        {
            return false;
        }

        fixed (byte* place = data)
        {
            *(byte**)(request + IFNAMSIZ) = place;
            return ioctl(_socket, SIOCETHTOOL, request) >= 0;
        }
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeSocketDescriptor descriptor, nuint request, byte* argument);
}
