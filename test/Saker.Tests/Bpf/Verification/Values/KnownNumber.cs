using System.Numerics;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification.Values;

/// <summary>What is known of a number, with numbers that it may be.</summary>
/// <param name="Value">What is known.</param>
/// <param name="Members">Some that it may be.</param>
internal sealed record KnownNumber(ScalarValue Value, ulong[] Members)
{
    /// <summary>Numbers at which something happens.</summary>
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, int.MaxValue, 0x8000_0000, 0x8000_0001, uint.MaxValue, 0x1_0000_0000, long.MaxValue, 1UL << 63,
        ulong.MaxValue, 0xffff_ffff_0000_0000, 0xffff_ffff_7fff_ffff, 0xffff_ffff_8000_0000, 0xffff_ffff_ffff_ff80, 0xffff_ffff_ffff_8000,
    ];

    /// <summary>
    /// Parts by chance, each of which is true of all members: bits and intervals need not be what other parts let one expect, as they are not in a program either.
    /// </summary>
    public static KnownNumber Next(Random random)
    {
        var members = new ulong[random.Next(1, 5)];
        members[0] = Number(random);
        for (var i = 1; i < members.Length; i++)
        {
            members[i] = random.Next(3) switch
            {
                0 => Number(random),
                1 => members[0] + ((ulong)random.NextInt64() >> random.Next(1, 64)),
                _ => members[0] ^ (1UL << random.Next(64)),
            };
        }

        var agreed = members.Aggregate(TristateNumber.Constant(members[0]), (bits, member) => bits.Union(TristateNumber.Constant(member)));
        var unknown = random.Next(3) == 0 ? ulong.MaxValue : agreed.Mask | ((ulong)random.NextInt64() & (ulong)random.NextInt64() & (ulong)random.NextInt64());
        ScalarDraft draft = new(ScalarValue.Unknown)
        {
            Bits = new(agreed.Value & ~unknown, unknown),
            Unsigned = Around(random, members),
            Signed = Around(random, members.Select(member => (long)member)),
            Unsigned32 = Around(random, members.Select(member => (uint)member)),
            Signed32 = Around(random, members.Select(member => (int)member)),
        };
        return new(random.Next(4) == 0 ? draft.ToValue() : draft.Settle(), members);
    }

    /// <summary>A number, likely at an edge.</summary>
    public static ulong Number(Random random) => random.Next(3) switch
    {
        0 => Edges[random.Next(Edges.Length)],
        1 => Edges[random.Next(Edges.Length)] + (ulong)random.Next(-3, 4),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
    };

    private static Interval<T> Around<T>(Random random, IEnumerable<T> members)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (least, greatest) = (members.Min(), members.Max());
        if (random.Next(3) == 0)
        {
            return Interval<T>.All;
        }

        var room = T.CreateTruncating(Number(random)) >>> 1;
        return new(
            random.Next(2) == 0 || least - T.MinValue < room ? least : least - room,
            random.Next(2) == 0 || T.MaxValue - greatest < room ? greatest : greatest + room);
    }
}
