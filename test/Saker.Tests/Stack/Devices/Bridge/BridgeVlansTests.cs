using Saker.Stack.Devices.Bridge;

namespace Saker.Tests.Stack.Devices.Bridge;

public class BridgeVlansTests
{
    [Theory]
    [InlineData(1, true, true)]
    [InlineData(63, true, false)]
    [InlineData(64, false, false)]
    [InlineData(65, true, true)]
    [InlineData(4094, true, false)]
    [InlineData(4095, false, false)]
    [InlineData(0, false, false)]
    public void A_vlan_is_among_them_with_or_without_its_tag(int vlan, bool contained, bool untagged)
    {
        BridgeVlans vlans = new(
            [new BridgeVlan(1) { IsUntagged = true }, new BridgeVlan(63), new BridgeVlan(65) { IsUntagged = true }, new BridgeVlan(4094)], portVlan: 63);

        Assert.Equal((contained, untagged), (vlans.Contains((ushort)vlan), vlans.IsUntagged((ushort)vlan)));
        Assert.Equal(63, vlans.PortVlan);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    public void A_vlan_id_is_one_to_4094(int id) => Assert.Throws<ArgumentOutOfRangeException>(() => new BridgeVlan((ushort)id));
}
