using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Saker.Kernel.Devices;
using Saker.Kernel.Netlink;

namespace Saker.Host.Oracle;

/// <summary>
/// Every counter of a network namespace by its name: <c>Ip.InReceives</c>, <c>IpExt.InOctets</c>, <c>Ip6InReceives</c>, <c>dev.rx_packets</c> for the
/// device under test and <c>dev.NAME.rx_packets</c> for others. Create and use it on a thread inside of the namespace.
/// </summary>
internal sealed class CounterTable : IDisposable
{
    private readonly List<SafeFileHandle> _protocolFiles = [];
    private readonly SafeFileHandle? _internet6;
    private readonly LinkStatisticsReader _links = new();
    private readonly List<(string Prefix, int Index)> _devices = [];
    private readonly byte[] _text = new byte[64 * 1024];
    private readonly ulong[] _link = new ulong[LinkStatisticsReader.Names.Count];

    public CounterTable(string device, IEnumerable<string> otherDevices)
    {
        foreach (var file in (string[])["snmp", "netstat"])
        {
            _protocolFiles.Add(File.OpenHandle("/proc/thread-self/net/" + file));
        }

        if (File.Exists("/proc/thread-self/net/snmp6"))
        {
            _internet6 = File.OpenHandle("/proc/thread-self/net/snmp6");
        }

        _devices.Add(("dev.", DeviceName.IndexOf(device)));
        foreach (var other in otherDevices)
        {
            _devices.Add(($"dev.{other}.", DeviceName.IndexOf(other)));
        }
    }

    /// <summary>Reads all counters into <paramref name="values"/>.</summary>
    public void Read(Dictionary<string, long> values)
    {
        foreach (var file in _protocolFiles)
        {
            ReadProtocols(ReadAll(file), values);
        }

        if (_internet6 is not null)
        {
            foreach (var line in ReadAll(_internet6).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                values[fields[0]] = long.Parse(fields[1], CultureInfo.InvariantCulture);
            }
        }

        foreach (var (prefix, index) in _devices)
        {
            _links.Read(index, _link);
            for (var i = 0; i < _link.Length; i++)
            {
                values[prefix + LinkStatisticsReader.Names[i]] = (long)_link[i];
            }
        }
    }

    /// <summary>The counters that moved, in the order of their names.</summary>
    public static SortedDictionary<string, long> Difference(Dictionary<string, long> before, Dictionary<string, long> after)
    {
        var moved = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, value) in after)
        {
            var difference = value - before.GetValueOrDefault(name);
            if (difference != 0)
            {
                moved[name] = difference;
            }
        }

        return moved;
    }

    public void Dispose()
    {
        foreach (var file in _protocolFiles)
        {
            file.Dispose();
        }

        _internet6?.Dispose();
        _links.Dispose();
    }

    // Lines come in pairs: "Ip: Forwarding DefaultTTL …" and "Ip: 2 64 …".
    private static void ReadProtocols(string text, Dictionary<string, long> values)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < lines.Length; i += 2)
        {
            var names = lines[i].Split(' ');
            var numbers = lines[i + 1].Split(' ');
            var protocol = names[0].TrimEnd(':');
            for (var field = 1; field < names.Length; field++)
            {
                values[$"{protocol}.{names[field]}"] = long.Parse(numbers[field], CultureInfo.InvariantCulture);
            }
        }
    }

    private string ReadAll(SafeFileHandle file)
    {
        var length = 0;
        while (RandomAccess.Read(file, _text.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
        }

        return Encoding.ASCII.GetString(_text, 0, length);
    }
}
