using System.Buffers.Binary;

namespace Saker.Bpf.Interpretation;

/// <summary>An operation of one register.</summary>
internal interface IUnary
{
    static abstract ulong Of(ulong value);
}

internal readonly struct Negation64 : IUnary
{
    public static ulong Of(ulong value) => 0 - value;
}

internal readonly struct Negation32 : IUnary
{
    public static ulong Of(ulong value) => 0 - (uint)value;
}

internal readonly struct Swap16 : IUnary
{
    public static ulong Of(ulong value) => BinaryPrimitives.ReverseEndianness((ushort)value);
}

internal readonly struct Swap32 : IUnary
{
    public static ulong Of(ulong value) => BinaryPrimitives.ReverseEndianness((uint)value);
}

internal readonly struct Swap64 : IUnary
{
    public static ulong Of(ulong value) => BinaryPrimitives.ReverseEndianness(value);
}

internal readonly struct Cut16 : IUnary
{
    public static ulong Of(ulong value) => (ushort)value;
}

internal readonly struct Cut32 : IUnary
{
    public static ulong Of(ulong value) => (uint)value;
}

internal readonly struct Cut64 : IUnary
{
    public static ulong Of(ulong value) => value;
}
