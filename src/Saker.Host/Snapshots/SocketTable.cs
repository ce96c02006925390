using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Saker.Kernel;
using Saker.Kernel.Netlink;

namespace Saker.Host.Snapshots;

/// <summary>
/// The sockets of <c>/proc/net/{udp,udplite,tcp,raw}{,6}</c> and <c>/proc/net/packet</c>: protocol, local and remote end, state and the device
/// they are bound to. A raw socket's local port is its protocol number, as the kernel shows it; a packet socket's local end is its EtherType.
/// What differs from the usual stands beside it, where the kernel tells: <c>receiveBuffer</c> of a datagram socket, <c>v6only</c>, <c>multicastAll</c>.
/// </summary>
internal static class SocketTable
{
    private static readonly string[] Tables = ["udp", "udp6", "udplite", "udplite6", "tcp", "tcp6", "raw", "raw6"];

    // The order is that of the state numbers in /proc (include/net/tcp_states.h); datagram sockets use ESTABLISHED and CLOSE.
    private static readonly string[] States =
    [
        "", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN",
        "CLOSING", "NEW_SYN_RECV", "BOUND_INACTIVE",
    ];

    public static void Write(Utf8JsonWriter json, string member, string folder)
    {
        var known = KnownFacts();
        var usualBuffer = UsualReceiveBuffer();
        json.WriteStartArray(member);
        foreach (var table in Tables)
        {
            foreach (var fields in Rows(Path.Combine(folder, table)))
            {
                WriteInternetSocket(json, table, fields, known, usualBuffer);
            }
        }

        foreach (var fields in Rows(Path.Combine(folder, "packet")))
        {
            WritePacketSocket(json, fields);
        }

        json.WriteEndArray();
    }

    private static void WriteInternetSocket(Utf8JsonWriter json, string table, string[] fields, IReadOnlyDictionary<uint, SocketFacts> known, uint? usualBuffer)
    {
        const int Local = 1, Remote = 2, State = 3, Inode = 9;
        if (fields.Length <= Inode)
        {
            return;
        }

        var state = int.Parse(fields[State], NumberStyles.HexNumber);
        json.WriteStartObject();
        json.WriteString("protocol", table);
        json.WriteString("local", EndPoint(fields[Local]));
        json.WriteString("remote", EndPoint(fields[Remote]));
        json.WriteString("state", state < States.Length ? States[state] : fields[State]);
        var facts = uint.TryParse(fields[Inode], out var inode) && inode != 0 ? known.GetValueOrDefault(inode) : null;
        json.WriteString("device", facts?.Device);
        if (table.StartsWith("udp", StringComparison.Ordinal) && facts?.ReceiveBuffer is { } buffer && buffer != usualBuffer)
        {
            json.WriteNumber("receiveBuffer", buffer);
        }

        if (facts?.IsIPv6Only is { } only)
        {
            json.WriteBoolean("v6only", only);
        }

        if (facts is { TakesAllGroups: false } && !table.StartsWith("tcp", StringComparison.Ordinal))
        {
            json.WriteBoolean("multicastAll", false);
        }

        json.WriteEndObject();
    }

    private static void WritePacketSocket(Utf8JsonWriter json, string[] fields)
    {
        const int Type = 2, Protocol = 3, Device = 4, Running = 5, Raw = 3;
        if (fields.Length <= Running)
        {
            return;
        }

        var index = int.Parse(fields[Device]);
        json.WriteStartObject();
        json.WriteString("protocol", "packet");
        json.WriteString("local", "0x" + fields[Protocol]);
        json.WriteString("remote", "");
        json.WriteString("state", fields[Running] == "1" ? "RUNNING" : "STOPPED");
        json.WriteString("device", index == 0 ? null : SocketDiagnosis.NameOf((uint)index));
        json.WriteString("type", int.Parse(fields[Type]) == Raw ? "raw" : "dgram");
        json.WriteEndObject();
    }

    /// <summary>Reads <c>0100000A:0035</c>: the address as host-order words, in hexadecimal, and the port.</summary>
    internal static string EndPoint(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        Span<uint> words = stackalloc uint[4];
        var count = colon / 8;
        for (var i = 0; i < count; i++)
        {
            words[i] = uint.Parse(text.AsSpan(i * 8, 8), NumberStyles.HexNumber);
        }

        var address = new IPAddress(MemoryMarshal.AsBytes(words[..count]));
        return new IPEndPoint(address, int.Parse(text.AsSpan(colon + 1), NumberStyles.HexNumber)).ToString();
    }

    private static IEnumerable<string[]> Rows(string path)
        => File.Exists(path)
            ? File.ReadLines(path).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : [];

    /// <summary>What a socket's receive buffer is if nobody has set it (<c>net.core.rmem_default</c>); null: not known.</summary>
    private static uint? UsualReceiveBuffer()
    {
        const string Setting = "/proc/sys/net/core/rmem_default";
        return File.Exists(Setting) && uint.TryParse(File.ReadAllText(Setting).Trim(), out var size) ? size : null;
    }

    private static IReadOnlyDictionary<uint, SocketFacts> KnownFacts()
    {
        try
        {
            return SocketDiagnosis.ByInode();
        }
        catch (KernelException)
        {
            // A kernel without sock_diag: what it would tell is not known.
            return new Dictionary<uint, SocketFacts>();
        }
    }
}
