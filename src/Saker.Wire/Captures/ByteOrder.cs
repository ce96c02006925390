using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Wire.Captures;

/// <summary>
/// The byte order of the machine that wrote a capture; pcap and pcapng keep their numbers in it. A position outside of the span throws: callers have
/// checked the length of the record.
/// </summary>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
internal readonly record struct ByteOrder(bool IsBigEndian)
{
    public static ByteOrder Native => new(!BitConverter.IsLittleEndian);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort UInt16(ReadOnlySpan<byte> bytes, int position)
    {
        ushort value = MemoryMarshal.Read<ushort>(bytes[position..]);
        return IsForeign ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint UInt32(ReadOnlySpan<byte> bytes, int position)
    {
        uint value = MemoryMarshal.Read<uint>(bytes[position..]);
        return IsForeign ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong UInt64(ReadOnlySpan<byte> bytes, int position)
    {
        ulong value = MemoryMarshal.Read<ulong>(bytes[position..]);
        return IsForeign ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private bool IsForeign => IsBigEndian == BitConverter.IsLittleEndian;
}
