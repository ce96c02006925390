using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>
/// Keys that drivers are known to begin with, by name. Linux itself draws a random one at boot for nearly every driver (<c>netdev_rss_key_fill</c>):
/// what <c>ethtool -x</c> prints is the key in force; these stand for drivers that do not ask it.
/// </summary>
public static class RssKeys
{
    // Drivers write these keys to registers of 32 bits, whose lowest octet is the key's next.
    private static readonly uint[] I40eOfDpdk =
    [
        0x6b793944, 0x23504cb5, 0x5bea75b6, 0x309f4f12, 0x3dc0a2b8, 0x024ddcdf, 0x339b8ca0, 0x4c4af64a, 0x34fac605, 0x55d85839, 0x3a58997d, 0x2ec938e1, 0x66031581,
    ];

    private static readonly uint[] I40eOfOld =
    [
        0x41b01687, 0x183cfd8c, 0xce880440, 0x580cbc3c, 0x35897377, 0x328b25e1, 0x4fa98922, 0xb7d90c14, 0xd5bad70d, 0xcd15a2c1, 0xe8580225, 0x4a1e9d11, 0xfe5731be,
    ];

    private static readonly uint[] IxgbeOfOld =
    [
        0xe291d73d, 0x1805ec6c, 0x2a94b30d, 0xa54f2bec, 0xea49af7c, 0xe214ad3d, 0xb855aabe, 0x6a3e67ea, 0x14364d17, 0x3bed200d,
    ];

    private static readonly byte[] Mellanox =
    [
        0x2c, 0xc6, 0x81, 0xd1, 0x5b, 0xdb, 0xf4, 0xf7, 0xfc, 0xa2, 0x83, 0x19, 0xdb, 0x1a, 0x3e, 0x94, 0x6b, 0x9e, 0x38, 0xd9,
        0x2c, 0x9c, 0x03, 0xd1, 0xad, 0x99, 0x44, 0xa7, 0xd9, 0x56, 0x3d, 0x59, 0x06, 0x3c, 0x25, 0xf3, 0xfc, 0x1f, 0xdc, 0x2a,
    ];

    /// <summary>The keys, with what they are known from.</summary>
    public static IReadOnlyList<RssKeyName> All { get; } =
    [
        new("microsoft", "Microsoft's verification suite", ToeplitzKey.Verification),
        new("symmetric", "6d:5a repeated, which gives both directions of a flow one hash", ToeplitzKey.Symmetric),
        new("symmetric-52", "the same for cards with 52 octets", ToeplitzKey.Repeat(0x6d, 0x5a, ToeplitzKey.ExtendedLength)),
        new("i40e", "i40e in DPDK", FromRegisters(I40eOfDpdk)),
        new("i40e-old", "i40e in Linux before it drew keys", FromRegisters(I40eOfOld)),
        new("ixgbe-old", "ixgbe in Linux before it drew keys", FromRegisters(IxgbeOfOld)),
        new("mlx5", "mlx5 in DPDK and vDPA, Azure's netvsc and mana in DPDK", new ToeplitzKey(Mellanox)),
    ];

    /// <summary>Finds a key: by its name, as <c>random</c> or <c>random:SEED</c> (40 octets), or by its octets with colons between them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">The key.</param>
    /// <param name="fault">What is wrong with the text, in one line; empty if nothing is.</param>
    public static bool TryFind(string text, [NotNullWhen(true)] out ToeplitzKey? key, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Random = "random";
        int seed = 0;
        key = All.FirstOrDefault(known => known.Name == text)?.Key;
        if (key is null && (text == Random || (text.StartsWith(Random + ":", StringComparison.Ordinal) && int.TryParse(text[(Random.Length + 1)..], out seed))))
        {
            key = ToeplitzKey.FromSeed(seed);
        }

        if (key is null && !ToeplitzKey.TryParse(text, null, out key))
        {
            fault = $"'{text}' is no key; give {string.Join(", ", All.Select(known => known.Name))}, random:SEED, or at least {ToeplitzKey.UsualLength} octets as ethtool -x prints them.";
            return false;
        }

        fault = string.Empty;
        return true;
    }

    private static ToeplitzKey FromRegisters(uint[] registers)
    {
        byte[] octets = new byte[registers.Length * sizeof(uint)];
        for (int i = 0; i < registers.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(i * sizeof(uint)), registers[i]);
        }

        return new ToeplitzKey(octets);
    }
}

/// <summary>A key that has a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Origin">What it is known from.</param>
/// <param name="Key">The key.</param>
public sealed record RssKeyName(string Name, string Origin, ToeplitzKey Key);
