namespace Saker.Stack.Ip.V6;

/// <summary>What IPv6 keeps with a packet while it holds it (<c>struct inet6_skb_parm</c>).</summary>
internal struct IPv6Control
{
    /// <summary>Where the octet stands in the packet that says what comes next (<c>nhoff</c>).</summary>
    public int NextHeaderOffset;

    /// <summary>Whether a fragment header was passed.</summary>
    public bool IsFragment;
}
