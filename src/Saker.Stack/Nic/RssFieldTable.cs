using System.Runtime.CompilerServices;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>What a card hashes of each kind of packet. A value of 64 bits that does not change.</summary>
/// <remarks>Fragments are hashed as their family's <c>ip4</c> or <c>ip6</c> says, since later ones have no ports.</remarks>
public readonly record struct RssFieldTable
{
    private const int BitsPerType = 4;

    private readonly ulong _packed;

    private RssFieldTable(ulong packed) => _packed = packed;

    /// <summary>What the i40e driver sets up: ports of TCP, UDP and SCTP, addresses of all others.</summary>
    public static RssFieldTable Default { get; } = MakeDefault();

    /// <summary>What is hashed of a kind of packet.</summary>
    public RssFields this[RssFlowType type]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (RssFields)(_packed >> ((int)type * BitsPerType)) & RssFields.All;
    }

    /// <summary>The same with another choice for one kind, and for the fragments that follow it.</summary>
    /// <exception cref="ArgumentException">Ports of a kind that has none, or anything of what is not IP.</exception>
    public RssFieldTable With(RssFlowType type, RssFields fields) =>
        CanHash(type, fields) ? Set(type, fields) : throw new ArgumentException($"{type} has no such fields: {fields}.", nameof(fields));

    /// <summary>Whether a kind of packet has the fields.</summary>
    public static bool CanHash(RssFlowType type, RssFields fields) =>
        type is not (RssFlowType.None or RssFlowType.IPv4Fragment or RssFlowType.IPv6Fragment)
        && ((fields & RssFields.Ports) == RssFields.None || new RssFlow(type, default, 0, 0).HasPorts);

    /// <summary>The kind whose setting holds for a kind of packet.</summary>
    internal static RssFlowType Governing(RssFlowType type) => type switch
    {
        RssFlowType.IPv4Fragment => RssFlowType.IPv4,
        RssFlowType.IPv6Fragment => RssFlowType.IPv6,
        _ => type,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        RssFieldTable table = this;
        return string.Join(' ', RssFlowTypeNames.All.Select(type => $"{type.Name()}={RssFieldLetters.Format(table[type])}"));
    }

    private static RssFieldTable MakeDefault()
    {
        RssFieldTable table = default;
        foreach (RssFlowType type in RssFlowTypeNames.All)
        {
            table = table.Set(type, CanHash(type, RssFields.All) ? RssFields.All : RssFields.Addresses);
        }

        return table;
    }

    private RssFieldTable Set(RssFlowType type, RssFields fields)
    {
        RssFieldTable table = SetOne(type, fields);
        return type switch
        {
            RssFlowType.IPv4 => table.SetOne(RssFlowType.IPv4Fragment, fields),
            RssFlowType.IPv6 => table.SetOne(RssFlowType.IPv6Fragment, fields),
            _ => table,
        };
    }

    private RssFieldTable SetOne(RssFlowType type, RssFields fields)
    {
        int shift = (int)type * BitsPerType;
        return new RssFieldTable((_packed & ~((ulong)RssFields.All << shift)) | ((ulong)fields << shift));
    }
}
