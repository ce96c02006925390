using System.Globalization;
using System.Runtime.InteropServices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.AfXdp;

/// <summary>What this thread may do, and the machine has, of what AF_XDP takes.</summary>
/// <param name="MissingForSockets">Capabilities that are missing to open a socket.</param>
/// <param name="MissingForPrograms">Capabilities that are missing to load and attach a program.</param>
/// <param name="LockableMemory">How many bytes of memory may be locked, which a UMEM is; null: there is no limit (CAP_IPC_LOCK).</param>
/// <param name="SocketError">The <c>errno</c> with which the kernel opens no socket of AF_XDP; 0: it does.</param>
/// <param name="FreeHugePages">Huge pages that nobody has yet.</param>
/// <param name="HugePageSize">Their size in bytes; 0: the kernel has none.</param>
public sealed record XdpRights(
    IReadOnlyList<string> MissingForSockets, IReadOnlyList<string> MissingForPrograms, long? LockableMemory, int SocketError, int FreeHugePages, long HugePageSize)
{
    /// <summary>Finds it out. A socket is opened, and closed at once.</summary>
    public static XdpRights Read()
    {
        Dictionary<string, long> memory = ReadMemory();
        return new(
            Missing(Capabilities.CAP_NET_RAW),
            Missing(Capabilities.CAP_BPF, Capabilities.CAP_NET_ADMIN),
            Missing(Capabilities.CAP_IPC_LOCK).Count == 0 ? null : ReadLimit(),
            TryOpen(),
            (int)memory.GetValueOrDefault("HugePages_Free"),
            memory.GetValueOrDefault("Hugepagesize") * 1024);
    }

    private static List<string> Missing(params IEnumerable<int> wanted) => [.. Capabilities.Missing(wanted).Select(Capabilities.NameOf)];

    private static int TryOpen()
    {
        int descriptor = Libc.socket(XdpSockets.AF_XDP, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        _ = Libc.close(descriptor);
        return 0;
    }

    private static long? ReadLimit()
    {
        const string Line = "Max locked memory";
        string? line = File.ReadLines("/proc/thread-self/limits").FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal));
        string? soft = line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }

    private static Dictionary<string, long> ReadMemory()
    {
        Dictionary<string, long> found = [];
        foreach (string line in File.ReadLines("/proc/meminfo"))
        {
            string[] words = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                found[words[0]] = value;
            }
        }

        return found;
    }
}
