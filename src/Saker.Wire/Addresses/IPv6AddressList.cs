namespace Saker.Wire;

/// <summary>IPv6 addresses one after the other in place, as options and group reports have them.</summary>
public readonly ref struct IPv6AddressList
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Looks at addresses; octets behind the last whole one are left out.</summary>
    public IPv6AddressList(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>How many there are.</summary>
    public int Count => _bytes.Length / IPv6Address.Size;

    /// <summary>One of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public IPv6Address this[int index] => IPv6Address.ReadFrom(_bytes.Slice(index * IPv6Address.Size, IPv6Address.Size));

    /// <summary>Copies them.</summary>
    public IPv6Address[] ToArray()
    {
        IPv6Address[] addresses = new IPv6Address[Count];
        for (int index = 0; index < addresses.Length; index++)
        {
            addresses[index] = this[index];
        }

        return addresses;
    }
}
