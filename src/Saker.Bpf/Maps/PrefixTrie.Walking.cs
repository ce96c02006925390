namespace Saker.Bpf.Maps;

/// <content>The order of prefixes, for user space: by their bits, and what covers others before them.</content>
internal sealed unsafe partial class PrefixTrie
{
    /// <summary>The prefix behind another one; behind one that is not there, or without one, the first.</summary>
    public BpfError Next(byte* key, byte* next)
    {
        int length = key is null ? _mostBits + 1 : *(int*)key;
        WordLock.Enter(Lock);
        byte* found = null;
        bool isThere = false;
        if ((uint)length <= (uint)_mostBits)
        {
            ulong* words = stackalloc ulong[_words];
            LoadPrefix(key, length, words);
            isThere = Locate(words, length).Element is not null;
            found = isThere ? After(*_root, words, length) : null;
        }

        if (!isThere)
        {
            found = First(*_root);
        }

        if (found is not null)
        {
            ValueLayout.Copy(next, found + _layout.KeyOffset, _layout.KeySize);
        }

        WordLock.Exit(Lock);
        return found is null ? BpfError.NotFound : BpfError.None;
    }

    private byte* First(byte* child)
    {
        if (child is null || TrieNode.IsElement(child))
        {
            return child is null ? null : TrieNode.ElementOf(child);
        }

        return *TrieNode.EndOf(child) is not null ? *TrieNode.EndOf(child) : FirstFrom(child, 0, null, 0);
    }

    /// <summary>The first prefix under a child that is behind a given one.</summary>
    private byte* After(byte* child, ulong* words, int length)
    {
        if (child is null)
        {
            return null;
        }

        byte* node = TrieNode.IsElement(child) ? TrieNode.ElementOf(child) : child;
        int ofNode = TrieNode.LengthOf(node);
        bool isAbove = node == child && ofNode <= length && PrefixBits.AreEqual(words, TrieNode.PrefixOf(node), ofNode);
        return isAbove ? FirstFrom(node, PrefixBits.Pick(words, ofNode, TrieNode.BitsOf(node)), words, length)
            : IsBehind(node, words, length) ? First(child)
            : null;
    }

    /// <summary>The first prefix in a node from a slot on that is behind a given one, if one is given.</summary>
    private byte* FirstFrom(byte* node, uint from, ulong* words, int length)
    {
        int bits = TrieNode.BitsOf(node);
        for (uint i = from; i < 1u << bits; i++)
        {
            for (int ofPrefix = FirstStart(i, bits); ofPrefix < bits; ofPrefix++)
            {
                byte* element = *WithinOf(node, i, bits, ofPrefix);
                if (element is not null && (words is null || IsBehind(element, words, length)))
                {
                    return element;
                }
            }

            byte* child = *(byte**)(SlotOf(node, i) + ChildOffset);
            byte* found = words is null ? First(child) : After(child, words, length);
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private bool IsBehind(byte* node, ulong* words, int length) =>
        PrefixBits.Compare(TrieNode.PrefixOf(node), TrieNode.LengthOf(node), words, length, _words) > 0;
}
