namespace Saker.Stack.Devices.Bridge;

/// <summary>A device that belongs to a bridge (<c>net_bridge_port</c>).</summary>
public sealed class BridgePort
{
    private BridgePortSettings _settings;
    private BridgeVlans _vlans;

    internal BridgePort(EthernetBridge bridge, NetworkDevice device, int number, BridgePortSettings settings, BridgeVlans vlans)
    {
        Bridge = bridge;
        Device = device;
        Number = number;
        _settings = settings;
        _vlans = vlans;
    }

    /// <summary>The bridge.</summary>
    public EthernetBridge Bridge { get; }

    /// <summary>The device.</summary>
    public NetworkDevice Device { get; }

    /// <summary>Its number, from 1 on.</summary>
    public int Number { get; }

    /// <summary>What is set of it. Swapped whole, by the control thread.</summary>
    public BridgePortSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _settings, value);
        }
    }

    /// <summary>Its VLANs, where the bridge filters by them. Swapped whole, by the control thread.</summary>
    public BridgeVlans Vlans
    {
        get => Volatile.Read(ref _vlans);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Bridge.RemoveLocal(Device.Address, Number, Volatile.Read(ref _vlans));
            Volatile.Write(ref _vlans, value);
            Bridge.AddLocal(Device.Address, Number, value);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Device.Name;
}
