using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Tap;

/// <summary>
/// A network device of the running kernel whose wire is this process: what the kernel sends by it is read here, and what is written here it receives
/// (Documentation/networking/tuntap.rst). Frames have an <see cref="Packets.OffloadHeader"/> in front. Belongs to the network namespace of the thread that opens it; needs
/// CAP_NET_ADMIN, unless the device is there and is this user's.
/// </summary>
public sealed unsafe class TapDevice : IDisposable
{
    private const string Path = "/dev/net/tun";
    private const int MostQueues = 256;

    private TapDevice(string name, TapQueue[] queues)
    {
        Name = name;
        Queues = queues;
    }

    /// <summary>Opens a device, and makes it if there is none.</summary>
    /// <exception cref="KernelException">The right is missing, the device is of another kind or taken, or the kernel has no TAP devices.</exception>
    public static TapDevice Open(TapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.Name, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queues, MostQueues, nameof(options));
        List<TapQueue> queues = [];
        try
        {
            for (int i = 0; i < options.Queues; i++)
            {
                queues.Add(OpenQueue(options));
            }

            return new TapDevice(options.Name, [.. queues]);
        }
        catch
        {
            queues.ForEach(queue => queue.Dispose());
            throw;
        }
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its queues.</summary>
    public IReadOnlyList<TapQueue> Queues { get; }

    /// <summary>Closes the queues; the device goes with the last one, unless it is to stay.</summary>
    public void Dispose()
    {
        foreach (TapQueue queue in Queues)
        {
            queue.Dispose();
        }
    }

    private static TapQueue OpenQueue(TapOptions options)
    {
        int number = Libc.open(Path, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (number < 0)
        {
            throw KernelException.FromLastError($"opening {Path}");
        }

        SafeFileHandle descriptor = new(number, ownsHandle: true);
        try
        {
            Span<byte> request = DeviceRequest.Begin(options.Name, stackalloc byte[DeviceRequest.Length]);
            short flags = (short)(Libc.IFF_TAP | Libc.IFF_NO_PI | Libc.IFF_VNET_HDR | (options.Queues > 1 ? Libc.IFF_MULTI_QUEUE : 0));
            MemoryMarshal.Write(request[DeviceRequest.ValueOffset..], flags);
            fixed (byte* bytes = request)
            {
                Check(Libc.ioctl(descriptor, Libc.TUNSETIFF, bytes), $"TAP device {options.Name}");
            }

            int headerLength = Packets.OffloadHeader.Length;
            Check(Libc.ioctl(descriptor, Libc.TUNSETVNETHDRSZ, (byte*)&headerLength), "TUNSETVNETHDRSZ");
            SetOffloads(descriptor, options.TakesOffloads);
            if (options.IsPersistent is { } isPersistent)
            {
                Check(Libc.ioctl(descriptor, Libc.TUNSETPERSIST, (byte*)(isPersistent ? 1 : 0)), "TUNSETPERSIST");
            }

            return new TapQueue(descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    /// <summary>Cutting of datagrams came late (6.2): without it, the rest is taken.</summary>
    private static void SetOffloads(SafeFileHandle descriptor, bool areTaken)
    {
        nuint basic = areTaken ? Libc.TUN_F_CSUM | Libc.TUN_F_TSO4 | Libc.TUN_F_TSO6 : 0;
        if (!areTaken || Libc.ioctl(descriptor, Libc.TUNSETOFFLOAD, (byte*)(basic | Libc.TUN_F_USO4 | Libc.TUN_F_USO6)) < 0)
        {
            Check(Libc.ioctl(descriptor, Libc.TUNSETOFFLOAD, (byte*)basic), "TUNSETOFFLOAD");
        }
    }

    private static void Check(int result, string operation)
    {
        if (result < 0)
        {
            throw KernelException.FromLastError(operation);
        }
    }
}
