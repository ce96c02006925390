using System.Buffers;
using System.Text;
using System.Text.Json;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Host.Snapshots;

public class CardSnapshotTests
{
    // What ethtool 6.1 prints for an i40e of four queues.
    private const string Channels = """
        Channel parameters for eth0:
        Pre-set maximums:
        RX:		n/a
        TX:		n/a
        Other:		1
        Combined:	8
        Current hardware settings:
        RX:		n/a
        TX:		n/a
        Other:		1
        Combined:	4
        """;

    private const string Rings = """
        Ring parameters for eth0:
        Pre-set maximums:
        RX:			4096
        RX Mini:		n/a
        RX Jumbo:		n/a
        TX:			4096
        Current hardware settings:
        RX:			1024
        RX Mini:		n/a
        RX Jumbo:		n/a
        TX:			512
        RX Buf Len:		n/a
        TX Push:	off
        TCP data split:	n/a
        """;

    private const string Coalesce = """
        Coalesce parameters for eth0:
        Adaptive RX: on  TX: off
        stats-block-usecs: n/a
        sample-interval: n/a

        rx-usecs: 50
        rx-frames: n/a
        rx-usecs-irq: n/a
        rx-frames-irq: 256

        tx-usecs: 60
        CQE mode RX: n/a  TX: n/a
        """;

    private const string Hash = """
        RX flow hash indirection table for eth0 with 4 RX ring(s):
            0:      0     0     1     1     2     2     3     3
            8:      3     2     1     0     3     2     1     0
        RSS hash key:
        44:39:79:6b:b5:4c:50:23:b6:75:ea:5b:12:4f:9f:30:b8:a2:c0:3d:df:dc:4d:02:a0:8c:9b:33:4a:f6:4a:4c:05:c6:fa:34:39:58:d8:55:7d:99:58:3a:e1:38:c9:2e:81:15:03:66
        RSS hash function:
            toeplitz: on
            xor: off
            crc32: off
        RSS input transformation:
            symmetric-xor: on
            symmetric-or-xor: off
        """;

    [Fact]
    public void Text_of_ethtool_is_read()
    {
        (List<SettingText> maximum, List<SettingText> current) = EthtoolText.ReadLimits(Channels);
        Assert.Equal([new("other", "1"), new("combined", "8")], maximum);
        Assert.Equal([new("other", "1"), new("combined", "4")], current);
        Assert.Equal([new("rx", "1024"), new("tx", "512"), new("tx-push", "off")], EthtoolText.ReadLimits(Rings).Current);
        Assert.Equal(
            [new("adaptive-rx", "on"), new("adaptive-tx", "off"), new("rx-usecs", "50"), new("rx-frames-irq", "256"), new("tx-usecs", "60")],
            EthtoolText.ReadCoalesce(Coalesce));
        (List<int> table, string key, List<string> on) = EthtoolText.ReadHash(Hash);
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3, 3, 2, 1, 0, 3, 2, 1, 0], table);
        Assert.Equal(RssKeys.All.Single(known => known.Name == "i40e").Key, ToeplitzKey.Parse(key));
        Assert.Equal(["toeplitz", "symmetric-xor"], on);
        Assert.Equal("sdfn", EthtoolText.ReadFields("TCP over IPV4 flows use these fields for computing Hash flow key:\nIP SA\nIP DA\nL4 bytes 0 & 1 [TCP/UDP src port]\nL4 bytes 2 & 3 [TCP/UDP dst port]\n\n"));
        Assert.Equal("vsd", EthtoolText.ReadFields("UDP over IPV4 flows use these fields for computing Hash flow key:\nVLAN tag\nIP SA\nIP DA\n"));
        Assert.Empty(EthtoolText.ReadFields("TCP over IPV4 flows use these fields for computing Hash flow key:\nNone\n"));
    }

    [Fact]
    public void Text_of_a_card_that_keeps_most_to_itself_is_read()
    {
        const string Virtio = "RX flow hash indirection table for eth0 with 1 RX ring(s):\nOperation not supported\nRSS hash key:\nOperation not supported\nRSS hash function:\n    toeplitz: on\n";
        (List<int> table, string key, List<string> on) = EthtoolText.ReadHash(Virtio);
        Assert.Empty(table);
        Assert.Empty(key);
        Assert.Equal(["toeplitz"], on);
        Assert.Empty(EthtoolText.ReadLimits("netlink error").Current);
        Assert.Empty(EthtoolText.ReadCoalesce(string.Empty));
    }

    [Fact]
    public void Snapshot_sets_the_card_up()
    {
        HostConfiguration host = Read("""
            {"eth0":{
              "channels":{"maximum":{"other":"1","combined":"8"},"current":{"other":"1","combined":"4"}},
              "rings":{"maximum":{"rx":"4096","tx":"4096"},"current":{"rx":"1024","tx":"512"}},
              "coalesce":{"adaptive-rx":"on","rx-usecs":"50","sample-interval":"7"},
              "rxfh":{"table":[0,1,2,3,0,1,2,3],"key":"KEY","on":["toeplitz","symmetric-xor"]},
              "fields":{"tcp4":"sdfn","udp4":"sd","ah4":""},
              "ntuple":["flow-type udp4 dst-port 53 action 3 loc 9"]}}
            """.Replace("KEY", ToeplitzKey.Symmetric.ToString(), StringComparison.Ordinal));
        CardSettings card = host.Devices[1].Card;
        Assert.Equal((4, 8, 1), (card.Queues, card.Channels.MaximumCombined, card.Channels.Other));
        Assert.Equal((1024, 512, 4096), (card.Rings.Rx, card.Rings.Tx, card.Rings.MaximumRx));
        Assert.Equal((true, 50), (card.Coalesce.AdaptiveRx, card.Coalesce.RxMicroseconds));
        Assert.Equal((IndirectionTable.Default(8, 4), ToeplitzKey.Symmetric, true), (card.Rss.Table, card.Rss.Key, card.Rss.SymmetricXor));
        Assert.Equal((RssFields.All, RssFields.Addresses), (card.Rss.Fields[RssFlowType.IPv4Tcp], card.Rss.Fields[RssFlowType.IPv4Udp]));
        Assert.Equal("flow-type udp4 dst-port 53 action 3 loc 9", Assert.Single(card.Rules.Rules).ToString());
        Assert.Equal(1, host.Devices[0].Card.Queues);
        Assert.DoesNotContain(host.Limitations, line => line.StartsWith("ethtool", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_are_the_cards_and_the_offloads()
    {
        HostConfiguration host = Read("{}", """{"eth0":{"generic-receive-offload":"off [requested on]","rx-gro-list":"on","ntuple-filters":"off [fixed]","rx-checksumming":"on [fixed]"}}""");
        NetworkDevice eth0 = host.Devices[1];
        Assert.Equal(CardFeatures.RxGroList | CardFeatures.RxChecksumming, eth0.Card.Features);
        Assert.Equal((false, true, false), (eth0.Offload.IsOn, eth0.Offload.KeepSegments, eth0.Offload.MergeForwardedUdp));
        Assert.Equal(new NetworkDevice(1, "lo", default).Card.Features, host.Devices[0].Card.Features);
    }

    [Theory]
    [InlineData("""{"eth0":{"rxfh":{"table":[0,0,0],"key":"KEY"}}}""", "eth0 has an indirection table of 3 entries, which is no power of two")]
    [InlineData("""{"eth0":{"rxfh":{"table":[0,0],"key":"01:02"}}}""", "eth0 does not tell the key of its hash")]
    [InlineData("""{"eth0":{"rxfh":{"table":[0,0],"key":"KEY","on":["xor"]}}}""", "eth0 hashes by xor; toeplitz is assumed")]
    [InlineData("""{"eth0":{"rxfh":{"table":[0,9],"key":"KEY"}}}""", "the indirection table leads to queue 9, and there are 1 queues")]
    [InlineData("""{"eth0":{"fields":{"tcp4":"vsd"}}}""", "eth0 hashes vsd of tcp4, of which the card model knows s, d, f and n; sdfn is assumed")]
    [InlineData("""{"eth0":{"ntuple":["flow-type gtp action 1"]}}""", "the flow rule 'flow-type gtp action 1' is left out: 'gtp' is no flow type")]
    public void What_the_card_model_does_not_have_is_told(string ethtool, string limitation)
    {
        HostConfiguration host = Read(ethtool.Replace("KEY", ToeplitzKey.Symmetric.ToString(), StringComparison.Ordinal));
        Assert.Contains(host.Limitations, line => line.StartsWith("ethtool: ", StringComparison.Ordinal) && line.Contains(limitation, StringComparison.Ordinal));
        Assert.True(host.Devices[1].Card.TryValidate(out string fault), fault);
    }

    [Theory]
    [InlineData("[1]", "'ethtool'")]
    [InlineData("""{"eth0":7}""", "'eth0' is 7, no object")]
    [InlineData("""{"eth0":{"rxfh":{"table":["a"]}}}""", "no array of whole numbers")]
    [InlineData("""{"eth0":{"channels":{"current":{"rx":[]}}}}""", "'rx' is an array, no string")]
    public void Nonsense_is_a_fault(string ethtool, string fault) =>
        Assert.Contains(fault, SnapshotFile.FaultOf(SnapshotFile.Make(others: $"\"ethtool\":{ethtool}")), StringComparison.Ordinal);

    [Fact]
    public void Rings_of_another_driver_are_taken_as_they_are()
    {
        HostConfiguration host = Read("""{"eth0":{"rings":{"maximum":{"rx":"256"},"current":{"rx":"20"}}}}""");
        Assert.Equal((20, 256, 0), (host.Devices[1].Card.Rings.Rx, host.Devices[1].Card.Rings.MaximumRx, host.Devices[1].Card.Rings.MaximumTx));
    }

    [Fact]
    public void Parts_of_this_host_are_written_and_read()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            CardTools.Write(json, "ethtool", ["lo", "no-such-device"]);
            QueueFiles.Write(json, "queues", [new LinkName("lo", 1, "00:00:00:00:00:00"), new LinkName("lo", 1, "02:00:00:00:00:09"), new LinkName("no-such-device", 2, "")]);
            json.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        Assert.Equal(["lo", "no-such-device"], document.RootElement.GetProperty("ethtool").EnumerateObject().Select(member => member.Name));
        Assert.InRange(document.RootElement.GetProperty("queues").EnumerateObject().Count(), 0, 1);
        Assert.NotNull(Read(document.RootElement.GetProperty("ethtool").GetRawText().Replace("no-such-device", "eth0", StringComparison.Ordinal)));
    }

    [Fact]
    public void Queues_tell_of_polling_and_spreading()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(others:
            """
            "queues":{"eth0":{"gro_flush_timeout":"2000000","napi_defer_hard_irqs":"2","threaded":"0","rx-0":{"rps_cpus":"0"},"rx-1":{"rps_cpus":"00000001,00000003"}}}
            """));
        QueueConfiguration queues = Assert.Single(host.Queues);
        Assert.Equal(("eth0", 2, 2_000_000), (queues.Device.Name, queues.Device.Napi.DeferHardInterrupts, queues.Device.Napi.FlushTimeout));
        Assert.Equal(new RpsSetting(queues.Device, 1, 0x1_0000_0003), Assert.Single(queues.Rps));
    }

    [Theory]
    [InlineData("""{"eth0":{"rx-0":{"rps_cpus":"x"}}}""", "'rps_cpus' is 'x', no set of CPUs")]
    [InlineData("""{"eth0":{"gro_flush_timeout":"-1"}}""", "'gro_flush_timeout' is '-1', no whole number")]
    [InlineData("""{"eth0":[1]}""", "'eth0' is an array, no object")]
    public void Nonsense_of_queues_is_a_fault(string queues, string fault) =>
        Assert.Contains(fault, SnapshotFile.FaultOf(SnapshotFile.Make(others: $"\"queues\":{queues}")), StringComparison.Ordinal);

    private static HostConfiguration Read(string ethtool, string features = "{}") =>
        SnapshotFile.Read(Encoding.UTF8.GetBytes(SnapshotFile.Make(others: [$"\"ethtool\":{ethtool}", $"\"features\":{features}"])));
}
