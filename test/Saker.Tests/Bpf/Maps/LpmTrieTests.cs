using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>Tries with many prefixes, so that their nodes take every shape, against looking at every length.</summary>
public class LpmTrieTests
{
    private const int Seed = 20260606;

    [Theory]
    [InlineData(1, 300)]
    [InlineData(4, 3000)]
    [InlineData(5, 1000)]
    [InlineData(8, 3000)]
    [InlineData(9, 1000)]
    [InlineData(16, 3000)]
    [InlineData(256, 300)]
    public void The_longest_prefix_is_found(int dataSize, int most)
    {
        for (int round = 0; round < Effort.Inputs(2, 100); round++)
        {
            Random random = new(Seed + round);
            using BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.LpmTrie, 4 + (uint)dataSize, 8, (uint)most, MapFlags.NoPreallocation));
            Dictionary<string, ulong> model = new(StringComparer.Ordinal);
            List<byte[]> seen = [new byte[4 + dataSize]];
            for (int i = 0; i < most * 4; i++)
            {
                byte[] key = Key(random, seen, dataSize);
                string name = Name(key);
                if (random.Next(i < most * 2 ? 5 : 2) == 0)
                {
                    Assert.Equal(model.Remove(name) ? BpfError.None : BpfError.NotFound, map.Delete(key));
                }
                else if (model.ContainsKey(name) || model.Count < most)
                {
                    model[name] = (ulong)i;
                    Assert.Equal(BpfError.None, map.Update(key, TestMaps.Value((ulong)i)));
                    seen.Add(key);
                }

                byte[] asked = Key(random, seen, dataSize);
                if (random.Next(4) != 0)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(asked, dataSize * 8);
                }

                Check(map, model, asked, $"{dataSize} bytes, seed {Seed + round}, operation {i}");
            }

            Assert.Equal(model.Count, Count(map));
            foreach (byte[] key in seen)
            {
                Assert.Equal(model.Remove(Name(key)) ? BpfError.None : BpfError.NotFound, map.Delete(key));
            }

            Assert.Equal(0, Count(map));
        }
    }

    private static void Check(BpfMap map, Dictionary<string, ulong> model, byte[] asked, string where)
    {
        ulong? expected = null;
        string all = Name(asked);
        for (int length = all.Length; length >= 0 && expected is null; length--)
        {
            expected = model.TryGetValue(all[..length], out ulong value) ? value : null;
        }

        byte[] found = new byte[8];
        BpfError error = map.Lookup(asked, found);
        ulong? actual = error == BpfError.None ? BinaryPrimitives.ReadUInt64LittleEndian(found) : null;
        Assert.True(expected == actual, $"{where}: {Convert.ToHexString(asked)} is {expected} and was found as {actual}");
    }

    private static int Count(BpfMap map)
    {
        byte[] key = new byte[map.KeySize];
        HashSet<string> met = new(StringComparer.Ordinal);
        for (BpfError error = map.FirstKey(key); error == BpfError.None; error = map.NextKey([.. key], key))
        {
            Assert.True(met.Add(Name(key)));
        }

        return met.Count;
    }

    /// <summary>A prefix of any length, mostly near to one that there was: the same up to some bit.</summary>
    private static byte[] Key(Random random, List<byte[]> seen, int dataSize)
    {
        byte[] key = [.. seen[random.Next(seen.Count)]];
        int bits = dataSize * 8;
        int from = random.Next(3) == 0 ? 0 : random.Next(bits);
        for (int bit = from; bit < bits; bit++)
        {
            if (random.Next(2) == 0)
            {
                key[4 + (bit / 8)] ^= (byte)(0x80 >> (bit % 8));
            }
        }

        BinaryPrimitives.WriteInt32LittleEndian(key, random.Next(20) == 0 ? 0 : random.Next(bits + 1));
        return key;
    }

    private static string Name(byte[] key)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(key);
        return string.Create(length, key, static (text, bytes) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (bytes[4 + (i / 8)] & (0x80 >> (i % 8))) == 0 ? '0' : '1';
            }
        });
    }
}
