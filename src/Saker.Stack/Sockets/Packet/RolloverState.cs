namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket remembers of rolling over. CPUs write it as they come: it steers a search, and decides nothing.</summary>
internal sealed class RolloverState
{
    /// <summary>How many of the last packets' hashes are remembered, to tell a flow that fills a socket alone.</summary>
    public const int HistoryLength = 16;

    private long _all;
    private long _huge;
    private long _failed;

    /// <summary>Where the last search ended.</summary>
    public int Next { get; set; }

    /// <summary>The hashes of its last packets.</summary>
    public uint[] History { get; } = new uint[HistoryLength];

    /// <summary>What it counted.</summary>
    public RolloverStatistics Statistics => new(Volatile.Read(ref _all), Volatile.Read(ref _huge), Volatile.Read(ref _failed));

    /// <summary>Counts a packet that went to another socket.</summary>
    public void CountMoved(bool isHuge)
    {
        Interlocked.Increment(ref _all);
        if (isHuge)
        {
            Interlocked.Increment(ref _huge);
        }
    }

    /// <summary>Counts a packet for which no socket had room.</summary>
    public void CountFailed() => Interlocked.Increment(ref _failed);
}
