using Saker.Kernel.Interop;

namespace Saker.Kernel.Devices;

/// <summary>Tells on any thread whether a device is there still, in the network namespace of the thread that made this.</summary>
public sealed class DeviceWatch : IDisposable
{
    private readonly KernelSocket _socket;
    private readonly string _name;

    /// <param name="name">The device's name.</param>
    /// <exception cref="KernelException">There are no sockets left.</exception>
    public DeviceWatch(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _name = name;
        _socket = KernelSocket.Open(Libc.AF_INET, Libc.SOCK_DGRAM, 0);
    }

    /// <summary>Whether it is there, up or down.</summary>
    public bool IsThere => DeviceRequest.Finds(_socket, _name);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
