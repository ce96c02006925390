namespace Saker.Wire;

/// <summary>Addresses one after the other in place, as options and group records have them.</summary>
/// <typeparam name="TAddress">What they are: <see cref="IPv4Address"/> or <see cref="IPv6Address"/>.</typeparam>
public readonly ref struct AddressList<TAddress>
    where TAddress : struct, INetworkAddress<TAddress>
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Looks at addresses; octets behind the last whole one are left out.</summary>
    public AddressList(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>How many there are.</summary>
    public int Count => _bytes.Length / TAddress.Size;

    /// <summary>One of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public TAddress this[int index] => TAddress.ReadFrom(_bytes.Slice(index * TAddress.Size, TAddress.Size));

    /// <summary>Copies them.</summary>
    public TAddress[] ToArray()
    {
        TAddress[] addresses = new TAddress[Count];
        for (int index = 0; index < addresses.Length; index++)
        {
            addresses[index] = this[index];
        }

        return addresses;
    }
}
