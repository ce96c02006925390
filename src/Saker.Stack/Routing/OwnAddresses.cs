using System.Numerics;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>The IPv4 addresses of this host, and whose they are. Immutable. Every packet's source is looked for here, and hardly ever found.</summary>
internal sealed class OwnAddresses
{
    private readonly Place[] _places;
    private readonly int _shift;

    /// <param name="devices">The devices with their addresses; an address that two devices have is the first one's.</param>
    public OwnAddresses(IReadOnlyCollection<NetworkDevice> devices)
    {
        // At most half of the places are taken, so that a search soon comes to a free one.
        int count = devices.Sum(device => device.IPv4?.Addresses.Count ?? 0);
        _places = new Place[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * count, 2))];
        _shift = 32 - BitOperations.Log2((uint)_places.Length);
        foreach (NetworkDevice device in devices)
        {
            foreach (IPv4InterfaceAddress address in device.IPv4?.Addresses ?? [])
            {
                ref Place place = ref _places[Find(address.Address)];
                place = place.Device is null ? new Place(address.Address, device) : place;
            }
        }
    }

    /// <summary>The device that bears an address; null if it is not this host's.</summary>
    public NetworkDevice? DeviceOf(IPv4Address address) => _places[Find(address)].Device;

    /// <summary>Whether an address is one of this host's.</summary>
    public bool Contains(IPv4Address address) => DeviceOf(address) is not null;

    /// <summary>The place of an address, or the free one where it would be.</summary>
    private int Find(IPv4Address address)
    {
        Place[] places = _places;
        int index = (int)((address.Value * 0x9e37_79b9) >> _shift);
        while (places[index].Device is not null && places[index].Address != address)
        {
            index = (index + 1) & (places.Length - 1);
        }

        return index;
    }

    private readonly record struct Place(IPv4Address Address, NetworkDevice? Device);
}
