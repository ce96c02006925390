using System.Runtime.InteropServices;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Inference;

/// <summary>Counts who receives frames in a capture.</summary>
internal sealed class Census
{
    private readonly Dictionary<MacAddress, long> _stations = [];
    private readonly Dictionary<IPv4Address, long> _linkless = [];

    /// <summary>Who receives, after the frames counted up to now.</summary>
    public Receiver Receiver => new(
        _stations.Count == 0 ? null : Most(_stations),
        _linkless.Count == 0 ? IPv4Address.Any : Most(_linkless));

    /// <summary>Counts a frame.</summary>
    public void Count(in CaptureFrame frame)
    {
        ReadOnlySpan<byte> bytes = frame.BytesWithoutFcs;
        if (!LinkLayer.TryResolve(frame.LinkType, bytes, out LinkLayerInfo info))
        {
            return;
        }

        if (info.Destination is { IsMulticast: false, IsZero: false } destination)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_stations, destination, out _)++;
        }
        else if (info.PacketType is null
            && info.Destination is null
            && info.Protocol == EtherType.IPv4
            && IPv4View.TryParse(bytes[info.NetworkOffset..], out IPv4View ip)
            && !ip.Destination.IsMulticast
            && !ip.Destination.IsLimitedBroadcast)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_linkless, ip.Destination, out _)++;
        }
    }

    private static T Most<T>(Dictionary<T, long> counts)
        where T : struct, IComparable<T> =>
        counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).First().Key;
}

/// <summary>Who receives in a capture.</summary>
/// <param name="Station">The station that receives most frames, among equals the lowest; null: the capture names none.</param>
/// <param name="LinklessAddress">The same by IPv4 address, over the frames that say nothing of the link; 0.0.0.0: there are none.</param>
internal sealed record Receiver(MacAddress? Station, IPv4Address LinklessAddress);
