using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>IPv4 options, right and wrong (RFC 791, RFC 2113).</summary>
internal static class IpOptionCases
{
    public static IEnumerable<FrameCase> All() => Options().Select(Case);

    /// <summary>Options with a source route, in packets to us and to the next hop.</summary>
    public static IEnumerable<FrameCase> SourceRoutes()
    {
        foreach (var option in Options().Where(option => option.Name.Contains("source route", StringComparison.Ordinal)))
        {
            yield return Case(option);
        }

        byte[] done = [0x83, 7, 8, 10, 0, 0, 9, 0];
        yield return new("bad option from our own address", Frame.IPv4(Frame.Udp(source: "10.0.0.1"), 17, source: "10.0.0.1", options: [7, 2, 0, 0]));
        yield return new("source routed ICMP echo, route done", Frame.IPv4(Frame.Icmp(8), 1, options: done));
        yield return new("source routed datagram to no socket, route done", Frame.IPv4(Frame.Udp(9999), 17, options: done));
        yield return new("source routed TCP SYN to the listener, route done", Frame.IPv4(Frame.Tcp(), 6, options: done));
        yield return new("loose source route to another host", Frame.IPv4(Frame.Udp(destination: "10.0.0.77"), 17, destination: "10.0.0.77", options: [0x83, 7, 4, 10, 0, 0, 2, 0]));
        yield return new("loose source route to us, ethernet broadcast", Frame.IPv4(Frame.Udp(), 17, options: [0x83, 7, 4, 10, 0, 0, 2, 0], to: Frame.Broadcast));
        yield return new("loose source route to us, back to the sender", Frame.IPv4(Frame.Udp(), 17, options: [0x83, 7, 4, 10, 0, 0, 2, 0]));
        yield return new("strict source route to us, back to the sender", Frame.IPv4(Frame.Udp(), 17, options: [0x89, 7, 4, 10, 0, 0, 2, 0]));
        yield return new("loose source route to us, two hops, both ours", Frame.IPv4(Frame.Udp(), 17, options: [0x83, 11, 4, 10, 0, 0, 1, 10, 0, 0, 1, 0]));
        yield return new("loose source route to a broadcast", Frame.IPv4(Frame.Udp(), 17, options: [0x83, 7, 4, 10, 0, 0, 255, 0]));
    }

    private static FrameCase Case((string Name, byte[] Options) option)
    {
        var padded = new byte[(option.Options.Length + 3) / 4 * 4];
        option.Options.CopyTo(padded, 0);
        return new FrameCase("option " + option.Name, Frame.IPv4(Frame.Udp(), 17, options: padded));
    }

    private static IEnumerable<(string Name, byte[] Options)> Options()
    {
        yield return ("end of list", [0]);
        yield return ("end of list, rubbish behind", [0, 7, 0xff, 1]);
        yield return ("no operation", [1, 1, 1, 1]);
        yield return ("no operation, forty", [.. Enumerable.Repeat((byte)1, 40)]);

        yield return ("record route, room for one", [7, 7, 4, 0, 0, 0, 0]);
        yield return ("record route, room for nine", [7, 39, 4, .. new byte[36]]);
        yield return ("record route, full", [7, 7, 8, 1, 2, 3, 4]);
        yield return ("record route, pointer behind the option", [7, 7, 9, 1, 2, 3, 4]);
        yield return ("record route, room for half an address", [7, 5, 4, 0, 0]);
        yield return ("record route, pointer 5", [7, 8, 5, 0, 0, 0, 0, 0]);
        yield return ("record route, pointer 3", [7, 7, 3, 0, 0, 0, 0]);
        yield return ("record route, pointer 0", [7, 7, 0, 0, 0, 0, 0]);
        yield return ("record route, length 3", [7, 3, 4]);
        yield return ("record route, length 2", [7, 2]);
        yield return ("record route twice", [7, 7, 4, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0]);

        yield return ("length 0", [7, 0, 4, 0]);
        yield return ("length 1", [7, 1, 4, 0]);
        yield return ("length beyond the header", [7, 11, 4, 0, 0, 0, 0, 0]);
        yield return ("no length byte", [1, 1, 1, 7]);
        yield return ("unknown", [0x1e, 4, 0, 0]);
        yield return ("unknown, length 2", [0x1e, 2]);
        yield return ("unknown, length 0", [0x1e, 0]);
        yield return ("unknown, copied class", [0x9e, 4, 1, 2]);

        yield return ("loose source route to us, done", [0x83, 7, 8, 10, 0, 0, 9]);
        yield return ("loose source route to us, hops left", [0x83, 7, 4, 10, 0, 0, 9]);
        yield return ("strict source route to us, done", [0x89, 7, 8, 10, 0, 0, 9]);
        yield return ("strict source route to us, hops left", [0x89, 7, 4, 10, 0, 0, 9]);
        yield return ("loose source route, length 2", [0x83, 2]);
        yield return ("loose source route, pointer 3", [0x83, 7, 3, 10, 0, 0, 9]);
        yield return ("loose source route, room for half an address", [0x83, 5, 4, 10, 0]);
        yield return ("loose source route, next hop is us", [0x83, 7, 4, 10, 0, 0, 1]);
        yield return ("loose source route twice", [0x83, 7, 8, 10, 0, 0, 9, 0x83, 7, 8, 10, 0, 0, 9]);
        yield return ("loose and strict source route", [0x83, 7, 8, 10, 0, 0, 9, 0x89, 7, 8, 10, 0, 0, 9]);

        yield return ("timestamp only", [0x44, 8, 5, 0, 0, 0, 0, 0]);
        yield return ("timestamp with addresses", [0x44, 12, 5, 1, .. new byte[8]]);
        yield return ("timestamp prespecified, ours", [0x44, 12, 5, 3, 10, 0, 0, 1, 0, 0, 0, 0]);
        yield return ("timestamp prespecified, another's", [0x44, 12, 5, 3, 10, 0, 0, 9, 0, 0, 0, 0]);
        yield return ("timestamp, full", [0x44, 8, 9, 0, 1, 2, 3, 4]);
        yield return ("timestamp, full and overflow 15", [0x44, 8, 9, 0xf0, 1, 2, 3, 4]);
        yield return ("timestamp, unknown flag", [0x44, 8, 5, 2, 0, 0, 0, 0]);
        yield return ("timestamp, pointer 4", [0x44, 8, 4, 0, 0, 0, 0, 0]);
        yield return ("timestamp, length 3", [0x44, 3, 5]);
        yield return ("timestamp, room for half", [0x44, 6, 5, 0, 0, 0]);
        yield return ("timestamp with addresses, room for half", [0x44, 8, 5, 1, 0, 0, 0, 0]);
        yield return ("timestamp twice", [0x44, 8, 5, 0, 0, 0, 0, 0, 0x44, 8, 5, 0, 0, 0, 0, 0]);

        yield return ("router alert", [0x94, 4, 0, 0]);
        yield return ("router alert, value 1", [0x94, 4, 0, 1]);
        yield return ("router alert, length 3", [0x94, 3, 0]);
        yield return ("router alert, length 6", [0x94, 6, 0, 0, 0, 0]);
        yield return ("security", [0x82, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        yield return ("security, length 2", [0x82, 2]);
        yield return ("stream identifier", [0x88, 4, 0, 1]);
        yield return ("CIPSO", [0x86, 10, 0, 0, 0, 1, 1, 4, 0, 0]);
        yield return ("CIPSO, length 4", [0x86, 4, 0, 0]);
        yield return ("traceroute", [0x52, 12, .. new byte[10]]);
        yield return ("record route and timestamp", [7, 7, 4, 0, 0, 0, 0, 1, 0x44, 8, 5, 0, 0, 0, 0, 0]);
    }
}
