using System.Numerics;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// Finds the longest of many IPv4 prefixes that holds an address. Immutable: made whole, read without locks.
/// </summary>
/// <remarks>
/// A table over the first bits, and behind it nodes of six bits each, in which two 64-bit maps say which of the 64 parts have a node of their own and where a
/// run of equal leaves begins: counting bits finds both, so that a node takes 24 bytes, and neighbouring parts with the same prefix four together
/// (Asai and Ohara, "Poptrie", SIGCOMM 2015).
/// </remarks>
internal sealed partial class PrefixTrie
{
    private const int FewestRootBits = 8;
    private const int MostRootBits = 18;
    private const int NodeBits = 6;
    private const int NodeParts = 1 << NodeBits;

    /// <summary>By the first bits: a leaf, or the complement of a node's place.</summary>
    private readonly int[] _root;
    private readonly int _rootBits;
    private readonly Node[] _nodes;

    /// <summary>What a lookup finds: a prefix's place counted from one, or zero.</summary>
    private readonly int[] _leaves;

    /// <param name="prefixes">The prefixes, each once, by address and among equal addresses by length.</param>
    public PrefixTrie(IPv4Prefix[] prefixes)
    {
        _rootBits = Math.Clamp(BitOperations.Log2((uint)prefixes.Length + 1) + 4, FewestRootBits, MostRootBits);
        Builder builder = new(prefixes);
        _root = builder.MakeRoot(_rootBits);
        _nodes = builder.Nodes;
        _leaves = builder.Leaves;
    }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Size => (sizeof(int) * ((long)_root.Length + _leaves.Length)) + ((long)_nodes.Length * Node.Size);

    /// <summary>Finds the longest prefix that holds an address: its place among those given, counted from one; 0: none does.</summary>
    public int Find(IPv4Address address)
    {
        int entry = _root[address.Value >> (IPv4Prefix.MaximumLength - _rootBits)];
        if (entry >= 0)
        {
            return entry;
        }

        // The bits that are left begin at the top; behind the address's last come zeros.
        ulong rest = (ulong)address.Value << (IPv4Prefix.MaximumLength + _rootBits);
        Node[] nodes = _nodes;
        int index = ~entry;
        while (true)
        {
            ref readonly Node node = ref nodes[index];
            ulong part = 1UL << (int)(rest >> (64 - NodeBits));
            if ((node.Children & part) == 0)
            {
                return _leaves[node.FirstLeaf + BitOperations.PopCount(node.Runs & ((part - 1) | part)) - 1];
            }

            index = node.FirstChild + BitOperations.PopCount(node.Children & (part - 1));
            rest <<= NodeBits;
        }
    }

    /// <summary>Six bits of the way.</summary>
    /// <param name="Children">Which parts have a node of their own.</param>
    /// <param name="Runs">At which parts another leaf begins than the parts before it had.</param>
    /// <param name="FirstChild">Where the nodes of its parts begin.</param>
    /// <param name="FirstLeaf">Where its leaves begin.</param>
    private readonly record struct Node(ulong Children, ulong Runs, int FirstChild, int FirstLeaf)
    {
        public const int Size = (2 * sizeof(ulong)) + (2 * sizeof(int));
    }
}
