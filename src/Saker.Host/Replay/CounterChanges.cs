using System.Runtime.InteropServices;
using Saker.Stack.Observation;

namespace Saker.Host.Replay;

/// <summary>By how much counters moved, in the order of <see cref="Counter"/>, those of devices last.</summary>
public sealed class CounterChanges
{
    private readonly List<(Counter Counter, long Amount)> _counters = [];
    private readonly List<(int Device, DeviceCounter Counter, long Amount)> _devices = [];

    /// <summary>The protocols' counters.</summary>
    public ReadOnlySpan<(Counter Counter, long Amount)> Counters => CollectionsMarshal.AsSpan(_counters);

    /// <summary>The devices' statistics, with the devices' indices.</summary>
    public ReadOnlySpan<(int Device, DeviceCounter Counter, long Amount)> Devices => CollectionsMarshal.AsSpan(_devices);

    /// <summary>Whether nothing moved.</summary>
    public bool IsEmpty => _counters.Count == 0 && _devices.Count == 0;

    internal void Clear()
    {
        _counters.Clear();
        _devices.Clear();
    }

    /// <summary>Adds to a counter. Changes of one frame are few, so a look through them is quick.</summary>
    internal void Add(Counter counter, long amount)
    {
        int place = _counters.Count;
        if (place == 0 || _counters[place - 1].Counter < counter)
        {
            _counters.Add((counter, amount));
            return;
        }

        while (place > 0 && _counters[place - 1].Counter > counter)
        {
            place--;
        }

        if (place > 0 && _counters[place - 1].Counter == counter)
        {
            _counters[place - 1] = (counter, _counters[place - 1].Amount + amount);
            return;
        }

        _counters.Insert(place, (counter, amount));
    }

    internal void Add(int device, DeviceCounter counter, long amount)
    {
        for (int i = 0; i < _devices.Count; i++)
        {
            if (_devices[i].Device == device && _devices[i].Counter == counter)
            {
                _devices[i] = (device, counter, _devices[i].Amount + amount);
                return;
            }
        }

        _devices.Add((device, counter, amount));
    }

    /// <summary>Adds a device's counter that is not among them.</summary>
    internal void AddNew(int device, DeviceCounter counter, long amount) => _devices.Add((device, counter, amount));
}
