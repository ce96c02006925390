using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Saker.Stack.Devices;

namespace Saker.Stack.Softirq;

/// <summary>The CPUs that a queue's packets are spread over (<c>struct rps_map</c>). Immutable.</summary>
public sealed class RpsMap
{
    private readonly byte[] _cpus;

    /// <summary>Makes a map of a set of CPUs.</summary>
    /// <param name="cpus">A bit for each.</param>
    public RpsMap(ulong cpus)
    {
        Cpus = cpus;
        _cpus = [.. Enumerable.Range(0, Cpu.MostCpus).Where(cpu => (cpus >> cpu & 1) != 0).Select(cpu => (byte)cpu)];
    }

    /// <summary>The CPUs, a bit each.</summary>
    public ulong Cpus { get; }

    /// <summary>The CPU for a flow.</summary>
    /// <param name="hash">The flow's hash.</param>
    public int Choose(uint hash) => _cpus[(int)(((ulong)hash * (uint)_cpus.Length) >> 32)];

    /// <summary>Reads a set of CPUs as <c>/sys/class/net/DEVICE/queues/rx-N/rps_cpus</c> has it: groups of hexadecimal digits with commas between them.</summary>
    /// <returns>False if it is none, or names a CPU above 63.</returns>
    public static bool TryParse(string text, out ulong cpus)
    {
        cpus = 0;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        UInt128 value = 0;
        foreach (string group in text.Trim().Split(','))
        {
            if (group.Length is 0 or > 16
                || !ulong.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong part)
                || value >> 64 != 0)
            {
                return false;
            }

            value = (value << (group.Length > 8 ? 64 : 32)) | part;
        }

        cpus = (ulong)value;
        return value >> 64 == 0;
    }
}

/// <summary>The CPUs that a queue's packets are spread over.</summary>
/// <param name="Device">The device.</param>
/// <param name="Queue">The queue's number.</param>
/// <param name="Cpus">A bit for each CPU.</param>
public readonly record struct RpsSetting(NetworkDevice Device, int Queue, ulong Cpus);

/// <summary>
/// Which queues' packets other CPUs are to work on (receive packet steering, Documentation/networking/scaling.rst): for each device and queue a
/// <see cref="RpsMap"/>. Written by the control thread, read by all CPUs without a lock. Receive flow steering is not built; its place is before the map.
/// </summary>
public sealed class RpsTable
{
    private readonly ImmutableArray<Cpu> _cpus;
    private readonly RpsMap?[]?[] _maps;
    private volatile bool _isNeeded;

    internal RpsTable(ImmutableArray<Cpu> cpus, DeviceTable devices)
    {
        _cpus = cpus;
        _maps = new RpsMap?[]?[devices.All.Count == 0 ? 1 : devices.All[^1].Index + 1];
    }

    /// <summary>Whether any queue has a map.</summary>
    internal bool IsNeeded => _isNeeded;

    /// <summary>
    /// Spreads a queue's packets over CPUs. Those that the stack has not are left out, as those that are offline; none: the packets stay where they are.
    /// Packets of a flow may overtake each other at the moment when this changes.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="queue">The queue's number.</param>
    /// <param name="cpus">A bit for each CPU.</param>
    public void Set(NetworkDevice device, int queue, ulong cpus)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(queue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(queue, ushort.MaxValue);
        ulong present = _cpus.Length == Cpu.MostCpus ? ulong.MaxValue : (1UL << _cpus.Length) - 1;
        cpus &= present;
        for (ulong rest = cpus; rest != 0; rest &= rest - 1)
        {
            Cpu target = _cpus[BitOperations.TrailingZeroCount(rest)];
            target.Backlog.Provide(target.Receive.Settings.MaximumBacklog);
        }

        RpsMap?[] maps = new RpsMap?[Math.Max(queue + 1, _maps[device.Index]?.Length ?? 0)];
        _maps[device.Index]?.CopyTo(maps, 0);
        maps[queue] = cpus == 0 ? null : new RpsMap(cpus);
        Volatile.Write(ref _maps[device.Index], maps);
        _isNeeded = Array.Exists(_maps, queues => queues is not null && Array.Exists(queues, map => map is not null));
    }

    /// <summary>The CPUs of a queue's map, a bit each; 0: there is no map.</summary>
    public ulong Get(NetworkDevice device, int queue)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfNegative(queue);
        return Find(device.Index, queue)?.Cpus ?? 0;
    }

    /// <summary>The map of a queue; null: there is none.</summary>
    internal RpsMap? Find(int device, int queue) =>
        Volatile.Read(ref _maps[device]) is { } queues && (uint)queue < (uint)queues.Length ? queues[queue] : null;
}
