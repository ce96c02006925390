using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>What sockets have counted at a moment, summed over all.</summary>
/// <param name="Time">When, from the beginning.</param>
/// <param name="Received">Packets received.</param>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="Sent">Packets sent.</param>
/// <param name="Statistics">What was lost, and why.</param>
public readonly record struct TrafficReading(TimeSpan Time, long Received, long ReceivedBytes, long Sent, XdpStatistics Statistics)
{
    /// <summary>Packets that came to the sockets' queues and were lost.</summary>
    public ulong Lost => Statistics.ReceiveDropped + Statistics.ReceiveRingFull;

    /// <summary>Reads what sockets have counted.</summary>
    /// <param name="traffic">The sockets.</param>
    /// <param name="time">When.</param>
    public static TrafficReading Of(XdpTraffic traffic, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        TrafficReading sum = new(time, 0, 0, 0, default);
        foreach (XdpPort port in traffic.Ports)
        {
            sum = new(time, sum.Received + port.Received, sum.ReceivedBytes + port.ReceivedBytes, sum.Sent + port.Sent, sum.Statistics + port.Socket.Statistics);
        }

        return sum;
    }

    /// <summary>What was counted since an earlier moment.</summary>
    public TrafficReading Since(TrafficReading earlier) =>
        new(Time - earlier.Time, Received - earlier.Received, ReceivedBytes - earlier.ReceivedBytes, Sent - earlier.Sent, Statistics - earlier.Statistics);
}
