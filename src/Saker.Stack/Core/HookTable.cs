using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>
/// What hangs on a stack's devices, and the taps on no device. Changed by control threads, read by the CPUs without a lock. Where nothing hangs anywhere, a packet
/// costs one test (the kernel's static keys).
/// </summary>
internal sealed class HookTable
{
    private readonly Lock _change = new();
    private readonly DeviceTable _devices;

    public HookTable(DeviceTable devices) => _devices = devices;

    /// <summary>Whether anything hangs on any device or on none.</summary>
    public bool IsNeeded { get; private set; }

    /// <summary>The taps on no device, which see those of all.</summary>
    public TapList Taps { get; private set; } = TapList.Empty;

    /// <summary>Changes what hangs on a device.</summary>
    public void Change(NetworkDevice device, Func<DeviceHooks, DeviceHooks> change)
    {
        lock (_change)
        {
            DeviceHooks hooks = change(device.Hooks ?? DeviceHooks.None);
            device.Hooks = hooks == DeviceHooks.None ? null : hooks;
            Settle();
        }
    }

    /// <summary>Adds a tap.</summary>
    /// <param name="tap">The tap.</param>
    /// <param name="device">Whose packets it sees; null: those of all devices.</param>
    /// <param name="protocol">The EtherType in host order; <see cref="EtherType.All"/>: all protocols.</param>
    public void Add(IPacketTap tap, NetworkDevice? device, ushort protocol)
    {
        if (device is not null)
        {
            Change(device, hooks => hooks with { Taps = hooks.Taps.With(tap, protocol) });
            return;
        }

        lock (_change)
        {
            Taps = Taps.With(tap, protocol);
            Settle();
        }
    }

    /// <summary>Takes a tap away, wherever it hangs.</summary>
    public void Remove(IPacketTap tap)
    {
        foreach (NetworkDevice device in _devices.All)
        {
            if (device.Hooks is not null)
            {
                Change(device, hooks => hooks.Taps.Without(tap) is { IsEmpty: false } left ? hooks with { Taps = left } : hooks with { Taps = TapList.Empty });
            }
        }

        lock (_change)
        {
            Taps = Taps.Without(tap) is { IsEmpty: false } left ? left : TapList.Empty;
            Settle();
        }
    }

    private void Settle() => IsNeeded = !Taps.IsEmpty || _devices.All.Any(device => device.Hooks is not null);
}
