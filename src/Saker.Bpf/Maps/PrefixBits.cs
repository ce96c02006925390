using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>Bits of keys as words of 64, the first bit the most significant: what compares prefixes and picks bits out of them.</summary>
internal static unsafe class PrefixBits
{
    /// <summary>Bits of a word.</summary>
    public const int OfWord = 64;

    /// <summary>The words of a key's bytes; behind the last byte there are zeros.</summary>
    public static void Load(byte* bytes, int size, ulong* words)
    {
        for (; size >= sizeof(ulong); size -= sizeof(ulong), bytes += sizeof(ulong))
        {
            *words++ = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(bytes));
        }

        if (size > 0)
        {
            *words = LoadShort(bytes, size);
        }
    }

    /// <summary>The word of at most 8 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LoadShort(byte* bytes, int size)
    {
        if (size == sizeof(uint))
        {
            return (ulong)BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(bytes)) << 32;
        }

        ulong word = 0;
        Unsafe.CopyBlockUnaligned(&word, bytes, (uint)size);
        return BinaryPrimitives.ReverseEndianness(word);
    }

    /// <summary>Ones for the first bits of a word.</summary>
    public static ulong Mask(int length) => length <= 0 ? 0 : length >= OfWord ? ulong.MaxValue : ulong.MaxValue << (OfWord - length);

    /// <summary>Zeros what is behind a prefix.</summary>
    public static void Trim(ulong* words, int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            words[i] &= Mask(length - (i * OfWord));
        }
    }

    /// <summary>Whether the first bits are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEqual(ulong* left, ulong* right, int length)
    {
        int i = 0;
        for (; length >= OfWord; length -= OfWord, i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return length == 0 || (left[i] ^ right[i]) >> (OfWord - length) == 0;
    }

    /// <summary>How many of the first bits are the same.</summary>
    public static int Common(ulong* left, ulong* right, int length)
    {
        for (int i = 0; i * OfWord < length; i++)
        {
            if (left[i] != right[i])
            {
                return Math.Min(length, (i * OfWord) + BitOperations.LeadingZeroCount(left[i] ^ right[i]));
            }
        }

        return length;
    }

    /// <summary>Some bits as a number; they may reach into the next word.</summary>
    /// <param name="words">The words; behind the last one nothing is read.</param>
    /// <param name="at">The first bit.</param>
    /// <param name="count">How many, at most 32, none of them behind the last word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Pick(ulong* words, int at, int count)
    {
        words += at / OfWord;
        int inWord = at % OfWord;
        ulong bits = *words << inWord;
        if (inWord + count > OfWord)
        {
            bits |= words[1] >> (OfWord - inWord);
        }

        return (uint)(bits >> (OfWord - count));
    }

    /// <summary>The order of prefixes: by their bits, and a prefix before what it covers.</summary>
    public static int Compare(ulong* left, int leftLength, ulong* right, int rightLength, int words)
    {
        for (int i = 0; i < words; i++)
        {
            if (left[i] != right[i])
            {
                return left[i] < right[i] ? -1 : 1;
            }
        }

        return leftLength.CompareTo(rightLength);
    }
}
