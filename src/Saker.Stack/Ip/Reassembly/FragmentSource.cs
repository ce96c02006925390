namespace Saker.Stack.Ip.Reassembly;

/// <summary>
/// A source of fragments: how many have come from it while datagrams of it are incomplete (the part of <c>struct inet_peer</c> that reassembly asks for). Kept as
/// long as there are such; reused from source to source.
/// </summary>
internal sealed class FragmentSource
{
    /// <summary>Fragments that have come. The number of one tells how far it is from another.</summary>
    public uint Fragments { get; set; }

    /// <summary>Its datagrams that are incomplete.</summary>
    public int Datagrams { get; set; }

    /// <summary>Begins to count.</summary>
    public void Begin() => (Fragments, Datagrams) = (0, 0);
}
