using System.Buffers.Binary;
using System.Text;
using Saker.Bpf.Btf;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>The type of a value with a spin lock at its ninth byte, which the kernel wants to know before it makes a map of such values.</summary>
internal static class LockedValue
{
    /// <summary>The number of the type of keys.</summary>
    public const uint KeyType = 1;

    /// <summary>The number of the type of values: 24 bytes.</summary>
    public const uint ValueType = 4;

    private const string Names = "\0u32\0u64\0bpf_spin_lock\0val\0value\0first\0lock\0second\0third\0";
    private const uint Integer = 1u << 24;
    private const uint Structure = 4u << 24;

    /// <summary>Loads the types.</summary>
    public static KernelTypes Load()
    {
        uint[] types =
        [
            At("u32"), Integer, 4, 32,
            At("u64"), Integer, 8, 64,
            At("bpf_spin_lock"), Structure | 1, 4, At("val"), 1, 0,
            At("value"), Structure | 4, 24, At("first"), 2, 0, At("lock"), 3, 64, At("second"), 1, 96, At("third"), 2, 128,
        ];
        byte[] section = new byte[24 + (types.Length * 4) + Names.Length];
        uint[] header = [0x0001_EB9F, 24, 0, (uint)types.Length * 4, (uint)types.Length * 4, (uint)Names.Length];
        uint[] words = [.. header, .. types];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(i * 4), words[i]);
        }

        Encoding.ASCII.GetBytes(Names, section.AsSpan(words.Length * 4));
        Assert.True(BtfSpec.TryRead(section, out BtfSpec? spec, out Saker.Bpf.ObjectFault? fault), fault?.ToString());
        Assert.True(KernelTypes.TryLoad(spec, out KernelTypes? loaded, out KernelRefusal? refusal), refusal?.ToString());
        return loaded;
    }

    private static uint At(string name) => (uint)Names.IndexOf($"\0{name}\0", StringComparison.Ordinal) + 1;
}
