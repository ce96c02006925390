using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>Writes a router's part into the options of a packet that it passes on (<c>ip_forward_options</c>, RFC 1812 section 5.2.4).</summary>
internal sealed class ForwardedOptions
{
    private readonly ForwardingTables _tables;
    private readonly SourceAddresses _sources;

    public ForwardedOptions(ForwardingTables tables, SourceAddresses sources)
    {
        _tables = tables;
        _sources = sources;
    }

    /// <summary>Writes addresses where they are asked for, goes on along a source route, and brings the header's checksum up to date.</summary>
    /// <param name="packet">The packet, its options read and its header writable; its data begins at the IP header.</param>
    /// <param name="device">The device that it leaves by.</param>
    /// <param name="gateway">The gateway; 0.0.0.0: it goes to its destination.</param>
    public void Rewrite(PacketBuffer packet, NetworkDevice device, IPv4Address gateway)
    {
        ref IPv4Control control = ref packet.Control<IPv4Control>();
        int headerLength = IPv4View.FixedLength + control.OptionLength;
        if (packet.LinearLength < headerLength || !IPv4Editor.TryParse(packet.Linear[..headerLength], out IPv4Editor editor))
        {
            return;
        }

        Span<byte> header = packet.Linear[..headerLength];
        bool isChanged = (control.Options & IPv4OptionFlags.Changed) != IPv4OptionFlags.None;
        if ((control.Options & IPv4OptionFlags.RecordRouteNeedsAddress) != IPv4OptionFlags.None)
        {
            // The reader of options has written an address and moved the pointer behind it.
            Span<byte> option = OptionAt(header, control.RecordRoute);
            OurAddress(editor, device, gateway).WriteTo(option[(option[2] - IPv4Address.Size - 1)..]);
            isChanged = true;
        }

        if ((control.Options & IPv4OptionFlags.SourceRouteHit) != IPv4OptionFlags.None)
        {
            isChanged |= FollowSourceRoute(OptionAt(header, control.SourceRoute), control.NextHop, editor, device, gateway);
            if ((control.Options & IPv4OptionFlags.TimestampNeedsAddress) != IPv4OptionFlags.None)
            {
                Span<byte> option = OptionAt(header, control.Timestamp);
                OurAddress(editor, device, gateway).WriteTo(option[(option[2] - (2 * IPv4Address.Size) - 1)..]);
                isChanged = true;
            }
        }

        if (isChanged)
        {
            editor.HeaderChecksum = 0;
            editor.HeaderChecksum = InternetChecksum.Compute(header);
        }
    }

    /// <summary>An option that the reader has found whole.</summary>
    private static Span<byte> OptionAt(Span<byte> header, int offset) => header.Slice(offset, header[offset + 1]);

    /// <summary>Makes the route's next address the destination, and puts ours in its place.</summary>
    private bool FollowSourceRoute(Span<byte> option, IPv4Address next, IPv4Editor editor, NetworkDevice device, IPv4Address gateway)
    {
        for (int pointer = option[2]; pointer + IPv4Address.Size - 1 <= option.Length; pointer += IPv4Address.Size)
        {
            Span<byte> place = option[(pointer - 1)..];
            if (IPv4Address.ReadFrom(place) != next)
            {
                continue;
            }

            editor.Destination = next;
            OurAddress(editor, device, gateway).WriteTo(place);
            option[2] = (byte)(pointer + IPv4Address.Size);
            return true;
        }

        return false;
    }

    /// <summary>The address that we would send from on this way (<c>ip_rt_get_source</c>).</summary>
    private IPv4Address OurAddress(IPv4Editor editor, NetworkDevice device, IPv4Address gateway)
    {
        RouteAnswer answer = _tables.Current.Lookup(new RouteQuery(editor.Destination)
        {
            TypeOfService = (byte)(editor.TypeOfService & 0xfc),
            OutputDevice = device.Index,
        });
        return answer.Found ? _sources.Of(answer) : _sources.Select(device, gateway, RouteScope.Universe);
    }
}
