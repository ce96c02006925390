using System.Collections.Immutable;

namespace Saker.Stack.Netfilter;

/// <summary>A function at a hook, and when it is asked.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Priority">When it is asked: the lowest first.</param>
/// <param name="Function">What it does.</param>
public sealed record NetfilterEntry(string Name, int Priority, NetfilterFunction Function)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The functions at one hook, by priority (<c>nf_hook_entries</c>). Immutable; swapped whole (<see cref="NetworkStack.SetNetfilter"/>).</summary>
public sealed class NetfilterChain
{
    private NetfilterChain(ImmutableArray<NetfilterEntry> entries) => Entries = entries;

    /// <summary>Nobody: all packets go on.</summary>
    public static NetfilterChain Empty { get; } = new([]);

    /// <summary>The functions, in the order in which they are asked.</summary>
    public ImmutableArray<NetfilterEntry> Entries { get; }

    /// <summary>The same with a further function; of those of the same priority the newest is asked first.</summary>
    public NetfilterChain With(NetfilterEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        int place = 0;
        while (place < Entries.Length && Entries[place].Priority < entry.Priority)
        {
            place++;
        }

        return new NetfilterChain(Entries.Insert(place, entry));
    }

    /// <summary>The same without a function.</summary>
    public NetfilterChain Without(NetfilterEntry entry) => new(Entries.Remove(entry));
}
