using Saker.Stack.Nic;
using Saker.Stack.Observation;

namespace Saker.Tests.Stack.Nic;

public class CardStatisticsTests
{
    [Fact]
    public void Names_are_the_drivers()
    {
        Assert.Equal(CardCounterNames.Count, Enum.GetValues<CardCounter>().Length);
        Assert.Equal(CardCounterNames.QueueCount, Enum.GetValues<QueueCounter>().Length);
        foreach (CardCounter counter in Enum.GetValues<CardCounter>())
        {
            Assert.True(CardCounterNames.TryParse(counter.Name(), out CardCounter parsed));
            Assert.Equal(counter, parsed);
            Assert.Equal(counter >= CardCounter.PortRxBytes, counter.Name().StartsWith("port.", StringComparison.Ordinal));
        }

        Assert.False(CardCounterNames.TryParse("rx_nothing", out _));
    }

    [Fact]
    public void Counters_are_told_in_ethtools_order()
    {
        CardStatistics statistics = new(2, furtherRings: 1);
        statistics.Add(CardCounter.PortRxDiscards);
        statistics.Of(1).Add(QueueCounter.Packets, 3);
        statistics.Of(0).Add(QueueCounter.PageReused);
        statistics.Of(1).Add(QueueCounter.PageReused);
        statistics.Of(0).Add(QueueCounter.TxBytes, 60);
        statistics.Of(2).Add(QueueCounter.TxBusy);
        (string Name, long Value)[] all = [.. statistics.Read(new DeviceCounters())];
        Assert.Equal(
            [("tx_busy", 1), ("rx_cache_reuse", 2), ("tx-0.bytes", 60), ("rx-1.packets", 3), ("port.rx_discards", 1)],
            all.Where(entry => entry.Value != 0));
        Assert.Equal("rx_packets", all[0].Name);
        Assert.Equal(all.Length, all.Select(entry => entry.Name).Distinct().Count());
    }
}
