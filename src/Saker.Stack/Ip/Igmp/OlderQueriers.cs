using Saker.Stack.Devices;

namespace Saker.Stack.Ip.Igmp;

/// <summary>On which links a querier of IGMP version 1 or 2 was heard of late (RFC 3376 section 7.2.1). Of one CPU.</summary>
internal sealed class OlderQueriers
{
    /// <summary>
    /// How long one is remembered: robustness (2) times query interval (125 s) and one response interval (10 s), their defaults (RFC 3376 section 8.12).
    /// </summary>
    private const long Timeout = 260_000_000_000;

    private readonly Dictionary<int, long> _presentUntil;

    public OlderQueriers(DeviceTable devices) => _presentUntil = devices.All.ToDictionary(device => device.Index, _ => long.MinValue);

    /// <summary>A query of an older version has come.</summary>
    public void Note(NetworkDevice device, long now) => _presentUntil[device.Index] = now + Timeout;

    /// <summary>Whether the link's queries are read as those of an older version, be it by force (<c>force_igmp_version</c>).</summary>
    public bool IsPresent(NetworkDevice device, long now) =>
        device.IPv4 is { Settings.ForceIgmpVersion: 1 or 2 } || now < _presentUntil[device.Index];
}
