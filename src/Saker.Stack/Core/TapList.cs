using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>The taps in one place, on a device or on none. The one that was added last sees packets first (<c>dev_add_pack</c>). Immutable; swapped whole.</summary>
internal sealed class TapList
{
    private readonly (ushort Protocol, IPacketTap Tap)[] _taps;

    private TapList((ushort Protocol, IPacketTap Tap)[] taps)
    {
        _taps = taps;
        All = [.. taps.Where(entry => entry.Protocol == (ushort)EtherType.All).Select(entry => entry.Tap)];
        Outgoing = [.. All.Where(tap => tap.WantsOutgoing)];
        ByProtocol = [.. taps.Where(entry => entry.Protocol != (ushort)EtherType.All)];
    }

    /// <summary>No taps.</summary>
    public static TapList Empty { get; } = new([]);

    /// <summary>Those that see every protocol (<c>ptype_all</c>).</summary>
    public IPacketTap[] All { get; }

    /// <summary>Those of them that see what is sent.</summary>
    public IPacketTap[] Outgoing { get; }

    /// <summary>Those that see one protocol each (<c>ptype_specific</c>).</summary>
    public (ushort Protocol, IPacketTap Tap)[] ByProtocol { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _taps.Length == 0;

    /// <summary>These and one more, for a protocol in host order (<see cref="EtherType.All"/>: all).</summary>
    public TapList With(IPacketTap tap, ushort protocol) => new([(protocol, tap), .. _taps]);

    /// <summary>These but one.</summary>
    public TapList Without(IPacketTap tap) => _taps.Any(entry => ReferenceEquals(entry.Tap, tap))
        ? new([.. _taps.Where(entry => !ReferenceEquals(entry.Tap, tap))])
        : this;
}
