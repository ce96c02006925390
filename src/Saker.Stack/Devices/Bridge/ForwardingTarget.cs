using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>Where a bridge's forwarding database leads, and how sure that is; one word, read and written at once.</summary>
public readonly record struct ForwardingTarget
{
    private const uint PortMask = 0xffff;
    private const uint LocalBit = 1 << 16;
    private const uint StaticBit = 1 << 17;
    private const uint StickyBit = 1 << 18;
    private const uint LearnedBit = 1 << 19;

    internal ForwardingTarget(uint word) => Word = word;

    /// <summary>The number of the port; 0: the bridge itself.</summary>
    public int Port => (int)(Word & PortMask);

    /// <summary>An address of this host: frames to it go up (<c>permanent</c>).</summary>
    public bool IsLocal => (Word & LocalBit) != 0;

    /// <summary>It does not age.</summary>
    public bool IsStatic => (Word & StaticBit) != 0;

    /// <summary>It does not move to another port when the station is heard there.</summary>
    public bool IsSticky => (Word & StickyBit) != 0;

    /// <summary>What is kept: never 0.</summary>
    internal uint Word { get; }

    /// <summary>A station that was heard at a port: it ages, and moves.</summary>
    public static ForwardingTarget Learned(int port) => new(LearnedBit | (ushort)port);

    /// <summary>An address of this host: a port's own, or with port 0 the bridge's.</summary>
    public static ForwardingTarget Local(int port) => new(LocalBit | StaticBit | (ushort)port);

    /// <summary>A station that was configured (<c>bridge fdb add … master static</c>): it does not age, but moves when it is heard elsewhere.</summary>
    public static ForwardingTarget Static(int port) => new(StaticBit | (ushort)port);

    /// <summary>A station that stays where it is (<c>sticky</c>).</summary>
    /// <param name="port">The port's number.</param>
    /// <param name="isStatic">Whether it does not age either.</param>
    public static ForwardingTarget Sticky(int port, bool isStatic) => new(StickyBit | (isStatic ? StaticBit : LearnedBit) | (ushort)port);

    /// <summary>The same at another port.</summary>
    internal ForwardingTarget At(int port) => new((Word & ~PortMask) | (ushort)port);
}

/// <summary>An entry of a bridge's forwarding database, as <c>bridge fdb show</c> tells it.</summary>
/// <param name="Address">The station's address.</param>
/// <param name="Vlan">Its VLAN; 0 on a bridge that does not filter by VLAN.</param>
/// <param name="Target">Where it is.</param>
/// <param name="Updated">When it was last heard of or configured, in nanoseconds.</param>
public readonly record struct ForwardingEntry(MacAddress Address, ushort Vlan, ForwardingTarget Target, long Updated);
