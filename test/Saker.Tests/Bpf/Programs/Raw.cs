using System.Buffers.Binary;
using System.Net;

namespace Saker.Tests.Bpf.Programs;

/// <summary>Bytes of keys and values as programs lay them out.</summary>
internal static class Raw
{
    /// <summary>
    /// Puts parts one behind the other: numbers in the machine's order and with as many bytes as their type has, addresses as text in network order, bytes as they are.
    /// </summary>
    public static byte[] Of(params object[] parts) => [.. parts.SelectMany(Bytes)];

    /// <summary>A number of 16 bits in network order.</summary>
    public static byte[] Network(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A number of 32 bits in network order.</summary>
    public static byte[] Network(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(object part) => part switch
    {
        byte value => [value],
        ushort value => BitConverter.GetBytes(value),
        uint value => BitConverter.GetBytes(value),
        int value => BitConverter.GetBytes(value),
        ulong value => BitConverter.GetBytes(value),
        string address => IPAddress.Parse(address).GetAddressBytes(),
        byte[] bytes => bytes,
        _ => throw new ArgumentException($"There are no bytes of {part}.", nameof(part)),
    };
}
