using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Benchmarks.Comparing;

/// <summary>The longest prefix of many. The prefixes are random, with lengths as a default-free routing table has them: more than half are /24.</summary>
internal static class RouteContests
{
    private const int Addresses = 1 << 16;

    public static IEnumerable<Contest> Lookup()
    {
        foreach (int count in (int[])[10, 1000, 1_000_000])
        {
            IPv4Prefix[] prefixes = Prefixes(count);
            PrefixTrie trie = new(prefixes);
            Dictionary<uint, int>[] byLength = ByLength(prefixes);
            Random random = new(2);
            IPv4Address[] addresses = [.. Enumerable.Range(0, Addresses).Select(_ => new IPv4Address((uint)random.NextInt64(1L << 32)))];
            yield return new Contest(
                $"longest prefix of {count:N0}, {trie.Size / 1024:N0} KiB",
                "a hash table a length",
                runs => Sum(runs, i => Find(byLength, addresses[i & (Addresses - 1)])),
                runs =>
                {
                    long sum = 0;
                    for (int i = 0; i < runs; i++)
                    {
                        sum += trie.Find(addresses[i & (Addresses - 1)]);
                    }

                    return sum;
                });
        }
    }

    private static IPv4Prefix[] Prefixes(int count)
    {
        Random random = new(1);
        HashSet<IPv4Prefix> prefixes = [];
        while (prefixes.Count < count)
        {
            int length = random.Next(100) switch { < 58 => 24, < 70 => 23, < 82 => 22, < 96 => random.Next(16, 22), < 98 => random.Next(8, 16), _ => random.Next(25, 33) };
            prefixes.Add(new IPv4Prefix(new IPv4Address((uint)random.NextInt64(0x0100_0000, 0xe000_0000)), length));
        }

        return [.. prefixes.OrderBy(prefix => prefix.Address.Value).ThenBy(prefix => prefix.Length)];
    }

    private static Dictionary<uint, int>[] ByLength(IPv4Prefix[] prefixes)
    {
        Dictionary<uint, int>[] byLength = [.. Enumerable.Range(0, IPv4Prefix.MaximumLength + 1).Select(_ => new Dictionary<uint, int>())];
        for (int i = 0; i < prefixes.Length; i++)
        {
            byLength[prefixes[i].Length].Add(prefixes[i].Address.Value, i + 1);
        }

        return byLength;
    }

    private static int Find(Dictionary<uint, int>[] byLength, IPv4Address address)
    {
        for (int length = byLength.Length - 1; length >= 0; length--)
        {
            if (byLength[length].Count != 0 && byLength[length].TryGetValue(new IPv4Prefix(address, length).Address.Value, out int found))
            {
                return found;
            }
        }

        return 0;
    }

    private static long Sum(int runs, Func<int, int> find)
    {
        long sum = 0;
        for (int i = 0; i < runs; i++)
        {
            sum += find(i);
        }

        return sum;
    }
}
