using System.Globalization;
using Saker.Host.Hosts;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads the packet sockets among <c>sockets</c>.</summary>
internal static class PacketSocketReader
{
    public static IReadOnlyList<UntoldTap> Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations)
    {
        List<UntoldTap> taps = [];
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Sockets))
        {
            // A socket that is bound to no protocol, or whose device is down, is stopped and sees nothing.
            if (entry.TextOrNothing("protocol") != "packet" || entry.TextOrNothing("state") == "STOPPED")
            {
                continue;
            }

            string text = entry.TextOrNothing("local");
            ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
            if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort protocol))
            {
                entry.FaultValue("local", "no EtherType in hexadecimal");
                break;
            }

            if (protocol != 0 && (!entry.Has("device") || devices.Find(entry, "device") is not null))
            {
                taps.Add(new UntoldTap(devices.Find(entry, "device"), (EtherType)protocol));
            }
        }

        if (taps.Count != 0)
        {
            string count = taps.Count == 1 ? "1 packet socket sees frames" : $"{taps.Count} packet sockets see frames";
            limitations.Add($"sockets: {count}, of which nothing tells the filter: nothing is said to be delivered there");
        }

        return taps;
    }
}
