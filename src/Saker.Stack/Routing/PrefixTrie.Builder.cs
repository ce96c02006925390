using Saker.Wire;

namespace Saker.Stack.Routing;

/// <content>How it is made.</content>
internal sealed partial class PrefixTrie
{
    /// <summary>Makes nodes of sorted prefixes: what lies in a part of a node stands together in the order, and behind whatever holds all of the part.</summary>
    private sealed class Builder(IPv4Prefix[] prefixes)
    {
        private readonly List<Node> _nodes = [];
        private readonly List<int> _leaves = [];

        public Node[] Nodes => [.. _nodes];

        public int[] Leaves => [.. _leaves];

        public int[] MakeRoot(int bits)
        {
            int[] root = new int[1 << bits];
            Range[] inner = new Range[root.Length];
            Spread(new Range(0, prefixes.Length), 0, bits, 0, root, inner);
            for (int part = 0; part < root.Length; part++)
            {
                if (!inner[part].IsEmpty)
                {
                    int place = _nodes.Count;
                    _nodes.Add(default);
                    MakeNode(place, inner[part], bits, root[part]);
                    root[part] = ~place;
                }
            }

            return root;
        }

        /// <summary>Makes the node of a part.</summary>
        /// <param name="place">Where it is to stand.</param>
        /// <param name="range">The prefixes that lie in the part and are longer than what leads to it.</param>
        /// <param name="depth">How many bits lead to it.</param>
        /// <param name="inherited">The leaf of whatever no prefix in the part holds.</param>
        private void MakeNode(int place, Range range, int depth, int inherited)
        {
            Span<int> leaves = stackalloc int[NodeParts];
            Span<Range> inner = stackalloc Range[NodeParts];
            inner.Clear();
            Spread(range, depth, NodeBits, inherited, leaves, inner);

            ulong children = 0;
            ulong runs = 0;
            int firstChild = _nodes.Count;
            int firstLeaf = _leaves.Count;
            for (int part = 0; part < NodeParts; part++)
            {
                if (!inner[part].IsEmpty)
                {
                    children |= 1UL << part;
                    _nodes.Add(default);
                }
                else if (runs == 0 || leaves[part] != _leaves[^1])
                {
                    runs |= 1UL << part;
                    _leaves.Add(leaves[part]);
                }
            }

            _nodes[place] = new Node(children, runs, firstChild, firstLeaf);
            for (int part = 0; part < NodeParts; part++)
            {
                if (!inner[part].IsEmpty)
                {
                    MakeNode(firstChild++, inner[part], depth + NodeBits, leaves[part]);
                }
            }
        }

        /// <summary>Spreads prefixes over the parts of a node: those that hold whole parts give them their leaf, the others remain for a part's own node.</summary>
        private void Spread(Range range, int depth, int bits, int inherited, Span<int> leaves, Span<Range> inner)
        {
            leaves.Fill(inherited);
            int i = range.First;
            while (i < range.End)
            {
                int part = PartOf(prefixes[i], depth, bits);
                int missing = depth + bits - prefixes[i].Length;
                if (missing >= 0)
                {
                    i++;
                    leaves.Slice(part, 1 << missing).Fill(i);
                    continue;
                }

                int first = i;
                while (i < range.End && PartOf(prefixes[i], depth, bits) == part)
                {
                    i++;
                }

                inner[part] = new Range(first, i);
            }
        }

        private static int PartOf(IPv4Prefix prefix, int depth, int bits) => (int)((ulong)prefix.Address.Value << 32 << depth >> (64 - bits));
    }

    /// <summary>Some prefixes that stand together.</summary>
    private readonly record struct Range(int First, int End)
    {
        public bool IsEmpty => First == End;
    }
}
