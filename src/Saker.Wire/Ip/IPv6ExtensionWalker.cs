namespace Saker.Wire;

/// <summary>Why a walk along the headers of an IPv6 packet ended.</summary>
public enum IPv6WalkEnd : byte
{
    /// <summary>It has not ended yet.</summary>
    None,

    /// <summary>It reached a header that is none of IPv6's: <see cref="IPv6ExtensionWalker.NextHeader"/> tells which.</summary>
    UpperLayer,

    /// <summary>It passed the fragment header of a fragment that is not the first: what follows is the middle of something.</summary>
    LaterFragment,

    /// <summary>The packet ends inside of a header.</summary>
    Truncated,

    /// <summary>It reached an encapsulating security payload: what follows cannot be read.</summary>
    Encrypted,

    /// <summary>A header says that nothing follows.</summary>
    NoNextHeader,

    /// <summary>A hop-by-hop options header that is not the first (RFC 8200 section 4.1).</summary>
    Malformed,
}

/// <summary>
/// Goes along the extension headers of an IPv6 packet (RFC 8200 section 4), whatever its octets are. Every step is at least eight octets,
/// so a walk ends.
/// </summary>
/// <remarks>
/// After a step <see cref="Header"/>, <see cref="HeaderOffset"/> and <see cref="HeaderBytes"/> tell the header passed; <see cref="NextHeader"/> and
/// <see cref="Offset"/> tell what comes next and where. Offsets count from the first octet after the fixed header.
/// Mobility, host identity and Shim6 count as upper layer, as in the kernel.
/// </remarks>
public ref struct IPv6ExtensionWalker
{
    private readonly ReadOnlySpan<byte> _payload;

    /// <summary>Begins before the first header after the fixed one.</summary>
    /// <param name="payload">What follows the fixed header.</param>
    /// <param name="nextHeader">The fixed header's next header.</param>
    public IPv6ExtensionWalker(ReadOnlySpan<byte> payload, IPProtocol nextHeader)
    {
        _payload = payload;
        NextHeader = nextHeader;
    }

    /// <summary>Begins after a packet's fixed header.</summary>
    public IPv6ExtensionWalker(IPv6View packet)
        : this(packet.Payload, packet.NextHeader)
    {
    }

    /// <summary>Which header comes next. After the end: the upper layer's protocol, or the header that could not be passed.</summary>
    public IPProtocol NextHeader { get; private set; }

    /// <summary>Where it begins.</summary>
    public int Offset { get; private set; }

    /// <summary>The kind of the header that the last step passed.</summary>
    public IPProtocol Header { get; private set; }

    /// <summary>Where that header begins.</summary>
    public int HeaderOffset { get; private set; }

    /// <summary>Where the octet is that announced <see cref="NextHeader"/>: in the fixed header if negative, since nothing was passed yet.</summary>
    public int NextHeaderOffset { get; private set; } = -1;

    /// <summary>The octets of that header.</summary>
    public readonly ReadOnlySpan<byte> HeaderBytes => _payload[HeaderOffset..Offset];

    /// <summary>Whether a fragment header was passed that is not atomic.</summary>
    public bool IsFragment { get; private set; }

    /// <summary>Where the last fragment header passed begins, or -1.</summary>
    public int FragmentHeaderOffset { get; private set; } = -1;

    /// <summary>Why the walk ended, once it has.</summary>
    public IPv6WalkEnd End { get; private set; }

    /// <summary>Passes one header.</summary>
    /// <returns><see langword="false"/> if the walk has ended: <see cref="End"/> tells why.</returns>
    public bool MoveNext()
    {
        if (End != IPv6WalkEnd.None)
        {
            return false;
        }

        switch (NextHeader)
        {
            case IPProtocol.HopByHop when Offset != 0:
                return Stop(IPv6WalkEnd.Malformed);
            case IPProtocol.HopByHop:
            case IPProtocol.Routing:
            case IPProtocol.DestinationOptions:
                return IPv6OptionsView.TryParse(_payload[Offset..], out IPv6OptionsView options)
                    ? Pass(options.HeaderLength, options.NextHeader)
                    : Stop(IPv6WalkEnd.Truncated);
            case IPProtocol.AuthenticationHeader:
                return AuthenticationHeaderView.TryParse(_payload[Offset..], out AuthenticationHeaderView authentication)
                    ? Pass(authentication.HeaderLength, authentication.NextHeader)
                    : Stop(IPv6WalkEnd.Truncated);
            case IPProtocol.Fragment:
                return IPv6FragmentView.TryParse(_payload[Offset..], out IPv6FragmentView fragment)
                    ? PassFragment(fragment)
                    : Stop(IPv6WalkEnd.Truncated);
            case IPProtocol.NoNextHeader:
                return Stop(IPv6WalkEnd.NoNextHeader);
            case IPProtocol.Esp:
                return Stop(IPv6WalkEnd.Encrypted);
            default:
                return Stop(IPv6WalkEnd.UpperLayer);
        }
    }

    /// <summary>Goes on to the end.</summary>
    /// <returns>Why it ended.</returns>
    public IPv6WalkEnd Finish()
    {
        while (MoveNext())
        {
        }

        return End;
    }

    private bool PassFragment(IPv6FragmentView fragment)
    {
        FragmentHeaderOffset = Offset;
        IsFragment |= !fragment.IsAtomic;
        bool isLater = fragment.FragmentOffset != 0;
        Pass(IPv6FragmentView.FixedLength, fragment.NextHeader);
        if (isLater)
        {
            // The header itself was passed, and is told; the next step is none.
            End = IPv6WalkEnd.LaterFragment;
        }

        return true;
    }

    private bool Pass(int length, IPProtocol nextHeader)
    {
        if (length > _payload.Length - Offset)
        {
            return Stop(IPv6WalkEnd.Truncated);
        }

        Header = NextHeader;
        HeaderOffset = Offset;
        NextHeaderOffset = Offset;
        NextHeader = nextHeader;
        Offset += length;
        return true;
    }

    private bool Stop(IPv6WalkEnd end)
    {
        End = end;
        return false;
    }
}
