namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket remembers of rolling over. CPUs write it as they come: it steers a search, and decides nothing.</summary>
internal sealed class RolloverState
{
    /// <summary>How many of the last packets' hashes are remembered, to tell a flow that fills a socket alone.</summary>
    public const int HistoryLength = 16;

    /// <summary>Where the last search ended.</summary>
    public int Next { get; set; }

    /// <summary>The hashes of its last packets.</summary>
    public uint[] History { get; } = new uint[HistoryLength];
}
