using System.Diagnostics;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Reads objects that are made to cost more than their length, and looks at what they cost: memory in proportion to the length, a stack of a fixed size, time.</summary>
internal static class AdversarialObjects
{
    /// <summary>The kind of a relocation at a call.</summary>
    public const uint Call = 10;

    public static readonly byte[] Exit = [0x95, 0, 0, 0, 0, 0, 0, 0];
    public static readonly byte[] CallFunction = [0x85, 0x10, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];

    private const long MemoryForEachByte = 64, MemoryBeside = 400L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static IEnumerable<byte> Repeat(byte[] bytes, int count) => Enumerable.Repeat(bytes, count).SelectMany(one => one);

    /// <summary>Programs of two slots, each of which calls a function.</summary>
    public static void AddPrograms(ObjectWriter writer, int count, int function, string sectionName)
    {
        int section = writer.Add(sectionName, [.. Repeat([.. CallFunction, .. Exit], count)], ObjectWriter.Executable);
        for (int i = 0; i < count; i++)
        {
            writer.AddFunction("p" + i, section, 16 * i, 16);
        }

        writer.Relocate(section, Enumerable.Range(0, count).Select(i => ((ulong)i * 16, function, Call)));
    }

    /// <summary>A <c>.BTF.ext</c> with one part: functions, lines or relocations.</summary>
    public static byte[] Extension(int part, uint[] words)
    {
        uint[] header = new uint[8];
        header[0] = 0x0001_EB9F;
        header[1] = 32;
        header[3 + (2 * part)] = (uint)words.Length * 4;
        return [.. header.Concat(words).SelectMany(BitConverter.GetBytes)];
    }

    public static ObjectSpec Read(ObjectWriter writer)
    {
        byte[] bytes = writer.ToArray();
        ObjectSpec? spec = null;
        Bounded(bytes.Length, () => Assert.True(BpfObject.TryRead(bytes, out spec, out ObjectFault? fault), fault?.ToString()));
        return spec!;
    }

    public static BtfSpec Read(TypesWriter writer)
    {
        byte[] bytes = writer.ToArray();
        BtfSpec? spec = null;
        Bounded(bytes.Length, () => Assert.True(BtfSpec.TryRead(bytes, out spec, out ObjectFault? fault), fault?.ToString()));
        return spec!;
    }

    public static void AssertRefused(string message, ObjectWriter writer)
    {
        byte[] bytes = writer.ToArray();
        Bounded(bytes.Length, () =>
        {
            Assert.False(BpfObject.TryRead(bytes, out _, out ObjectFault? fault));
            Assert.Contains(message, fault.ToString(), StringComparison.Ordinal);
        });
    }

    public static void AssertRefused(string message, TypesWriter writer)
    {
        byte[] bytes = writer.ToArray();
        Bounded(bytes.Length, () =>
        {
            Assert.False(BtfSpec.TryRead(bytes, out _, out ObjectFault? fault));
            Assert.Contains(message, fault.ToString(), StringComparison.Ordinal);
        });
    }

    /// <summary>Reads on a thread with a small stack, so that what recurses by the object's length is found.</summary>
    public static void Bounded(int length, Action read)
    {
        Exception? thrown = null;
        long allocated = 0;
        Stopwatch time = Stopwatch.StartNew();
        Thread thread = new(
            () =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                thrown = Record.Exception(read);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            },
            maxStackSize: 256 << 10);
        thread.Start();
        Assert.True(thread.Join(Longest), $"it was not read in {Longest}");
        if (thrown is not null)
        {
            throw new Xunit.Sdk.XunitException(thrown.ToString());
        }

        Assert.True(allocated < MemoryBeside + (MemoryForEachByte * length), $"{length} bytes took {allocated >> 20} MiB, {time.Elapsed}");
    }
}
