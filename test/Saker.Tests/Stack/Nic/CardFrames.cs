using Saker.Wire;

namespace Saker.Tests.Stack.Nic;

/// <summary>Frames for a card: their checksums are not looked at.</summary>
internal static class CardFrames
{
    /// <summary>A frame with 64 octets behind its network header, which begin with the ports.</summary>
    public static byte[] Make(IPProtocol protocol, string source, ushort sourcePort, string destination, ushort destinationPort, params ReadOnlySpan<ushort> vlans)
    {
        List<byte> frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
        foreach (ushort vlan in vlans)
        {
            frame.AddRange([0x81, 0, (byte)(vlan >> 8), (byte)vlan]);
        }

        if (source.Contains(':', StringComparison.Ordinal))
        {
            frame.AddRange([0x86, 0xdd, 0x60, 0, 0, 0, 0, 64, (byte)protocol, 64]);
            Add(IPv6Address.Parse(source).WriteTo, 16);
            Add(IPv6Address.Parse(destination).WriteTo, 16);
        }
        else
        {
            frame.AddRange([8, 0, 0x45, 0, 0, 84, 0, 0, 0, 0, 64, (byte)protocol, 0, 0]);
            Add(IPv4Address.Parse(source).WriteTo, 4);
            Add(IPv4Address.Parse(destination).WriteTo, 4);
        }

        frame.AddRange([(byte)(sourcePort >> 8), (byte)sourcePort, (byte)(destinationPort >> 8), (byte)destinationPort]);
        frame.AddRange(Enumerable.Range(0, 60).Select(i => (byte)(i == 8 && protocol == IPProtocol.Tcp ? 0x50 : i)));
        return [.. frame];

        void Add(Writer write, int length)
        {
            byte[] bytes = new byte[length];
            write(bytes);
            frame.AddRange(bytes);
        }
    }

    /// <summary>A frame of any kind that a card knows, and a few that it does not.</summary>
    public static byte[] Random(Random random)
    {
        var protocols = (IPProtocol[])[IPProtocol.Tcp, IPProtocol.Udp, IPProtocol.Sctp, IPProtocol.AuthenticationHeader, IPProtocol.Esp, IPProtocol.Gre, IPProtocol.HopByHop,
            IPProtocol.DestinationOptions, IPProtocol.Fragment, IPProtocol.IcmpV6];
        ushort[] vlans = new ushort[random.Next(4)];
        (string source, string destination) = Addresses(random);
        byte[] frame = Make(protocols[random.Next(protocols.Length)], source, (ushort)random.Next(65536), destination, (ushort)random.Next(65536), vlans);
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            frame[12 + random.Next(40)] = (byte)random.Next(256);
        }

        return frame;
    }

    /// <summary>Two frames of one flow, one in each direction.</summary>
    public static (byte[] There, byte[] Back) BothDirections(Random random)
    {
        IPProtocol protocol = random.Next(2) == 0 ? IPProtocol.Tcp : IPProtocol.Udp;
        (string source, string destination) = Addresses(random);
        (ushort from, ushort to) = ((ushort)random.Next(65536), (ushort)random.Next(65536));
        return (Make(protocol, source, from, destination, to), Make(protocol, destination, to, source, from));
    }

    private static (string Source, string Destination) Addresses(Random random)
    {
        byte[] octets = new byte[32];
        random.NextBytes(octets);
        return random.Next(2) == 0
            ? (IPv4Address.ReadFrom(octets).ToString(), IPv4Address.ReadFrom(octets.AsSpan(4)).ToString())
            : (IPv6Address.ReadFrom(octets).ToString(), IPv6Address.ReadFrom(octets.AsSpan(16)).ToString());
    }

    private delegate void Writer(Span<byte> destination);
}
