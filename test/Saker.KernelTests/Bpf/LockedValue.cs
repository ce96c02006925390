using Saker.Bpf.Btf;
using Saker.Kernel;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Elf;

namespace Saker.KernelTests.Bpf;

/// <summary>The type of a value with a spin lock at its ninth byte, which the kernel wants to know before it makes a map of such values.</summary>
internal static class LockedValue
{
    /// <summary>The number of the type of keys.</summary>
    public const uint KeyType = 1;

    /// <summary>The number of a type of keys of 8 bytes.</summary>
    public const uint LongKeyType = 2;

    /// <summary>The number of the type of values: 24 bytes.</summary>
    public const uint ValueType = 4;

    /// <summary>Loads the types.</summary>
    public static KernelTypes Load()
    {
        Assert.True(BtfSpec.TryRead(LockedTypes.Write("between others", out uint type), out BtfSpec? spec, out Saker.Bpf.ObjectFault? fault), fault?.ToString());
        Assert.Equal(ValueType, type);
        Assert.True(KernelTypes.TryLoad(spec, out KernelTypes? loaded, out KernelRefusal? refusal), refusal?.ToString());
        return loaded;
    }
}
