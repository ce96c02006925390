using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Stack.Routing;

/// <summary>Large tables, whose roots and nodes small ones do not have.</summary>
public class PrefixTrieTests
{
    private const int Addresses = 2000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(40_000)]
    public void The_longest_of_many_prefixes_is_found(int count)
    {
        Random random = new(count);
        IPv4Prefix[] prefixes =
        [
            .. Enumerable.Range(0, count)
                .Select(_ => new IPv4Prefix(Address(random), random.Next(IPv4Prefix.MaximumLength + 1)))
                .Distinct()
                .OrderBy(prefix => prefix.Address.Value)
                .ThenBy(prefix => prefix.Length),
        ];
        PrefixTrie trie = new(prefixes);

        for (int i = 0; i < Effort.Inputs(Addresses, 100 * Addresses); i++)
        {
            // Half of the addresses stand at the edge of a prefix.
            IPv4Address address = count == 0 || i % 2 == 0 ? Address(random) : Edge(prefixes[random.Next(prefixes.Length)], random);
            int expected = Longest(prefixes, address);
            Assert.True(expected == trie.Find(address), $"{address}: number {trie.Find(address)} instead of {expected}");
        }
    }

    /// <summary>Addresses in a few networks, so that prefixes lie within each other.</summary>
    private static IPv4Address Address(Random random) =>
        new(((uint)random.Next(16) << 28) | ((uint)random.Next(4) << 20) | (uint)random.Next(1 << 20));

    private static IPv4Address Edge(IPv4Prefix prefix, Random random)
    {
        uint address = random.Next(2) == 0 ? prefix.Address.Value : prefix.LastAddress.Value;
        return new IPv4Address(address + (uint)random.Next(-1, 2));
    }

    private static int Longest(IPv4Prefix[] prefixes, IPv4Address address)
    {
        int longest = 0;
        for (int i = 0; i < prefixes.Length; i++)
        {
            if (prefixes[i].Contains(address) && (longest == 0 || prefixes[i].Length > prefixes[longest - 1].Length))
            {
                longest = i + 1;
            }
        }

        return longest;
    }
}
