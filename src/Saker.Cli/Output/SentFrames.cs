using System.Diagnostics.CodeAnalysis;
using Saker.Host.Replay;
using Saker.Stack.Devices;
using Saker.Wire.Captures;

namespace Saker.Cli.Output;

/// <summary>Writes the frames that a host sends to a capture file, where one is wanted.</summary>
internal sealed class SentFrames : IDisposable
{
    private readonly PcapWriter? _pcap;
    private readonly PcapngWriter? _pcapng;
    private readonly Dictionary<NetworkDevice, int> _interfaces = [];

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

    /// <summary>Takes frames; null where nobody wants them.</summary>
    public FrameSender? Sender => _pcap is not null ? (_, time, frame) => _pcap.Write(time, frame)
        : _pcapng is not null ? (device, time, frame) => _pcapng.Write(InterfaceOf(device), time, frame)
        : null;

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

    /// <summary>In pcapng every device is an interface of its own.</summary>
    private int InterfaceOf(NetworkDevice device)
    {
        if (!_interfaces.TryGetValue(device, out int index))
        {
            index = _pcapng!.AddInterface(LinkType.Ethernet, device.Name);
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
