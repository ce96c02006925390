using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Nic;

public sealed class NetworkCardTests
{
    [Fact]
    public void A_frame_that_the_card_was_asked_about_goes_where_it_would_have_gone()
    {
        using NetworkStack one = Make(out NetworkCard card);
        using NetworkStack other = Make(out NetworkCard asked);
        Random random = new(1);
        for (uint i = 0; i < 1000; i++)
        {
            byte[] frame = random.Next(20) == 0 ? new byte[random.Next(14)] : CardFrames.Random(random);
            SteeringResult steering = asked.Classify(frame);
            Assert.Equal(card.Receive(frame, i, i), asked.Receive(frame, steering, i, i));
            Assert.True(steering.IsDropped || frame.Length < EthernetView.FixedLength || asked.Queues[steering.Queue].Frames != 0);
        }

        Assert.Equal(card.Queues.Select(queue => queue.Frames), asked.Queues.Select(queue => queue.Frames));
        Assert.Equal(card.Statistics.Read(new DeviceCounters()), asked.Statistics.Read(new DeviceCounters()));
        for (int queue = 0; queue < card.Queues.Count; queue++)
        {
            Assert.Equal(
                card.Queues[queue].Ring.Descriptors.ToArray().Select(Seen),
                asked.Queues[queue].Ring.Descriptors.ToArray().Select(Seen));
        }

        static (uint, uint) Seen(ReceiveDescriptor descriptor) => (descriptor.Origin, descriptor.FilterValue);
    }

    private static NetworkStack Make(out NetworkCard card)
    {
        CardSettings settings = new CardSettings().WithQueues(4);
        Assert.True(settings.TryApply("-K ntuple-filters on", out CardSettings? withRules, out _));
        Assert.True(withRules.TryApply("-N flow-type udp4 src-port 1 m 0xfffe action -1", out CardSettings? dropping, out string fault), fault);
        NetworkDevice device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01")) { Card = dropping };
        NetworkStack stack = new(new NetworkOptions { Devices = [device], Clock = new VirtualClock() });
        card = stack.CardOf(device);
        return stack;
    }
}
