namespace Saker.Stack.Observation;

/// <summary>
/// The ICMP counters by message type. The kernel counts a message once, under its type number, and prints the well-known types a second time under
/// names of their own (<c>IcmpMsg.InType8</c> and <c>Icmp.InEchos</c>). So does Saker: what counts uses the number, what prints asks
/// <see cref="Source"/> where a counter's value stands.
/// </summary>
public static class IcmpTypeCounters
{
    // In the order of the named counters, from ...DestUnreachs on.
    private static ReadOnlySpan<byte> IcmpNamedTypes => [3, 11, 12, 4, 5, 8, 0, 13, 14, 17, 18];
    private static ReadOnlySpan<byte> Icmp6NamedTypes => [1, 2, 3, 4, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 143];

    private static readonly Counter[] Sources = FindSources();

    extension(Counter)
    {
        /// <summary>ICMP messages of this type that came in.</summary>
        public static Counter IcmpMsgInType(byte type) => Counter.IcmpMsgInType0 + type;

        /// <summary>ICMP messages of this type that were sent.</summary>
        public static Counter IcmpMsgOutType(byte type) => Counter.IcmpMsgOutType0 + type;

        /// <summary>ICMPv6 messages of this type that came in.</summary>
        public static Counter Icmp6InType(byte type) => Counter.Icmp6InType0 + type;

        /// <summary>ICMPv6 messages of this type that were sent.</summary>
        public static Counter Icmp6OutType(byte type) => Counter.Icmp6OutType0 + type;
    }

    /// <summary>
    /// The counter that holds this counter's value: itself, except for the ICMP counters with a type's name, whose value is that of the type's number.
    /// </summary>
    public static Counter Source(this Counter counter) => Sources[(int)counter];

    private static Counter[] FindSources()
    {
        var sources = new Counter[CounterNames.Count];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = (Counter)i;
        }

        View(sources, Counter.IcmpInDestUnreachs, Counter.IcmpMsgInType0, IcmpNamedTypes);
        View(sources, Counter.IcmpOutDestUnreachs, Counter.IcmpMsgOutType0, IcmpNamedTypes);
        View(sources, Counter.Icmp6InDestUnreachs, Counter.Icmp6InType0, Icmp6NamedTypes);
        View(sources, Counter.Icmp6OutDestUnreachs, Counter.Icmp6OutType0, Icmp6NamedTypes);
        return sources;
    }

    private static void View(Counter[] sources, Counter firstNamed, Counter typeZero, ReadOnlySpan<byte> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            sources[(int)firstNamed + i] = typeZero + types[i];
        }
    }
}
