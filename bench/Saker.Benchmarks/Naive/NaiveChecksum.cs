using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Saker.Benchmarks.Naive;

/// <summary>The Internet checksum as one writes it first, and as one writes it without vectors.</summary>
internal static class NaiveChecksum
{
    /// <summary>Two bytes at a time, as in RFC 1071.</summary>
    public static ushort ByWords(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        int i = 0;
        for (; i + 1 < data.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(data[i..]);
        }

        if (i < data.Length)
        {
            sum += (uint)data[i] << 8;
        }

        while (sum > ushort.MaxValue)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>Eight bytes at a time, with the carry put back.</summary>
    public static ushort ByLongWords(ReadOnlySpan<byte> data)
    {
        ulong sum = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            sum += word;
            sum += sum < word ? 1ul : 0;
        }

        ulong last = 0;
        ReadOnlySpan<byte> rest = data[(words.Length * sizeof(ulong))..];
        for (int i = rest.Length - 1; i >= 0; i--)
        {
            last = (last << 8) | rest[i];
        }

        sum += last;
        sum += sum < last ? 1ul : 0;
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 32) + (uint)sum;
        uint folded = (uint)((sum >> 16) + (sum & 0xffff));
        folded = (folded >> 16) + (folded & 0xffff);
        return BinaryPrimitives.ReverseEndianness((ushort)~folded);
    }
}
