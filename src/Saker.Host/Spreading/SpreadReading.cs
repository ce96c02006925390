using Saker.Host.Hosts;
using Saker.Host.Replay;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Spreading;

/// <summary>Gathers the frames of a capture that a host's device receives.</summary>
public static class SpreadReading
{
    /// <summary>Reads a capture to its end, or to its fault (<see cref="CaptureReader.Fault"/>).</summary>
    /// <param name="reader">The capture.</param>
    /// <param name="host">The host.</param>
    /// <param name="device">Its device.</param>
    /// <param name="card">The card's settings.</param>
    /// <param name="everything">Whether frames that the device's own station sent are received, too.</param>
    public static FlowTally Read(CaptureReader reader, HostConfiguration host, NetworkDevice device, CardSettings card, bool everything)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(device);
        EthernetFrames frames = new() { HostAddress = host.LinklessAddress };
        FlowTally tally = new(card);
        while (reader.TryReadNext(out CaptureFrame frame))
        {
            if (frames.TryMake(frame, device.Address, out ReadOnlySpan<byte> bytes)
                && (everything || !EthernetView.TryParse(bytes, out EthernetView ethernet) || ethernet.Source != device.Address))
            {
                tally.Add(bytes, Math.Max(frame.OriginalLength - frame.FcsLength, bytes.Length));
            }
        }

        return tally;
    }
}
