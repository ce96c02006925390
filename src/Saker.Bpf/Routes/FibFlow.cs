namespace Saker.Bpf;

/// <summary>What rules and tables are asked with (<c>struct flowi4</c>, <c>flowi6</c>). Addresses begin at the highest bit.</summary>
internal readonly record struct FibFlow(UInt128 Destination, UInt128 Source)
{
    private const uint LoopbackDevice = 1;
    private const byte IPv4ServiceBits = 0x1c;
    private const byte IPv6ServiceBits = 0xfc;
    private const int TrafficClassShift = 20;

    public uint InputDevice { get; private init; }

    public uint OutputDevice { get; private init; }

    public uint Mark { get; private init; }

    public byte TypeOfService { get; private init; }

    public byte Transport { get; private init; }

    public ushort SourcePort { get; private init; }

    public ushort DestinationPort { get; private init; }

    /// <summary>Whether rules may ask for the source: not where a packet of IPv6 is sent, whose source may still be chosen.</summary>
    public bool HasSource { get; private init; }

    /// <summary>The device that is preferred where routes of IPv6 are alike.</summary>
    public uint PreferredDevice { get; private init; }

    public static FibFlow Of(FibLookup lookup)
    {
        bool isOutput = (lookup.Flags & FibFlags.Output) != FibFlags.None;
        return new FibFlow(FibPrefix.KeyOf(lookup.Destination), FibPrefix.KeyOf(lookup.Source))
        {
            InputDevice = isOutput ? LoopbackDevice : lookup.Device,
            OutputDevice = isOutput ? lookup.Device : 0,
            PreferredDevice = lookup.Device,
            Mark = (lookup.Flags & FibFlags.Mark) != FibFlags.None ? lookup.Mark : 0,
            TypeOfService = (byte)(lookup.IsIPv6
                ? (System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(lookup.Service) >> TrafficClassShift) & IPv6ServiceBits
                : lookup.Service & IPv4ServiceBits),
            Transport = lookup.Transport,
            SourcePort = lookup.SourcePort,
            DestinationPort = lookup.DestinationPort,
            HasSource = !lookup.IsIPv6 || !isOutput,
        };
    }
}
