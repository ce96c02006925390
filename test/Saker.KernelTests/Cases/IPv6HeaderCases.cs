using Saker.KernelTests.Oracle;
using static Saker.KernelTests.Oracle.IPv6Frame;

namespace Saker.KernelTests.Cases;

/// <summary>IPv6's fixed header, its addresses, and what follows it.</summary>
internal static class IPv6HeaderCases
{
    public static IEnumerable<FrameCase> All() => [.. Header(), .. Addresses(), .. Ways(), .. Protocols(), .. HopByHop(), .. DestinationOption(), .. OtherHeaders()];

    public static IEnumerable<FrameCase> Header()
    {
        yield return new("IPv6 good", Packet(Echo()));
        yield return new("IPv6 without payload", Packet([]));
        yield return new("IPv6 without payload, no next header", Packet([], NoNext));
        yield return new("IPv6 39 bytes", Packet([])[..(14 + 39)]);
        yield return new("IPv6 7 bytes", Packet([])[..(14 + 7)]);
        yield return new("IPv6 version 4", Packet(Echo(), version: 4));
        yield return new("IPv6 version 0", Packet(Echo(), version: 0));
        yield return new("IPv6 version 15", Packet(Echo(), version: 15));
        yield return new("IPv6 payload length beyond the packet", Packet(Echo(), payloadLength: 17));
        yield return new("IPv6 payload length far beyond the packet", Packet(Echo(), payloadLength: 65535));
        yield return new("IPv6 payload length before the packet's end", Packet(Echo(), payloadLength: 12));
        yield return new("IPv6 payload length 0", Packet(Echo(), payloadLength: 0));
        yield return new("IPv6 padding", Packet(Echo(), padding: 10));
        for (byte ecn = 0; ecn < 4; ecn++)
        {
            yield return new($"IPv6 ECN {ecn}", Packet(Echo(), trafficClass: (byte)(0xb8 | ecn)));
        }

        yield return new("IPv6 flow label", Packet(Echo(), flowLabel: 0x12345));
        yield return new("IPv6 hop limit 0", Packet(Echo(), hopLimit: 0));
        yield return new("IPv6 hop limit 1", Packet(Echo(), hopLimit: 1));
        yield return new("IPv6 three in a row", Packet(Echo()), Packet(Echo(2)), Packet(Echo(3)));
    }

    private static IEnumerable<FrameCase> Addresses()
    {
        yield return new("IPv6 other host's frame", Packet(Echo(), to: "02:00:00:00:00:99"));
        yield return new("IPv6 unicast in a broadcast frame", Packet(Echo(), to: Frame.Broadcast));
        yield return new("IPv6 unicast in a group's frame", Packet(Echo(), to: "33:33:00:00:00:01"));
        yield return new("IPv6 unicast to no socket in a group's frame", Packet(Datagram(9999), Udp, to: "33:33:00:00:00:01"));
        yield return From("::1");
        yield return From("::");
        yield return From("ff02::1");
        yield return From("fd00::1");
        yield return From("fe80::2");
        yield return From("::ffff:10.0.0.2");
        yield return From("::10.0.0.2");
        yield return From("2001:db8::2");
        yield return To("::1");
        yield return To("::");
        yield return To(TargetOnLink);
        yield return To("ff02::1");
        yield return To("ff02::2");
        yield return To("ff01::1");
        yield return To("ff00::1");
        yield return To("ff05::1");
        yield return To("ff0e::1234");
        yield return To("ff02::1:ff00:1");
        yield return To("ff02::1:ff00:2");
        yield return To("::ffff:10.0.0.1");
        yield return new("IPv6 from one on the link to all nodes", Packet(Echo(source: "fe80::2", destination: "ff02::1"), source: "fe80::2", destination: "ff02::1"));
        yield return new("IPv6 from one on the link to another scope", Packet(Echo(source: "fe80::2"), source: "fe80::2"));
        yield return new("IPv6 to the link from another scope", Packet(Echo(destination: TargetOnLink), destination: TargetOnLink));

        static FrameCase From(string source) => new($"IPv6 from {source}", Packet(Echo(source: source), source: source));

        static FrameCase To(string destination) => new($"IPv6 to {destination}", Packet(Echo(destination: destination), destination: destination));
    }

    private static IEnumerable<FrameCase> Ways()
    {
        foreach (var destination in (string[])["fd00::77", "fd01::1", "2001:db8::1", "fd66::1", "fd67::1", "fd68::1", "fe80::77", "fd00::2"])
        {
            yield return new($"IPv6 not ours: {destination}", Packet(Echo(destination: destination), destination: destination));
        }

        yield return new("IPv6 not ours: in a group's frame", Packet(Echo(destination: "fd00::77"), destination: "fd00::77", to: "33:33:00:00:00:01"));
        yield return new("IPv6 no way: in a group's frame", Packet(Echo(destination: "fd01::1"), destination: "fd01::1", to: "33:33:00:00:00:01"));
        yield return new("IPv6 no way: an ICMPv6 error", Packet(Message(1, data: new byte[48], destination: "fd01::1"), destination: "fd01::1"));
        yield return new("IPv6 no way: without a source", Packet(Echo(source: "::", destination: "fd01::1"), source: "::", destination: "fd01::1"));
        yield return new("IPv6 no way: long", Packet(Datagram(53, 1400, destination: "fd01::1"), Udp, destination: "fd01::1"));
    }

    private static IEnumerable<FrameCase> Protocols()
    {
        yield return new("IPv6 protocols ", [.. Enumerable.Range(1, 255).Where(next => next is not (6 or 43 or 44)).Select(next => Packet(new byte[24], (byte)next))]);
        yield return new("IPv6 unknown protocol without payload", Packet([], 253));
        yield return new("IPv6 unknown protocol to a group", Packet(new byte[8], 253, destination: "ff02::1"));
    }

    private static IEnumerable<FrameCase> HopByHop() =>
        OptionCases("hop-by-hop", (options, destination) => Packet([.. options(IcmpV6), .. Echo(destination: destination)], 0, destination: destination))
            .Concat(
            [
                new("IPv6 hop-by-hop: router alert", Packet([.. Options(IcmpV6, 5, 2, 0, 0), .. Echo()], 0)),
                new("IPv6 hop-by-hop: router alert of another length", Packet([.. Options(IcmpV6, 5, 4, 0, 0, 0, 0), .. Echo()], 0)),
                new("IPv6 hop-by-hop: jumbo of a short length", Packet([.. Options(IcmpV6, 0xc2, 4, 0, 0, 0, 16), .. Echo()], 0, payloadLength: 0)),
                new("IPv6 hop-by-hop: jumbo beside a payload length", Packet([.. Options(IcmpV6, 0xc2, 4, 0, 1, 0, 0), .. Echo()], 0)),
                new("IPv6 hop-by-hop: jumbo beyond the packet", Packet([.. Options(IcmpV6, 0xc2, 4, 0, 1, 0, 0), .. Echo()], 0, payloadLength: 0)),
                new("IPv6 hop-by-hop: jumbo of another length", Packet([.. Options(IcmpV6, 0xc2, 2, 0, 1), .. Echo()], 0, payloadLength: 0)),
                new("IPv6 hop-by-hop: jumbo at another place", Packet([.. Options(IcmpV6, 0, 0xc2, 4, 0, 1, 0, 0), .. Echo()], 0, payloadLength: 0)),
                new("IPv6 hop-by-hop: payload length 0", Packet([.. Options(IcmpV6), .. Echo()], 0, payloadLength: 0)),
                new("IPv6 hop-by-hop: twice", Packet([.. Options(0), .. Options(IcmpV6), .. Echo()], 0)),
                new("IPv6 hop-by-hop: behind destination options", Packet([.. Options(0), .. Options(IcmpV6), .. Echo()], DestinationOptions)),
                new("IPv6 hop-by-hop: then destination options", Packet([.. Options(DestinationOptions), .. Options(IcmpV6), .. Echo()], 0)),
                new("IPv6 hop-by-hop: then an unknown protocol", Packet([.. Options(253), .. Echo()], 0)),
            ]);

    private static IEnumerable<FrameCase> DestinationOption() =>
        OptionCases("destination options", (options, destination) => Packet([.. options(IcmpV6), .. Echo(destination: destination)], DestinationOptions, destination: destination))
            .Concat(
            [
                new("IPv6 destination options: twice", Packet([.. Options(DestinationOptions), .. Options(IcmpV6), .. Echo()], DestinationOptions)),
                new("IPv6 destination options: a router alert", Packet([.. Options(IcmpV6, 5, 2, 0, 0), .. Echo()], DestinationOptions)),
                new("IPv6 destination options: then nothing", Packet(Options(NoNext), DestinationOptions)),
                new("IPv6 destination options: then an unknown protocol", Packet([.. Options(253), .. Echo()], DestinationOptions)),
                new("IPv6 destination options: then a datagram", Packet([.. Options(Udp), .. Datagram()], DestinationOptions)),
                new("IPv6 destination options: then a datagram to no socket", Packet([.. Options(Udp), .. Datagram(9999)], DestinationOptions)),
                new("IPv6 destination options: then an ICMPv6 error of unknown option", Packet([.. Options(DestinationOptions), .. Options(IcmpV6, 0x82, 0), .. Message(1, data: new byte[48])], DestinationOptions)),
                new("IPv6 destination options: an unknown option before an ICMPv6 error", Packet([.. Options(IcmpV6, 0x82, 0), .. Message(1, data: new byte[48])], DestinationOptions)),
            ]);

    /// <summary>What is the same of both kinds of options.</summary>
    private static IEnumerable<FrameCase> OptionCases(string kind, Func<Func<byte, byte[]>, string, byte[]> make)
    {
        yield return Case("padding only", next => Options(next));
        yield return Case("six of one byte", next => [next, 0, 0, 0, 0, 0, 0, 0]);
        yield return Case("fourteen of one byte", next => [next, 1, .. new byte[14]]);
        yield return Case("padding that is not zero", next => [next, 0, 1, 4, 0, 0, 1, 0]);
        yield return Case("padding of eight bytes", next => [next, 1, 1, 6, 0, 0, 0, 0, 0, 0, 0x1e, 4, 0, 0, 0, 0]);
        yield return Case("padding of seven bytes", next => [next, 1, 1, 5, 0, 0, 0, 0, 0, 0x1e, 5, 0, 0, 0, 0, 0]);
        yield return Case("padding twice", next => [next, 0, 1, 1, 0, 1, 1, 0]);
        yield return Case("padding twice, of eight bytes", next => [next, 1, 1, 2, 0, 0, 1, 2, 0, 0, 0x1e, 4, 0, 0, 0, 0]);
        yield return Case("an option that goes beyond the header", next => [next, 0, 0x1e, 5, 0, 0, 0, 0]);
        yield return Case("an option's type as the last byte", next => [next, 0, 1, 3, 0, 0, 0, 0x1e]);
        yield return Case("padding that goes beyond the header", next => [next, 0, 1, 5, 0, 0, 0, 0]);
        yield return Case("eight options", next => Options(next, [.. Enumerable.Repeat<byte[]>([0x1e, 0], 8).SelectMany(option => option)]));
        yield return Case("nine options", next => Options(next, [.. Enumerable.Repeat<byte[]>([0x1e, 0], 9).SelectMany(option => option)]));
        foreach (var type in (byte[])[0x1e, 0x5e, 0x9e, 0xde, 0x3e, 0xfe, 0xc9, 0x04, 0x07, 0x31])
        {
            yield return Case($"option {type:x2}", next => Options(next, type, 1, 0));
            yield return Case($"option {type:x2} to a group", next => Options(next, type, 1, 0), "ff02::1");
        }

        yield return Case("a header beyond the packet", next => [next, 20, 1, 4, 0, 0, 0, 0]);
        yield return Case("a header up to the packet's end", next => [next, 2, 1, 4, 0, 0, 0, 0]);
        var whole = make(_ => [NoNext, 0, 1, 4, 0, 0, 0, 0], Target);
        foreach (var length in (int[])[0, 1, 7, 8])
        {
            var cut = whole[..(14 + 40 + length)];
            cut[14 + 5] = (byte)length;
            yield return new($"IPv6 {kind}: {length} bytes", cut);
        }

        FrameCase Case(string name, Func<byte, byte[]> options, string destination = Target) => new($"IPv6 {kind}: {name}", make(options, destination));
    }

    private static IEnumerable<FrameCase> OtherHeaders()
    {
        foreach (var type in (byte[])[0, 1, 2, 5, 253])
        {
            yield return new($"IPv6 routing header {type}, nothing left", Packet([.. RoutingHeader(IcmpV6, type, 0, new byte[20]), .. Echo()], Routing));
            yield return new($"IPv6 routing header {type}, one left", Packet([.. RoutingHeader(IcmpV6, type, 1, new byte[20]), .. Echo()], Routing));
        }

        yield return new("IPv6 routing header of eight bytes", Packet([.. RoutingHeader(IcmpV6, 0, 0, new byte[4]), .. Echo()], Routing));
        yield return new("IPv6 routing header to a group", Packet([.. RoutingHeader(IcmpV6, 0, 0, new byte[4]), .. Echo(destination: "ff02::1")], Routing, destination: "ff02::1"));
        yield return new("IPv6 routing header in a group's frame", Packet([.. RoutingHeader(IcmpV6, 0, 0, new byte[4]), .. Echo()], Routing, to: "33:33:00:00:00:01"));
        yield return new("IPv6 routing header beyond the packet", Packet([IcmpV6, 20, 0, 0, 0, 0, 0, 0], Routing));
        yield return new("IPv6 routing header of seven bytes", Packet([IcmpV6, 0, 0, 0, 0, 0, 0], Routing));
        yield return new("IPv6 routing header, then a fragment header", Packet([.. RoutingHeader(Fragment, 0, 0, new byte[4]), .. FragmentHeader(IcmpV6), .. Echo()], Routing));
        yield return new("IPv6 only fragment", Packet([.. FragmentHeader(IcmpV6), .. Echo()], Fragment));
        yield return new("IPv6 only fragment of a datagram", Packet([.. FragmentHeader(Udp), .. Datagram()], Fragment));
        yield return new("IPv6 only fragment of an unknown protocol", Packet([.. FragmentHeader(253), .. Echo()], Fragment));
        yield return new("IPv6 only fragment twice", Packet([.. FragmentHeader(Fragment), .. FragmentHeader(IcmpV6), .. Echo()], Fragment));
        yield return new("IPv6 fragment header of seven bytes", Packet(FragmentHeader(IcmpV6).AsSpan(0, 7), Fragment));
        yield return new("IPv6 fragment header without payload", Packet(FragmentHeader(IcmpV6), Fragment));
        yield return new("IPv6 only fragment of a solicitation", Packet([.. FragmentHeader(IcmpV6), .. Discovery(135, options: LinkAddress(1))[54..]], Fragment, destination: SolicitedNode(Target), hopLimit: 255));
        yield return new("IPv6 fragments: the first", Packet([.. FragmentHeader(IcmpV6, more: true), .. Echo()], Fragment));
        yield return new("IPv6 fragments: a later one", Packet([.. FragmentHeader(IcmpV6, 8), .. Echo()], Fragment));
        yield return new("IPv6 no next header with payload", Packet(new byte[8], NoNext));
    }
}
