using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Saker.Bpf;

/// <summary>A prefix of either family, whose address begins at the highest bit.</summary>
internal readonly record struct FibPrefix(UInt128 Address, int Length)
{
    /// <summary>Bits of the longest one.</summary>
    public const int LongestLength = 128;

    private const int IPv4Length = 4;
    private const int IPv4Shift = 96;

    public static FibPrefix Of(IPNetwork network) => new(KeyOf(network.BaseAddress), network.PrefixLength);

    /// <summary>An address with its first bit as the highest.</summary>
    /// <param name="address">4 or 16 bytes.</param>
    public static UInt128 KeyOf(ReadOnlySpan<byte> address) =>
        address.Length == IPv4Length ? (UInt128)BinaryPrimitives.ReadUInt32BigEndian(address) << IPv4Shift : BinaryPrimitives.ReadUInt128BigEndian(address);

    public static UInt128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return KeyOf(bytes[..length]);
    }

    /// <summary>Writes an address that begins at the highest bit.</summary>
    /// <param name="key">The address.</param>
    /// <param name="address">4 or 16 bytes.</param>
    public static void Write(UInt128 key, Span<byte> address)
    {
        if (address.Length == IPv4Length)
        {
            BinaryPrimitives.WriteUInt32BigEndian(address, (uint)(key >> IPv4Shift));
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(address, key);
        }
    }

    /// <summary>The first bits of an address, the others cleared.</summary>
    public static UInt128 First(UInt128 address, int length) => length == 0 ? 0 : address & (UInt128.MaxValue << (LongestLength - length));

    /// <summary>How many bits an address of a family has.</summary>
    public static int BitsOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? LongestLength : 32;

    public bool Holds(UInt128 address) => First(address, Length) == Address;
}
