using System.Buffers.Binary;
using System.Text;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>Answers extended echo requests, which ask for the state of an interface (<c>icmp_build_probe</c>, RFC 8335).</summary>
internal sealed class IcmpProbe
{
    private const int ExtensionHeaderLength = 4;
    private const int ObjectHeaderLength = 4;
    private const int LongestObject = 24;
    private const int LongestName = 16;
    private const int AddressHeaderLength = 4;
    private const byte ByName = 1;
    private const byte ByIndex = 2;
    private const byte ByAddress = 3;
    private const ushort FamilyIPv4 = 1;
    private const ushort FamilyIPv6 = 2;
    private const uint IsActive = 4;
    private const uint HasIPv4 = 2;

    private readonly DeviceTable _devices;
    private readonly ForwardingTables _tables;

    public IcmpProbe(DeviceTable devices, ForwardingTables tables)
    {
        _devices = devices;
        _tables = tables;
    }

    /// <summary>Makes the reply's header. The packet's data begins behind the ICMP header.</summary>
    /// <returns>False if the request is about another node's interfaces: nobody answers then.</returns>
    public bool TryAnswer(PacketBuffer packet, in IcmpV4Header request, out IcmpV4Header reply)
    {
        reply = request with { Type = IcmpV4Type.ExtendedEchoReply, RestOfHeader = request.RestOfHeader & 0xffff_ff00 };
        if ((request.RestOfHeader & 1) == 0)
        {
            return false;
        }

        IcmpV4ExtendedEchoReplyCode code = Find(packet, out NetworkDevice? device);
        if (code != IcmpV4ExtendedEchoReplyCode.NoError)
        {
            reply = reply with { Code = (byte)code };
            return true;
        }

        uint state = (device!.Has(DeviceFlags.Up) ? IsActive : 0) | (device.IPv4 is { Addresses.Count: > 0 } ? HasIPv4 : 0);
        reply = reply with { RestOfHeader = reply.RestOfHeader | state };
        return true;
    }

    /// <summary>Finds the interface that the request's object names (RFC 8335 section 2.1).</summary>
    private IcmpV4ExtendedEchoReplyCode Find(PacketBuffer packet, out NetworkDevice? device)
    {
        device = null;
        Span<byte> bytes = stackalloc byte[ExtensionHeaderLength + LongestObject];
        int there = packet.CopyTo(0, bytes) - ExtensionHeaderLength;
        if (there < ObjectHeaderLength)
        {
            return IcmpV4ExtendedEchoReplyCode.MalformedQuery;
        }

        ReadOnlySpan<byte> query = bytes[ExtensionHeaderLength..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(query);
        if (length is <= ObjectHeaderLength or > LongestObject || length > there)
        {
            return IcmpV4ExtendedEchoReplyCode.MalformedQuery;
        }

        ReadOnlySpan<byte> identity = query[ObjectHeaderLength..length];
        bool isWellFormed = query[3] switch
        {
            ByName => TryFindName(identity, out device),
            ByIndex => TryFindIndex(identity, out device),
            ByAddress => TryFindAddress(identity, out device),
            _ => false,
        };
        return !isWellFormed ? IcmpV4ExtendedEchoReplyCode.MalformedQuery
            : device is null ? IcmpV4ExtendedEchoReplyCode.NoSuchInterface
            : IcmpV4ExtendedEchoReplyCode.NoError;
    }

    private bool TryFindName(ReadOnlySpan<byte> identity, out NetworkDevice? device)
    {
        device = null;
        if (identity.Length >= LongestName)
        {
            return false;
        }

        Span<char> name = stackalloc char[LongestName];
        int end = identity.IndexOf((byte)0);
        name = name[..Encoding.Latin1.GetChars(end < 0 ? identity : identity[..end], name)];
        foreach (NetworkDevice candidate in _devices.Span)
        {
            if (name.SequenceEqual(candidate.Name))
            {
                device = candidate;
            }
        }

        return true;
    }

    private bool TryFindIndex(ReadOnlySpan<byte> identity, out NetworkDevice? device)
    {
        device = null;
        if (identity.Length != sizeof(uint))
        {
            return false;
        }

        uint index = BinaryPrimitives.ReadUInt32BigEndian(identity);
        foreach (NetworkDevice candidate in _devices.Span)
        {
            if ((uint)candidate.Index == index)
            {
                device = candidate;
            }
        }

        return true;
    }

    private bool TryFindAddress(ReadOnlySpan<byte> identity, out NetworkDevice? device)
    {
        device = null;
        if (identity.Length < AddressHeaderLength || identity.Length != AddressHeaderLength + identity[2])
        {
            return false;
        }

        ReadOnlySpan<byte> address = identity[AddressHeaderLength..];
        switch (BinaryPrimitives.ReadUInt16BigEndian(identity))
        {
            case FamilyIPv4 when address.Length == IPv4Address.Size:
                device = _tables.Current.DeviceOf(IPv4Address.ReadFrom(address));
                return true;

            // Addresses of IPv6 are not known yet.
            case FamilyIPv6 when address.Length == IPv6Address.Size:
                return true;
            default:
                return false;
        }
    }
}
