using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Saker.Wire;

/// <summary>
/// The Toeplitz hash by which network cards spread flows over their queues (Microsoft, "RSS hashing functions"), prepared for one key.
/// </summary>
/// <remarks>
/// <para>
/// For each bit of the input that is set, the hash takes in (by exclusive or) the 32 bits of the key that begin at that bit's position. Every
/// method of one instance gives the same hash for the same input octets. Addresses and ports are taken in the order of the wire: source address,
/// destination address, source port, destination port. An instance does not change and may be shared by threads.
/// </para>
/// <para>
/// The hash is linear, so tables of what each octet contributes give it everywhere. Where the processor multiplies by 8×8 bit matrices (GFNI
/// on 512 bits), an octet's contribution to an octet of the hash is one such product, and eight of them are eight octets at a time.
/// </para>
/// </remarks>
public sealed class Toeplitz
{
    /// <summary>The octets of the hash less one: so many input octets before an octet have a part in the same key octets.</summary>
    private const int Overlap = 3;

    /// <summary>So many octets are read where twelve count.</summary>
    internal const int ReadAtOnce = 16;

    private const int EntriesPerOctet = 256;
    private const int EntriesPerWord = sizeof(uint) * EntriesPerOctet;
    private const int MatricesPerBlock = 8;
    private const int IPv6Blocks = 5;

    private readonly uint[] _table;
    private readonly ulong[] _matrices;

    /// <summary>Prepares the tables for <paramref name="key"/>.</summary>
    public Toeplitz(ToeplitzKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
        _table = MakeTable(key.Octets);
        _matrices = MakeMatrices(key.Octets);
    }

    /// <summary>The key.</summary>
    public ToeplitzKey Key { get; }

    /// <summary>The number of input octets that the key is long enough for.</summary>
    public int MaximumInput => Key.Length - sizeof(uint);

    private static bool HasMatrixProducts => Gfni.V512.IsSupported && Avx512BW.IsSupported;

    /// <summary>The hash of any input.</summary>
    /// <exception cref="ArgumentException">The input is longer than <see cref="MaximumInput"/>.</exception>
    public uint Hash(ReadOnlySpan<byte> input)
    {
        if (input.Length > MaximumInput)
        {
            throw new ArgumentException($"A key of {Key.Length} octets hashes at most {MaximumInput} octets, not {input.Length}.", nameof(input));
        }

        uint hash = 0;
        for (int i = 0; i < input.Length; i++)
        {
            hash ^= _table[(i * EntriesPerOctet) + input[i]];
        }

        return hash;
    }

    /// <summary>The hash of two IPv4 addresses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(IPv4Address source, IPv4Address destination) => Hash(source, destination, 0, 0);

    /// <summary>The hash of two IPv4 addresses and two ports.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(IPv4Address source, IPv4Address destination, ushort sourcePort, ushort destinationPort)
    {
        // Ports that are zero have no set bit, so that there is no difference to an input without ports.
        uint ports = (uint)sourcePort << 16 | destinationPort;
        return HasMatrixProducts
            ? HashByMatrices(source, destination, ports)
            : ByTable(source.Value, 0) ^ ByTable(destination.Value, 1) ^ ByTable(ports, 2);
    }

    /// <summary>
    /// The hash of two IPv4 addresses and two ports that follow one another as they do on the wire, where the header has no options.
    /// </summary>
    /// <param name="octets">Those twelve octets first of all, and others behind them: together at least <see cref="ReadAtOnce"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint HashIPv4(ReadOnlySpan<byte> octets)
    {
        Debug.Assert(octets.Length >= ReadAtOnce, "The caller has compared the length.");
        if (!HasMatrixProducts)
        {
            return ByTable(Field.UInt32(octets, 0), 0) ^ ByTable(Field.UInt32(octets, 4), 1) ^ ByTable(Field.UInt32(octets, 8), 2);
        }

        // Reversed, as the lanes want it: the first octet in the highest place. The last four are none of the input.
        Vector128<byte> order = Vector128.Create((byte)255, 255, 255, 255, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        return HashByMatrices(Ssse3.Shuffle(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(octets)), order));
    }

    /// <summary>The hash of two IPv6 addresses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(in IPv6Address source, in IPv6Address destination) => Hash(source, destination, 0, 0);

    /// <summary>The hash of two IPv6 addresses and two ports.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(in IPv6Address source, in IPv6Address destination, ushort sourcePort, ushort destinationPort)
    {
        uint ports = (uint)sourcePort << 16 | destinationPort;
        return HasMatrixProducts ? HashByMatrices(source, destination, ports) : HashByTable(source, destination, ports);
    }

    private uint HashByTable(in IPv6Address source, in IPv6Address destination, uint ports) =>
        ByTable((uint)(source.Upper >> 32), 0) ^ ByTable((uint)source.Upper, 1)
        ^ ByTable((uint)(source.Lower >> 32), 2) ^ ByTable((uint)source.Lower, 3)
        ^ ByTable((uint)(destination.Upper >> 32), 4) ^ ByTable((uint)destination.Upper, 5)
        ^ ByTable((uint)(destination.Lower >> 32), 6) ^ ByTable((uint)destination.Lower, 7)
        ^ ByTable(ports, 8);

    /// <summary>What 32 input bits contribute that stand at the given word of the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint ByTable(uint word, int index)
    {
        ReadOnlySpan<uint> table = _table.AsSpan(index * EntriesPerWord, EntriesPerWord);
        return table[(int)(word >> 24)]
            ^ table[EntriesPerOctet + (byte)(word >> 16)]
            ^ table[(2 * EntriesPerOctet) + (byte)(word >> 8)]
            ^ table[(3 * EntriesPerOctet) + (byte)word];
    }

    /// <summary>For every input octet and each of its values, what it contributes: the sum of what its bits do.</summary>
    private static uint[] MakeTable(ReadOnlySpan<byte> key)
    {
        uint[] table = new uint[(key.Length - sizeof(uint)) * EntriesPerOctet];
        for (int start = 0; start < table.Length; start += EntriesPerOctet)
        {
            Span<uint> octet = table.AsSpan(start, EntriesPerOctet);
            for (int value = 1; value < EntriesPerOctet; value++)
            {
                int bit = 7 - BitOperations.TrailingZeroCount(value);
                octet[value] = octet[value & (value - 1)] ^ KeyBits(key, (start / EntriesPerOctet * 8) + bit);
            }
        }

        return table;
    }

    /// <summary>The 32 bits of the key that begin at a bit.</summary>
    private static uint KeyBits(ReadOnlySpan<byte> key, int firstBit)
    {
        ulong window = 0;
        for (int i = 0; i < 5; i++)
        {
            int octet = (firstBit / 8) + i;
            window = window << 8 | (octet < key.Length ? key[octet] : 0u);
        }

        return (uint)(window >> (8 - (firstBit % 8)));
    }

    /// <summary>
    /// Matrix <c>m</c> turns input octet <c>i</c> into its contribution to octet <c>m - i</c> of the hash. Its row for bit <c>k</c>, counted from the
    /// most significant, is the eight bits of the key that begin <c>k</c> bits into octet <c>m</c>; the instruction wants that row in octet <c>k</c>.
    /// </summary>
    private static ulong[] MakeMatrices(ReadOnlySpan<byte> key)
    {
        ulong[] matrices = new ulong[IPv6Blocks * MatricesPerBlock];
        for (int m = 0; m < matrices.Length; m++)
        {
            for (int row = 0; row < 8; row++)
            {
                matrices[m] |= (ulong)(KeyBits(key, (m * 8) + row) >> 24) << (row * 8);
            }
        }

        return matrices;
    }

    // A block is eight matrices, 8b to 8b + 7. The lane of matrix m holds input octets m - 3 to m, whose products are parts of hash octets 3 to 0,
    // the last octet in the lowest place: a lane's low half is then a part of the hash, and the sum of all lanes is the hash.
    // The input is a number of 128 bits, its first octet the most significant, which is what addresses and ports in host order already are.
    private uint HashByMatrices(IPv4Address source, IPv4Address destination, uint ports) =>
        HashByMatrices(Vector128.Create((ulong)ports << 32, (ulong)source.Value << 32 | destination.Value).AsByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint HashByMatrices(Vector128<byte> input) =>
        SumOfLanes(Products(input, LanesFrom(-Overlap), 0) ^ Products(input, LanesFrom(8 - Overlap), 1));

    private uint HashByMatrices(in IPv6Address source, in IPv6Address destination, uint ports)
    {
        // Blocks 2 and 4 need octets on both sides of the border between two numbers.
        Vector128<byte> first = Vector128.Create(source.Lower, source.Upper).AsByte();
        Vector128<byte> second = Vector128.Create(destination.Lower, destination.Upper).AsByte();
        Vector128<byte> third = Vector128.Create(0, (ulong)ports << 32).AsByte();
        Vector512<byte> sum = Products(first, LanesFrom(-Overlap), 0)
            ^ Products(first, LanesFrom(8 - Overlap), 1)
            ^ Products(Ssse3.AlignRight(first, second, Overlap), LanesFrom(0), 2)
            ^ Products(second, LanesFrom(8 - Overlap), 3)
            ^ Products(Ssse3.AlignRight(second, third, Overlap), LanesFrom(0), 4);
        return SumOfLanes(sum);
    }

    /// <summary>The products of a block of matrices with the octets of <paramref name="input"/> that <paramref name="lanes"/> picks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<byte> Products(Vector128<byte> input, Vector512<byte> lanes, int block)
    {
        Vector512<ulong> lowest = input.AsUInt64().ToVector256Unsafe().ToVector512Unsafe();
        Vector512<byte> everywhere = Avx512F.Shuffle4x128(lowest, lowest, 0).AsByte();
        Vector512<ulong> matrices = Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_matrices), (nuint)(block * MatricesPerBlock));
        return Gfni.V512.GaloisFieldAffineTransform(Avx512BW.Shuffle(everywhere, lanes), matrices.AsByte(), 0);
    }

    /// <summary>For each of eight lanes the places of four input octets, the first of lane l being first + l. Before the first octet is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> LanesFrom(int first) => Vector512.Create(
        LaneFrom(first), LaneFrom(first + 1), LaneFrom(first + 2), LaneFrom(first + 3),
        LaneFrom(first + 4), LaneFrom(first + 5), LaneFrom(first + 6), LaneFrom(first + 7)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LaneFrom(int first) =>
        0x8080_8080_0000_0000 | PlaceOf(first) | PlaceOf(first + 1) << 8 | PlaceOf(first + 2) << 16 | PlaceOf(first + 3) << 24;

    /// <summary>The place of an input octet in its vector, or what picks a zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PlaceOf(int octet) => octet < 0 ? 0x80u : (ulong)(15 - octet);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SumOfLanes(Vector512<byte> lanes)
    {
        Vector256<byte> four = lanes.GetLower() ^ lanes.GetUpper();
        Vector128<ulong> two = (four.GetLower() ^ four.GetUpper()).AsUInt64();
        return (two ^ Vector128.Shuffle(two, Vector128.Create(1UL, 0UL))).AsUInt32().ToScalar();
    }
}
