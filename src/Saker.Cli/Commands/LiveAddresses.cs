using System.Diagnostics.CodeAnalysis;
using Saker.Wire;

namespace Saker.Cli.Commands;

/// <summary>The addresses of <c>saker up</c>: what <c>--address</c> and <c>--gateway</c> say, of both families.</summary>
internal sealed class LiveAddresses
{
    private readonly List<(IPv4Address Address, int Length)> _ipv4 = [];
    private readonly List<(IPv6Address Address, int Length)> _ipv6 = [];

    private LiveAddresses()
    {
    }

    /// <summary>Those of IPv4.</summary>
    public IReadOnlyList<(IPv4Address Address, int Length)> IPv4 => _ipv4;

    /// <summary>Those of IPv6.</summary>
    public IReadOnlyList<(IPv6Address Address, int Length)> IPv6 => _ipv6;

    /// <summary>By whom other networks of IPv4 are reached.</summary>
    public IPv4Address? Gateway { get; private set; }

    /// <summary>By whom other networks of IPv6 are reached.</summary>
    public IPv6Address? IPv6Gateway { get; private set; }

    /// <summary>Reads addresses and gateways.</summary>
    /// <param name="addresses">The addresses with the lengths of their prefixes.</param>
    /// <param name="gateways">The gateways.</param>
    /// <param name="read">What they say.</param>
    /// <param name="fault">What is wrong with them, in one line.</param>
    public static bool TryRead(string[] addresses, string[] gateways, [NotNullWhen(true)] out LiveAddresses? read, out string fault)
    {
        LiveAddresses found = new();
        fault = addresses.Length == 0 ? "--address ADDRESS/LENGTH is missing: the stack answers for its own addresses only."
            : Array.Find(addresses, text => !found.TryAdd(text)) is { } address
                ? $"--address takes a host's address and the length of its prefix, as in 10.0.0.2/24 or fd00::2/64; '{address}' is none."
            : Array.Find(gateways, text => !found.TrySetGateway(text)) is { } gateway
                ? $"--gateway takes an address of a network that an --address is in, one of each family; '{gateway}' is none."
            : string.Empty;
        read = fault.Length == 0 ? found : null;
        return read is not null;
    }

    private bool TryAdd(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !byte.TryParse(parts[1], out byte length) || length == 0)
        {
            return false;
        }

        if (IPv4Address.TryParse(parts[0], null, out IPv4Address ipv4))
        {
            _ipv4.Add((ipv4, length));
            return length <= IPv4Prefix.MaximumLength && !ipv4.IsAny && !ipv4.IsMulticast && !ipv4.IsLoopback && !ipv4.IsLimitedBroadcast;
        }

        bool isIPv6 = IPv6Address.TryParse(parts[0], null, out IPv6Address ipv6);
        _ipv6.Add((ipv6, length));
        return isIPv6 && length <= IPv6Prefix.MaximumLength && !ipv6.IsUnspecified && !ipv6.IsMulticast && !ipv6.IsLoopback && !ipv6.IsV4Mapped;
    }

    private bool TrySetGateway(string text)
    {
        if (IPv4Address.TryParse(text, null, out IPv4Address ipv4))
        {
            bool isFirst = Gateway is null;
            Gateway = ipv4;
            return isFirst && _ipv4.Exists(own => new IPv4Prefix(own.Address, own.Length).Contains(ipv4));
        }

        bool isOnly = IPv6Gateway is null & IPv6Address.TryParse(text, null, out IPv6Address ipv6);
        IPv6Gateway = ipv6;
        return isOnly && (ipv6.IsLinkLocal || _ipv6.Exists(own => new IPv6Prefix(own.Address, own.Length).Contains(ipv6)));
    }
}
