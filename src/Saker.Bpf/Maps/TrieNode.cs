using System.Runtime.CompilerServices;

namespace Saker.Bpf.Maps;

/// <summary>
/// How nodes of a trie and its elements, the prefixes, lie in memory. Both begin alike: how many bits lead to it (4 bytes), of a node by how many it branches (4), a mask of
/// the first 64 bits (8), of a node the prefix that ends right here (8), what only writers use (8), the bits. Then a node has its slots: the longest prefix that ends
/// within the node's bits, and what the slot leads to (16 for each); and the prefixes that end within its bits, as a heap: first the two of one bit, and so on (8 for each).
/// </summary>
/// <remarks>What leads to an element is its address with the lowest bit set.</remarks>
internal static unsafe class TrieNode
{
    /// <summary>Where the bits are.</summary>
    public const int PrefixOffset = 32;

    private const int BitsOffset = 4;
    private const int MaskOffset = 8;
    private const int EndOffset = 16;
    private const int LinkOffset = 24;
    private const int BuiltOffset = 28;

    /// <summary>How many bits lead to it: an element's prefix length.</summary>
    public static ref int LengthOf(byte* node) => ref *(int*)node;

    /// <summary>By how many bits a node branches.</summary>
    public static ref int BitsOf(byte* node) => ref *(int*)(node + BitsOffset);

    /// <summary>The mask of its first 64 bits.</summary>
    public static ref ulong MaskOf(byte* node) => ref *(ulong*)(node + MaskOffset);

    /// <summary>Where a node has the element that ends right where the node begins.</summary>
    public static byte** EndOf(byte* node) => (byte**)(node + EndOffset);

    /// <summary>Where it is not reached any more: the next such one.</summary>
    public static ref byte* LinkOf(byte* node) => ref *(byte**)(node + LinkOffset);

    /// <summary>How many elements are under a node.</summary>
    public static ref int CountOf(byte* node) => ref *(int*)(node + LinkOffset);

    /// <summary>How many there were when its shape was chosen.</summary>
    public static ref int BuiltOf(byte* node) => ref *(int*)(node + BuiltOffset);

    /// <summary>Its bits, zeros behind <see cref="LengthOf"/>.</summary>
    public static ulong* PrefixOf(byte* node) => (ulong*)(node + PrefixOffset);

    /// <summary>Whether what a slot leads to is an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsElement(byte* child) => ((nuint)child & 1) != 0;

    /// <summary>The element that a slot leads to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* ElementOf(byte* child) => child - 1;

    /// <summary>What leads to an element.</summary>
    public static byte* ChildOf(byte* element) => element + 1;

    /// <summary>Reads an address that a writer may change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Read(byte** place) => (byte*)Volatile.Read(ref *(nint*)place);

    /// <summary>Writes an address that readers follow.</summary>
    public static void Write(byte** place, byte* address) => Volatile.Write(ref *(nint*)place, (nint)address);
}
