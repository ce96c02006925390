using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <summary>The <c>ioctl</c> by which drivers are asked (<c>linux/ethtool.h</c>, <c>SIOCETHTOOL</c>). It belongs to the network namespace of the thread that made it.</summary>
internal sealed unsafe class EthtoolCall : IDisposable
{
    public const uint ETHTOOL_GDRVINFO = 0x3, ETHTOOL_GRINGPARAM = 0x10, ETHTOOL_GFLAGS = 0x25, ETHTOOL_GRXFH = 0x29, ETHTOOL_GCHANNELS = 0x3c;
    public const uint ETH_FLAG_LRO = 1 << 15, ETH_FLAG_NTUPLE = 1 << 27, UDP_V4_FLOW = 2;

    private const nuint SIOCETHTOOL = 0x8946;

    private readonly KernelSocket _socket = KernelSocket.Open(Libc.AF_INET, Libc.SOCK_DGRAM, 0);

    /// <summary>Asks a driver.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="data">The structure, which begins with the command; filled by the kernel.</param>
    /// <returns>Whether it answers.</returns>
    public bool TryAsk(string device, Span<byte> data)
    {
        fixed (byte* place = data)
        {
            Span<byte> request = DeviceRequest.Begin(device, stackalloc byte[DeviceRequest.Length]);
            MemoryMarshal.Write(request[DeviceRequest.ValueOffset..], (nint)place);
            return _socket.TryControl(SIOCETHTOOL, request);
        }
    }

    public void Dispose() => _socket.Dispose();
}
