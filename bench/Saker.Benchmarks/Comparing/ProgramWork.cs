using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Benchmarks.Comparing;

/// <summary>A program of <c>bench/bpf</c>, and what it is run over.</summary>
/// <param name="Program">Its name.</param>
/// <param name="What">What it does.</param>
/// <param name="Packet">The packet.</param>
/// <param name="Native">Its number in <c>bench/peers/ebpf/native.c</c>; null: it is not there.</param>
internal sealed record ProgramWork(string Program, string What, byte[] Packet, int? Native = null)
{
    public const string Empty = "empty";

    private const int Addresses = 256, AddressesOffset = 64, Prefixes = 1000;
    private const ushort Port = 9000;

    /// <summary>Every work.</summary>
    public static ProgramWork[] All()
    {
        byte[] small = Frames.Udp(64, 40_000, Port)[..64];
        byte[] seeded = Frames.Udp(128, 40_000, Port);
        return
        [
            new("parse", "parse UDP and drop", small),
            new("count", "hash lookup, per-CPU counter", small),
            new("route", $"LPM trie of {Prefixes:N0}, random hits", RoutePacket()),
            new("chain", "1,000 dependent rounds", seeded, 0),
            new("chains", "1,000 rounds in four chains", seeded, 1),
            new("hash", "jhash of 16 words", seeded, 2),
        ];
    }

    /// <summary>Fills an object's maps: the packet's source among others, and the prefixes.</summary>
    public static void Fill(IBpfObject loaded)
    {
        if (loaded.TryFindMap("sources", out IBpfMap? sources))
        {
            FillSources(sources);
        }

        if (loaded.TryFindMap("routes", out IBpfMap? routes))
        {
            FillRoutes(routes);
        }
    }

    private static void FillSources(IBpfMap sources)
    {
        byte[] key = new byte[4];
        for (uint i = 0; i < 512; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(key, Frames.Peer.Value + i);
            Put(sources, key, new byte[8]);
        }
    }

    private static void FillRoutes(IBpfMap routes)
    {
        byte[] prefix = new byte[8];
        byte[] number = new byte[4];
        (uint Address, int Length)[] prefixes = RandomPrefixes();
        for (int i = 0; i < prefixes.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(prefix, prefixes[i].Length);
            BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(4), prefixes[i].Address);
            BinaryPrimitives.WriteInt32LittleEndian(number, i + 1);
            Put(routes, prefix, number);
        }
    }

    private static void Put(IBpfMap map, byte[] key, byte[] value)
    {
        if (map.Update(key, value) is var error && error != BpfError.None)
        {
            throw new InvalidOperationException($"The map '{map.Name}' does not take an entry: {error}.");
        }
    }

    /// <summary>A packet with addresses in it, each within one of the prefixes.</summary>
    private static byte[] RoutePacket()
    {
        byte[] packet = Frames.Udp(AddressesOffset + (4 * Addresses) + 16, 40_000, Port);
        (uint Address, int Length)[] prefixes = RandomPrefixes();
        Random random = new(2);
        for (int i = 0; i < Addresses; i++)
        {
            (uint address, int length) = prefixes[random.Next(prefixes.Length)];
            uint host = (uint)random.NextInt64(1L << 32) & (uint)((1UL << (32 - length)) - 1);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(AddressesOffset + (4 * i)), address | host);
        }

        return packet;
    }

    /// <summary>Prefixes with lengths as a table without a default route has them: more than half are /24.</summary>
    private static (uint Address, int Length)[] RandomPrefixes()
    {
        Random random = new(1);
        HashSet<(uint, int)> prefixes = [];
        while (prefixes.Count < Prefixes)
        {
            int length = random.Next(100) switch { < 58 => 24, < 70 => 23, < 82 => 22, < 96 => random.Next(16, 22), < 98 => random.Next(8, 16), _ => random.Next(25, 33) };
            uint address = (uint)random.NextInt64(0x0100_0000, 0xe000_0000);
            prefixes.Add(((uint)(address & ~((1UL << (32 - length)) - 1)), length));
        }

        return [.. prefixes];
    }
}
