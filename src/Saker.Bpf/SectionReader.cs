using System.Buffers.Binary;

namespace Saker.Bpf;

/// <summary>The bytes of one section and the order in which their words lie. Reads do not check: who reads has asked <see cref="Holds"/> before.</summary>
/// <param name="name">How faults call the section.</param>
/// <param name="bytes">The whole section.</param>
/// <param name="isBigEndian">Whether the most significant byte of a word comes first.</param>
internal readonly ref struct SectionReader(string name, ReadOnlySpan<byte> bytes, bool isBigEndian)
{
    public string Name { get; } = name;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public bool IsBigEndian { get; } = isBigEndian;

    public int Length => Bytes.Length;

    /// <summary>Whether so many bytes lie at an offset.</summary>
    public bool Holds(long offset, long length) => offset >= 0 && length >= 0 && offset <= Bytes.Length && length <= Bytes.Length - offset;

    public ushort UInt16(long offset) => IsBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(Bytes[(int)offset..])
        : BinaryPrimitives.ReadUInt16LittleEndian(Bytes[(int)offset..]);

    public uint UInt32(long offset) => IsBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(Bytes[(int)offset..])
        : BinaryPrimitives.ReadUInt32LittleEndian(Bytes[(int)offset..]);

    public ulong UInt64(long offset) => IsBigEndian
        ? BinaryPrimitives.ReadUInt64BigEndian(Bytes[(int)offset..])
        : BinaryPrimitives.ReadUInt64LittleEndian(Bytes[(int)offset..]);

    public ObjectFault Fault(long offset, string message) => new(Name, offset, message);

    /// <summary>The fault that says how much should lie at an offset, and how little there is.</summary>
    public ObjectFault Ends(long offset, long needed, string what) =>
        new(Name, offset, $"{what} needs {needed} bytes here, and the section has {Bytes.Length}");
}
