using System.Text;
using Saker.Kernel.Devices;

namespace Saker.Kernel.Interop;

/// <summary>What ioctl(2) takes about a device: its name, and a value behind it (<c>struct ifreq</c>, netdevice(7)).</summary>
internal static class DeviceRequest
{
    /// <summary>Its bytes.</summary>
    public const int Length = 40;

    /// <summary>Where the value begins.</summary>
    public const int ValueOffset = Libc.IFNAMSIZ;

    /// <summary>Writes the name, and nothing as the value.</summary>
    /// <param name="name">The device's name.</param>
    /// <param name="request">Where: <see cref="Length"/> bytes.</param>
    /// <returns>The same bytes.</returns>
    /// <exception cref="KernelException">No device can have this name.</exception>
    public static Span<byte> Begin(string name, Span<byte> request)
    {
        request.Clear();
        return Encoding.UTF8.GetByteCount(name) <= DeviceName.LongestLength && Encoding.UTF8.GetBytes(name, request) != 0
            ? request
            : throw new KernelException($"device {name}: a device's name has 1 to {DeviceName.LongestLength} bytes");
    }

    /// <summary>Whether a device is there, up or down, in the network namespace of a socket.</summary>
    public static bool Finds(KernelSocket socket, string name) => socket.TryControl(Libc.SIOCGIFFLAGS, Begin(name, stackalloc byte[Length]));
}
