using System.Globalization;
using Saker.Host.Hosts;
using Saker.Stack.Devices;
using Saker.Stack.Softirq;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>queues</c>: how devices are polled, which is the devices', and over which CPUs their packets are spread.</summary>
internal static class QueueReader
{
    private const string QueuePrefix = "rx-";

    public static IReadOnlyList<QueueConfiguration> Read(SnapshotDocument snapshot, SnapshotDevices devices)
    {
        List<QueueConfiguration> queues = [];
        if (snapshot.Object(SnapshotPart.Queues) is not { } part)
        {
            return queues;
        }

        foreach (NetworkDevice device in devices.All)
        {
            if (part.Object(device.Name) is { } entry)
            {
                device.Napi = new NapiSettings
                {
                    DeferHardInterrupts = (int)Number(entry, "napi_defer_hard_irqs", int.MaxValue),
                    FlushTimeout = Number(entry, "gro_flush_timeout", long.MaxValue),
                };
                queues.Add(new QueueConfiguration(device, [.. ReadRps(entry, device)]));
            }
        }

        return queues;
    }

    private static IEnumerable<RpsSetting> ReadRps(SnapshotEntry entry, NetworkDevice device)
    {
        foreach (string member in entry.Members())
        {
            if (!member.StartsWith(QueuePrefix, StringComparison.Ordinal)
                || !int.TryParse(member.AsSpan(QueuePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || entry.Object(member) is not { } queue
                || queue.Text("rps_cpus") is not { } mask)
            {
                continue;
            }

            if (!RpsMap.TryParse(mask, out ulong cpus))
            {
                queue.FaultValue("rps_cpus", "no set of CPUs up to 63 in hexadecimal");
            }
            else if (cpus != 0)
            {
                yield return new RpsSetting(device, number, cpus);
            }
        }
    }

    private static long Number(SnapshotEntry entry, string member, long most)
    {
        if (entry.Text(member) is not { } text)
        {
            return 0;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most)
        {
            return number;
        }

        entry.FaultValue(member, $"no whole number from 0 to {most}");
        return 0;
    }
}
