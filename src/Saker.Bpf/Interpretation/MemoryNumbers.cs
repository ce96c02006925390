using System.Runtime.CompilerServices;

namespace Saker.Bpf.Interpretation;

/// <summary>A number in memory: its size, and how it is read and written in the machine's byte order at any alignment.</summary>
internal unsafe interface IMemoryNumber
{
    static abstract uint Size { get; }

    static abstract ulong Read(byte* memory);

    static abstract void Write(byte* memory, ulong value);
}

internal readonly unsafe struct Byte8 : IMemoryNumber
{
    public static uint Size => 1;

    public static ulong Read(byte* memory) => *memory;

    public static void Write(byte* memory, ulong value) => *memory = (byte)value;
}

internal readonly unsafe struct Half16 : IMemoryNumber
{
    public static uint Size => 2;

    public static ulong Read(byte* memory) => Unsafe.ReadUnaligned<ushort>(memory);

    public static void Write(byte* memory, ulong value) => Unsafe.WriteUnaligned(memory, (ushort)value);
}

internal readonly unsafe struct Word32 : IMemoryNumber
{
    public static uint Size => 4;

    public static ulong Read(byte* memory) => Unsafe.ReadUnaligned<uint>(memory);

    public static void Write(byte* memory, ulong value) => Unsafe.WriteUnaligned(memory, (uint)value);
}

internal readonly unsafe struct Double64 : IMemoryNumber
{
    public static uint Size => 8;

    public static ulong Read(byte* memory) => Unsafe.ReadUnaligned<ulong>(memory);

    public static void Write(byte* memory, ulong value) => Unsafe.WriteUnaligned(memory, value);
}

/// <summary>Read with their sign.</summary>
internal readonly unsafe struct SignedByte8 : IMemoryNumber
{
    public static uint Size => 1;

    public static ulong Read(byte* memory) => (ulong)*(sbyte*)memory;

    public static void Write(byte* memory, ulong value) => Byte8.Write(memory, value);
}

internal readonly unsafe struct SignedHalf16 : IMemoryNumber
{
    public static uint Size => 2;

    public static ulong Read(byte* memory) => (ulong)Unsafe.ReadUnaligned<short>(memory);

    public static void Write(byte* memory, ulong value) => Half16.Write(memory, value);
}

internal readonly unsafe struct SignedWord32 : IMemoryNumber
{
    public static uint Size => 4;

    public static ulong Read(byte* memory) => (ulong)Unsafe.ReadUnaligned<int>(memory);

    public static void Write(byte* memory, ulong value) => Word32.Write(memory, value);
}
