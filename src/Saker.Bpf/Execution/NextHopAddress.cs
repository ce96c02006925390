namespace Saker.Bpf;

/// <summary>The next hop that a program names (<c>struct bpf_redir_neigh</c>).</summary>
/// <param name="Family">2 for IPv4, 10 for IPv6; 0: none is named, the packet's destination is looked up.</param>
/// <param name="Address">The address; of IPv4 <c>::ffff:a.b.c.d</c>.</param>
public readonly record struct NextHopAddress(uint Family, UInt128 Address)
{
    private const int AddressOffset = 4;

    internal static unsafe NextHopAddress Read(byte* parameters)
    {
        uint family = *(uint*)parameters;
        ReadOnlySpan<byte> bytes = new(parameters + AddressOffset, 16);
        return new NextHopAddress(family, family == FibLookup.IPv4Family
            ? ((UInt128)0xffff << 32) | System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
