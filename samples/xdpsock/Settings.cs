using System.Globalization;
using System.Net.NetworkInformation;
using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace XdpSock;

/// <summary>What the command line says, in the letters of the kernel's xdpsock.</summary>
internal sealed class Settings
{
    /// <summary>What there is.</summary>
    public const string Usage = """
        xdpsock -r|-t|-l -i DEV [options]
          -r, -t, -l  receive and drop; transmit only; forward: send back
          -i DEV      the device             -q N      its queue (0)
          -S, -N      the program in front of the stack (generic), or in the driver (native)
          -c, -z      copy, zero-copy        -m        no need_wakeup
          -p          sleep (poll)           -B        busy polling
          -b N        batch (64)             -s BYTES  of a packet sent (64)
          -f BYTES    of a frame (4096)      -u        unaligned frames
          -G MAC      to whom -t sends (ff:ff:ff:ff:ff:ff)
          -H MAC      by whom (02:00:00:00:00:01)
          -M N        sockets of the queue that share its UMEM (1)
          -C N        packets                -d SEC    duration
          -n SEC      interval (1)
        """;

    /// <summary>r, t or l.</summary>
    public char Work { get; private set; }

    public string Device { get; private set; } = "";

    public XdpMode Mode { get; private set; } = XdpMode.Any;

    public bool Sleeps { get; private set; }

    public int Batch { get; private set; } = 64;

    public int PacketLength { get; private set; } = 64;

    /// <summary>The stations of the packet that is sent: to whom, and by whom.</summary>
    public (PhysicalAddress Destination, PhysicalAddress Source) Stations { get; private set; } = (PhysicalAddress.Parse("ff:ff:ff:ff:ff:ff"), PhysicalAddress.Parse("02:00:00:00:00:01"));

    public int Sockets { get; private set; } = 1;

    public long Count { get; private set; } = long.MaxValue;

    public TimeSpan Duration { get; private set; } = TimeSpan.MaxValue;

    public TimeSpan Interval { get; private set; } = TimeSpan.FromSeconds(1);

    public UmemLayout Layout { get; private set; } = new();

    public XdpSocketOptions Socket { get; private set; } = new() { Device = "" };

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It makes no sense; the message says why.</exception>
    public static Settings Read(string[] arguments)
    {
        Settings settings = new();
        Queue<string> words = new(arguments);
        while (words.TryDequeue(out string? word))
        {
            settings.Read(word, words);
        }

        settings.Socket = settings.Socket with { Device = settings.Device };
        return settings.Work == default || settings.Device.Length == 0 ? throw new FormatException("one of -r, -t and -l is wanted, and -i with a device")
            : settings.PacketLength < 14 || settings.PacketLength > settings.Layout.ChunkSize ? throw new FormatException($"a packet has 14 to {settings.Layout.ChunkSize} bytes, not {settings.PacketLength}")
            : settings;
    }

    private void Read(string word, Queue<string> words)
    {
        int Number() => words.TryDequeue(out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number : throw new FormatException($"{word} takes a number from 1");
        PhysicalAddress Station() => words.TryDequeue(out string? text) && PhysicalAddress.TryParse(text, out PhysicalAddress? station) && station.GetAddressBytes().Length == 6
            ? station : throw new FormatException($"{word} takes a station such as 02:00:00:00:00:01");
        switch (word)
        {
            case "-r" or "-t" or "-l": Work = word[1]; break;
            case "-i": Device = words.TryDequeue(out string? device) ? device : throw new FormatException("-i takes a device"); break;
            case "-q": Socket = Socket with { Queue = words.TryPeek(out string? zero) && zero == "0" && words.TryDequeue(out _) ? 0 : Number() }; break;
            case "-S": Mode = XdpMode.Generic; break;
            case "-N": Mode = XdpMode.Native; break;
            case "-c": Socket = Socket with { Copy = XdpCopyMode.Copy }; break;
            case "-z": Socket = Socket with { Copy = XdpCopyMode.ZeroCopy }; break;
            case "-m": Socket = Socket with { UsesNeedWakeup = false }; break;
            case "-B": Socket = Socket with { BusyPolling = new() }; break;
            case "-p": Sleeps = true; break;
            case "-b": Batch = Number(); break;
            case "-s": PacketLength = Number(); break;
            case "-f": Layout = Layout with { ChunkSize = Number() }; break;
            case "-u": Layout = Layout with { IsUnaligned = true }; break;
            case "-G": Stations = Stations with { Destination = Station() }; break;
            case "-H": Stations = Stations with { Source = Station() }; break;
            case "-M": Sockets = Number(); break;
            case "-C": Count = Number(); break;
            case "-d": Duration = TimeSpan.FromSeconds(Number()); break;
            case "-n": Interval = TimeSpan.FromSeconds(Number()); break;
            default: throw new FormatException($"there is no option '{word}'");
        }
    }
}
