using System.Runtime.InteropServices;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Host.Inference;

/// <summary>Counts who receives frames in a capture.</summary>
/// <param name="Station">The station that receives most frames, among equals the lowest; null: the capture names none.</param>
/// <param name="LinklessAddress">The same by IPv4 address, over the frames that say nothing of the link; 0.0.0.0: there are none.</param>
internal sealed record Census(MacAddress? Station, IPv4Address LinklessAddress)
{
    /// <summary>Reads a capture through.</summary>
    public static Census Take(CaptureReader reader)
    {
        Dictionary<MacAddress, long> stations = [];
        Dictionary<IPv4Address, long> linkless = [];
        while (reader.TryReadNext(out CaptureFrame frame))
        {
            ReadOnlySpan<byte> bytes = frame.BytesWithoutFcs;
            if (!LinkLayer.TryResolve(frame.LinkType, bytes, out LinkLayerInfo info))
            {
                continue;
            }

            if (info.Destination is { IsMulticast: false, IsZero: false } destination)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(stations, destination, out _)++;
            }
            else if (info.PacketType is null
                && info.Destination is null
                && info.Protocol == EtherType.IPv4
                && IPv4View.TryParse(bytes[info.NetworkOffset..], out IPv4View ip)
                && !ip.Destination.IsMulticast
                && !ip.Destination.IsLimitedBroadcast)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(linkless, ip.Destination, out _)++;
            }
        }

        return new Census(
            stations.Count == 0 ? null : Most(stations),
            linkless.Count == 0 ? IPv4Address.Any : Most(linkless));
    }

    private static T Most<T>(Dictionary<T, long> counts)
        where T : struct, IComparable<T> =>
        counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).First().Key;
}
