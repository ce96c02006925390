using Saker.Stack.Observation;

namespace Saker.Tests.Stack.Observation;

public sealed class DeviceCounterTests
{
    [Fact]
    public void Names_are_the_members_in_the_kernels_spelling()
    {
        var counters = Enum.GetValues<DeviceCounter>();
        Assert.Equal(DeviceCounterNames.Count, counters.Length);
        foreach (var counter in counters)
        {
            Assert.Equal(counter.ToString(), counter.Name().Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.True(DeviceCounterNames.TryParse(counter.Name(), out var parsed));
            Assert.Equal(counter, parsed);
        }

        Assert.False(DeviceCounterNames.TryParse("rx_nothing", out _));
    }
}
