namespace Saker.Stack.Devices;

/// <summary>The devices of a stack by interface index. Immutable; a packet bears an index that came from here.</summary>
public sealed class DeviceTable
{
    /// <summary>The largest index that a device may have.</summary>
    public const int LargestIndex = 1 << 20;

    private readonly NetworkDevice?[] _byIndex;
    private readonly NetworkDevice[] _all;

    /// <summary>Makes a table.</summary>
    /// <exception cref="ArgumentException">Two devices share an index, or one is absurdly large.</exception>
    public DeviceTable(IReadOnlyCollection<NetworkDevice> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        _all = [.. devices.OrderBy(device => device.Index)];
        _byIndex = new NetworkDevice?[_all.Length == 0 ? 1 : Math.Min(_all[^1].Index, LargestIndex) + 1];
        foreach (NetworkDevice device in _all)
        {
            if (device.Index > LargestIndex || _byIndex[device.Index] is not null)
            {
                throw new ArgumentException($"Device {device.Name} has index {device.Index}, which is above {LargestIndex} or taken.", nameof(devices));
            }

            _byIndex[device.Index] = device;
        }
    }

    /// <summary>All devices by index.</summary>
    public IReadOnlyList<NetworkDevice> All => _all;

    /// <summary>All devices by index, for the packet path.</summary>
    internal ReadOnlySpan<NetworkDevice> Span => _all;

    /// <summary>The device of an index that a packet bears.</summary>
    public NetworkDevice this[int index] => _byIndex[index] ?? throw new ArgumentOutOfRangeException(nameof(index), index, "There is no such device.");

    /// <summary>The device of a name; null if there is none.</summary>
    public NetworkDevice? Find(string name) => All.FirstOrDefault(device => device.Name == name);

    /// <summary>Finds a device by its index; null if there is none.</summary>
    internal NetworkDevice? Find(int index) => (uint)index < (uint)_byIndex.Length ? _byIndex[index] : null;
}
