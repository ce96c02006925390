namespace Saker.Wire;

/// <summary>An address of IPv4 or IPv6 as it lies on the wire: what formats need that are the same for both but for its length.</summary>
/// <typeparam name="TSelf">The address.</typeparam>
public interface INetworkAddress<TSelf>
    where TSelf : struct, INetworkAddress<TSelf>
{
    /// <summary>The octets of an address.</summary>
    static abstract int Size { get; }

    /// <summary>Reads the address from the first octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than an address has.</exception>
    static abstract TSelf ReadFrom(ReadOnlySpan<byte> source);

    /// <summary>Writes the address to the first octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than an address has.</exception>
    void WriteTo(Span<byte> destination);
}
