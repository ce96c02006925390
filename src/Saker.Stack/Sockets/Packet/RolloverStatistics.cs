namespace Saker.Stack.Sockets.Packet;

/// <summary>What a packet socket counts of rolling over (<c>PACKET_ROLLOVER_STATS</c>).</summary>
/// <param name="All">Packets chosen for it that another socket of its group got (<c>tp_all</c>).</param>
/// <param name="Huge">Those of them that had to go since their flow filled the socket (<c>tp_huge</c>).</param>
/// <param name="Failed">Packets chosen for it when no other socket had room (<c>tp_failed</c>).</param>
public readonly record struct RolloverStatistics(long All, long Huge, long Failed);
