using System.Diagnostics.CodeAnalysis;
using Saker.Host.Replay;
using Saker.Wire.Captures;

namespace Saker.Cli.Output;

/// <summary>Writes frames that a host sends, or a program lets pass, to a capture file, where one is wanted.</summary>
internal sealed class SentFrames : IDisposable
{
    private readonly PcapWriter? _pcap;
    private readonly PcapngWriter? _pcapng;
    private readonly Dictionary<string, int> _interfaces = new(StringComparer.Ordinal);

    private SentFrames(Stream? file, bool isPcap)
    {
        if (file is null)
        {
            return;
        }

        if (isPcap)
        {
            _pcap = new PcapWriter(file);
        }
        else
        {
            _pcapng = new PcapngWriter(file, "saker");
        }
    }

    /// <summary>Whether anybody wants them.</summary>
    public bool AreWanted => _pcap is not null || _pcapng is not null;

    /// <summary>Takes frames of devices; null where nobody wants them.</summary>
    public FrameSender? Sender => AreWanted ? (device, time, frame) => Write(device.Name, time, frame) : null;

    /// <summary>Writes a frame.</summary>
    /// <param name="device">The device that sends it: in pcapng each is an interface of its own.</param>
    /// <param name="time">When, in nanoseconds since 1970.</param>
    /// <param name="frame">The frame.</param>
    public void Write(string device, long time, ReadOnlySpan<byte> frame)
    {
        _pcap?.Write(time, frame);
        _pcapng?.Write(InterfaceOf(device), time, frame);
    }

    /// <summary>Creates the file.</summary>
    /// <param name="path">Where; null: nowhere.</param>
    /// <param name="frames">What writes to it.</param>
    /// <param name="fault">Why it cannot be created.</param>
    public static bool TryCreate(string? path, out SentFrames frames, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        frames = new SentFrames(null, isPcap: false);
        if (path is null)
        {
            return true;
        }

        try
        {
            frames = new SentFrames(File.Create(path), path.EndsWith(".pcap", StringComparison.OrdinalIgnoreCase));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = $"{path}: cannot be written: {exception.Message}";
            return false;
        }
    }

    private int InterfaceOf(string device)
    {
        if (!_interfaces.TryGetValue(device, out int index))
        {
            index = _pcapng!.AddInterface(LinkType.Ethernet, device);
            _interfaces[device] = index;
        }

        return index;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pcap?.Dispose();
        _pcapng?.Dispose();
    }
}
