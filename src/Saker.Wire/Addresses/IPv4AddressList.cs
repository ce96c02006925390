namespace Saker.Wire;

/// <summary>IPv4 addresses one after the other in place, as options and group reports have them.</summary>
public readonly ref struct IPv4AddressList
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Looks at addresses; octets behind the last whole one are left out.</summary>
    public IPv4AddressList(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>How many there are.</summary>
    public int Count => _bytes.Length / IPv4Address.Size;

    /// <summary>One of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public IPv4Address this[int index] => IPv4Address.ReadFrom(_bytes.Slice(index * IPv4Address.Size, IPv4Address.Size));

    /// <summary>Copies them.</summary>
    public IPv4Address[] ToArray()
    {
        IPv4Address[] addresses = new IPv4Address[Count];
        for (int index = 0; index < addresses.Length; index++)
        {
            addresses[index] = this[index];
        }

        return addresses;
    }
}
