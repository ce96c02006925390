using Saker.Packets;
using Saker.Stack.Nic;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Stack.Nic;

public class ReceiveSteeringTests
{
    /// <summary>Microsoft, "Verifying the RSS hash calculation": addresses alone, and with ports.</summary>
    [Theory]
    [InlineData("66.9.149.187", 2794, "161.142.100.80", 1766, 0x323e8fc2u, 0x51ccc178u)]
    [InlineData("199.92.111.2", 14230, "65.69.140.83", 4739, 0xd718262au, 0xc626b0eau)]
    [InlineData("24.19.198.95", 12898, "12.22.207.184", 38024, 0xd2d0a5deu, 0x5c2b394au)]
    [InlineData("38.27.205.30", 48228, "209.142.163.6", 2217, 0x82989176u, 0xafc7327fu)]
    [InlineData("153.39.163.191", 44251, "202.188.127.2", 1303, 0x5d1809c5u, 0x10e828a2u)]
    [InlineData("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766, 0x2cc18cd5u, 0x40207d3du)]
    [InlineData("3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739, 0x0f0c461cu, 0xdde51bbfu)]
    [InlineData("3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, "fe80::200:f8ff:fe21:67cf", 38024, 0x4b61e985u, 0x02d1feefu)]
    public void Card_hashes_as_in_the_verification_suite(string source, ushort sourcePort, string destination, ushort destinationPort,
        uint addresses, uint addressesAndPorts)
    {
        CardSettings card = new() { Rss = new RssSettings { Table = IndirectionTable.Default(IndirectionTable.UsualSize, 16) } };
        card = card.WithQueues(16);
        foreach (IPProtocol protocol in (IPProtocol[])[IPProtocol.Tcp, IPProtocol.Udp, IPProtocol.Sctp])
        {
            byte[] frame = CardFrames.Make(protocol, source, sourcePort, destination, destinationPort);
            SteeringResult result = new ReceiveSteering(card).Classify(frame);
            Assert.Equal((addressesAndPorts, (int)(addressesAndPorts % 128 % 16), SteeringStatus.Hash, RssHashType.Layer4),
                (result.Hash, result.Queue, result.Status, result.HashType));

            Assert.True(card.TryApply($"-N rx-flow-hash {result.Flow.Type.Name()} sd", out CardSettings? without, out string fault), fault);
            Assert.Equal(addresses, new ReceiveSteering(without).Classify(frame).Hash);
        }

        byte[] other = CardFrames.Make(IPProtocol.Gre, source, sourcePort, destination, destinationPort);
        SteeringResult rest = new ReceiveSteering(card).Classify(other);
        Assert.Equal((addresses, RssHashType.Layer3), (rest.Hash, rest.HashType));
    }

    [Fact]
    public void Random_tuples_fields_keys_and_tables_agree_with_the_naive_card()
    {
        Random random = new(7);
        for (int i = 0; i < Effort.Inputs(300, 20_000); i++)
        {
            RssSettings rss = RandomSettings(random);
            ReceiveSteering steering = new(rss, FlowRuleTable.Empty);
            for (int j = 0; j < 50; j++)
            {
                byte[] frame = CardFrames.Random(random);
                AssertAgree(steering, rss, frame);
                AssertAgree(steering, rss, frame.AsSpan(0, random.Next(frame.Length + 1)));
            }
        }
    }

    [Fact]
    public void Frames_of_the_samples_agree_with_the_naive_card()
    {
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(SampleCaptures.PathOf("arp.pcap"))!))
        {
            AssertAgree(file);
        }
    }

    [CapturesFact]
    public void Frames_of_all_captures_agree_with_the_naive_card()
    {
        foreach (string file in CaptureFolder.Files())
        {
            AssertAgree(file);
        }
    }

    [Fact]
    public void Both_directions_of_a_flow_have_one_queue_by_the_symmetric_key_and_by_symmetric_xor()
    {
        Random random = new(3);
        RssSettings usual = new() { Table = IndirectionTable.Default(IndirectionTable.ExtendedSize, 8) };
        ReceiveSteering byKey = new(usual with { Key = ToeplitzKey.Symmetric }, FlowRuleTable.Empty);
        ReceiveSteering byXor = new(usual with { SymmetricXor = true }, FlowRuleTable.Empty);
        ReceiveSteering asymmetric = new(usual, FlowRuleTable.Empty);
        int differing = 0;
        for (int i = 0; i < 500; i++)
        {
            (byte[] there, byte[] back) = CardFrames.BothDirections(random);
            Assert.Equal(byKey.Classify(there).Hash, byKey.Classify(back).Hash);
            Assert.Equal(byXor.Classify(there).Hash, byXor.Classify(back).Hash);
            differing += asymmetric.Classify(there).Hash == asymmetric.Classify(back).Hash ? 0 : 1;
        }

        Assert.True(differing > 490, $"{differing}");
    }

    [Fact]
    public void What_has_nothing_to_hash_goes_to_queue_0_without_a_hash()
    {
        RssSettings rss = new() { Table = IndirectionTable.Equal(128, 2, start: 3) };
        ReceiveSteering steering = new(rss, FlowRuleTable.Empty);
        byte[] arp = CardFrames.Make(IPProtocol.Udp, "10.0.0.1", 1, "10.0.0.2", 2);
        arp[13] = 6;
        foreach (byte[] frame in (byte[][])[arp, [], new byte[13], new byte[14]])
        {
            SteeringResult result = steering.Classify(frame);
            Assert.Equal((0, 0u, SteeringStatus.None, RssHashType.None, -1), (result.Queue, result.Hash, result.Status, result.HashType, result.Rule));
        }
    }

    [Fact]
    public void Fragments_are_hashed_by_addresses_as_ip4_says()
    {
        RssSettings rss = new();
        byte[] whole = CardFrames.Make(IPProtocol.Udp, "66.9.149.187", 2794, "161.142.100.80", 1766);
        byte[] first = [.. whole];
        first[20] = 0x20;
        SteeringResult result = new ReceiveSteering(rss, FlowRuleTable.Empty).Classify(first);
        Assert.Equal((0x323e8fc2u, RssHashType.Layer3, RssFlowType.IPv4Fragment), (result.Hash, result.HashType, result.Flow.Type));

        rss = rss with { Fields = rss.Fields.With(RssFlowType.IPv4, RssFields.SourceAddress) };
        Assert.NotEqual(result.Hash, new ReceiveSteering(rss, FlowRuleTable.Empty).Classify(first).Hash);
        Assert.Equal(0x51ccc178u, new ReceiveSteering(rss, FlowRuleTable.Empty).Classify(whole).Hash);
    }

    [Fact]
    public void Rule_decides_before_the_hash_and_the_descriptor_bears_its_location()
    {
        CardSettings card = new CardSettings().WithQueues(4);
        card = Apply(card, "-N flow-type udp4 dst-port 53 action 3 loc 10");
        card = Apply(card, "-N flow-type udp4 src-ip 10.0.0.0 m 0.0.0.255 action -1 loc 20");
        ReceiveSteering steering = new(card);
        SteeringResult steered = steering.Classify(CardFrames.Make(IPProtocol.Udp, "10.0.0.9", 9, "10.0.1.1", 53));
        Assert.Equal((3, 10, 0u, RssHashType.None, false), (steered.Queue, steered.Rule, steered.Hash, steered.HashType, steered.IsDropped));

        SteeringResult dropped = steering.Classify(CardFrames.Make(IPProtocol.Udp, "10.0.0.9", 9, "10.0.1.1", 54));
        Assert.Equal((true, 20), (dropped.IsDropped, dropped.Rule));
        Assert.Equal(SteeringStatus.Hash, steering.Classify(CardFrames.Make(IPProtocol.Udp, "10.0.1.9", 9, "10.0.1.1", 54)).Status);
        Assert.Equal(SteeringStatus.Hash, steering.Classify(CardFrames.Make(IPProtocol.Tcp, "10.0.0.9", 9, "10.0.1.1", 53)).Status);
        Assert.Equal("card:steering_drop", DropReason.CardSteeringDrop.KernelName());
    }

    [Fact]
    public void Classifying_allocates_nothing()
    {
        CardSettings card = Apply(new CardSettings().WithQueues(4), "-N flow-type udp4 dst-port 53 user-def 0x40001 action 3 loc 10");
        ReceiveSteering steering = new(card);
        Random random = new(5);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(_ => CardFrames.Random(random))];
        Allocation.AssertNone(() =>
        {
            foreach (byte[] frame in frames)
            {
                steering.Classify(frame);
            }
        });
    }

    internal static CardSettings Apply(CardSettings card, string command)
    {
        Assert.True(card.TryApply(command, out CardSettings? changed, out string fault), fault);
        return changed;
    }

    private static void AssertAgree(string file)
    {
        if (!CaptureReader.TryOpen(file, out CaptureReader? reader, out _, anyLinkType: true))
        {
            return;
        }

        RssSettings[] settings = [new(), RandomSettings(new Random(file.Length)), new() { SymmetricXor = true }];
        ReceiveSteering[] steering = [.. settings.Select(rss => new ReceiveSteering(rss, FlowRuleTable.Empty))];
        using (reader)
        {
            while (reader.TryReadNext(out CaptureFrame frame))
            {
                for (int i = 0; i < settings.Length; i++)
                {
                    AssertAgree(steering[i], settings[i], frame.BytesWithoutFcs);
                }
            }
        }
    }

    private static void AssertAgree(ReceiveSteering steering, RssSettings rss, ReadOnlySpan<byte> frame)
    {
        SteeringResult result = steering.Classify(frame);
        (int queue, uint hash) = NaiveCard.Classify(frame, rss);
        if (queue != result.Queue || hash != result.Hash)
        {
            Assert.Fail($"{Convert.ToHexString(frame)}: queue {result.Queue}, hash {result.Hash:x8}; naive {queue}, {hash:x8}; {result.Flow}");
        }
    }

    private static RssSettings RandomSettings(Random random)
    {
        RssFieldTable fields = RssFieldTable.Default;
        foreach (RssFlowType type in RssFlowTypeNames.All)
        {
            var choice = (RssFields)random.Next(16);
            fields = RssFieldTable.CanHash(type, choice) ? fields.With(type, choice) : fields.With(type, choice & RssFields.Addresses);
        }

        ushort[] queues = new ushort[random.Next(2) == 0 ? 128 : 512];
        for (int i = 0; i < queues.Length; i++)
        {
            queues[i] = (ushort)random.Next(64);
        }

        return new RssSettings
        {
            Key = ToeplitzKey.Generate(random, random.Next(2) == 0 ? 40 : 52),
            SymmetricXor = random.Next(3) == 0,
            Fields = fields,
            Table = IndirectionTable.Of(queues),
        };
    }
}
