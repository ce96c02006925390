using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.KernelTests.Core;

/// <summary>The receive core against the running kernel: who sees a frame and how it looks to them, who gets it, why it is dropped and who counts that.</summary>
public class CoreTests
{
    public static TheoryData<string> Taps =>
    [
        "",
        "any all",
        "eth0 all",
        "any all, eth0 all",
        "any 88b5",
        "eth0 88b5",
        "any 0800, any 0806",
        "eth0 0800, eth0 0806",
        "any 8100, eth0 8100, any 88a8",
        "any 0001, any 0004, eth0 0004",
        "any all, eth0 all, any 88b5, eth0 88b5, any 0800, eth0 0800",

        // A tap without room makes it seen who is the last: its drop is told only if nobody comes behind.
        "any all full",
        "eth0 all full",
        "any all full, eth0 all",
        "any all, eth0 all full",
        "eth0 all, any all full",
        "eth0 all full, any all",
        "any 88b5 full, eth0 88b5",
        "eth0 88b5, any 88b5 full",
        "any 88b5, eth0 88b5 full",
        "any all full, any 88b5",
        "any all, any 88b5 full",
        "eth0 all full, any 88b5",
        "eth0 all, eth0 88b5 full",
        "any 0800 full",
        "eth0 0806 full, any 0806",
    ];

    [KernelTheory]
    [MemberData(nameof(Taps))]
    public void Taps_see_frames_as_in_the_kernel(string taps)
    {
        IReadOnlyList<TapSetting> settings = TapSetting.ParseAll(taps);
        using KernelCore kernel = new(settings, upper: null);
        using SakerCore saker = new(settings);
        AssertAgree(kernel.Ask, saker.Ask, CoreFrames.All);
    }

    [KernelTheory]
    [InlineData("")]
    [InlineData("any all, eth0 all, mv0 all")]
    [InlineData("any all original, eth0 all original, mv0 all original")]
    [InlineData("any 88b5, eth0 88b5, mv0 88b5")]
    [InlineData("any 88b5 original, eth0 88b5 original, mv0 88b5 original")]
    [InlineData("any 88b5 full, eth0 88b5")]
    [InlineData("eth0 88b5 full, mv0 88b5")]
    [InlineData("eth0 88b5, mv0 88b5 full")]
    [InlineData("any 88b5, eth0 88b5 full")]
    [InlineData("any all, mv0 all full")]
    [InlineData("any all full, mv0 all")]
    public void Packet_that_is_handed_to_another_device_goes_round_again_as_in_the_kernel(string taps)
    {
        IReadOnlyList<TapSetting> settings = TapSetting.ParseAll(taps);
        using KernelCore kernel = new(settings, "mv0", $"ip link add link eth0 name mv0 address {KernelCore.UpperAddress} type macvlan mode bridge", "ip link set mv0 up");
        using SakerCore saker = new(
            settings, new NetworkDevice(3, "mv0", MacAddress.Parse(KernelCore.UpperAddress)), device => new Handler(device, ReceiveHandlerResult.Another));
        AssertAgree(
            kernel.Ask,
            saker.Ask,
            [
                ("to the upper device", Oracle.Frame.Ethernet(new byte[46], 0x88b5, KernelCore.UpperAddress)),
                ("to the lower device", Oracle.Frame.Ethernet(new byte[46], 0x88b5)),
                ("to a third", Oracle.Frame.Ethernet(new byte[46], 0x88b5, "02:00:00:00:00:77")),
                ("another protocol to the upper device", Oracle.Frame.Ethernet(new byte[46], 0x88b6, KernelCore.UpperAddress)),
                ("tagged to the upper device", Oracle.Frame.Ethernet([0, 5, 0x88, 0xb5, .. new byte[42]], 0x8100, KernelCore.UpperAddress)),
                ("priority to the upper device", Oracle.Frame.Ethernet([0xe0, 0, 0x88, 0xb5, .. new byte[42]], 0x8100, KernelCore.UpperAddress)),
                ("two tags to the upper device", Oracle.Frame.Ethernet([0, 0, 0x81, 0, 0, 5, 0x88, 0xb5, .. new byte[42]], 0x8100, KernelCore.UpperAddress)),
            ]);
    }

    [KernelTheory]
    [InlineData("")]
    [InlineData("any all, eth0 all, br0 all")]
    [InlineData("any all original, br0 all original")]
    [InlineData("any 88b5, eth0 88b5, br0 88b5")]
    [InlineData("any 88cc, eth0 88cc, br0 88cc")]
    [InlineData("eth0 all full")]
    [InlineData("any all, br0 all full")]
    public void Packet_that_a_handler_takes_or_lets_pass_is_seen_and_counted_as_in_the_kernel(string taps)
    {
        IReadOnlyList<TapSetting> settings = TapSetting.ParseAll(taps);
        using KernelCore kernel = new(
            settings,
            "br0",
            $"ip link add br0 address {KernelCore.UpperAddress} type bridge stp_state 0 mcast_snooping 0",
            "ip link set eth0 master br0",
            "ip link set br0 up");
        Thread.Sleep(20);
        using SakerCore saker = new(
            settings, new NetworkDevice(3, "br0", MacAddress.Parse(KernelCore.UpperAddress)), device => new Handler(device, ReceiveHandlerResult.Consumed));
        AssertAgree(
            kernel.Ask,
            saker.Ask,
            [
                ("to the bridge", Oracle.Frame.Ethernet(new byte[46], 0x88b5, KernelCore.UpperAddress)),
                ("to its port", Oracle.Frame.Ethernet(new byte[46], 0x88b5)),
                ("of the neighbours", Oracle.Frame.Ethernet(new byte[46], 0x88cc, "01:80:c2:00:00:0e")),
            ]);
    }

    private static void AssertAgree(Func<byte[], CoreAnswer> kernel, Func<byte[], CoreAnswer> saker, IEnumerable<(string Name, byte[] Bytes)> frames)
    {
        string[] differences =
        [
            .. frames.Select(frame => (frame.Name, Theirs: kernel(frame.Bytes).ToString(), Ours: saker(frame.Bytes).ToString()))
                .Where(frame => frame.Theirs != frame.Ours)
                .Select(frame => $"{frame.Name}\n  kernel {frame.Theirs}\n  saker  {frame.Ours}"),
        ];
        Assert.True(differences.Length == 0, string.Join('\n', differences));
    }

    /// <summary>What macvlan or a bridge does with frames for its own device, and with those that are no concern of it.</summary>
    private sealed class Handler(NetworkDevice upper, ReceiveHandlerResult own) : IReceiveHandler
    {
        private static readonly MacAddress Port = MacAddress.Parse("02:00:00:00:00:01");

        public ReceiveHandlerResult Handle(PacketBuffer packet, PacketContext context)
        {
            MacAddress destination = MacAddress.ReadFrom(packet.LinkHeader);
            bool isOwn = destination == upper.Address || (own == ReceiveHandlerResult.Consumed && destination == Port);
            if (!isOwn)
            {
                return ReceiveHandlerResult.Pass;
            }

            packet.Device = upper.Index;
            packet.PacketType = PacketType.Host;
            if (own == ReceiveHandlerResult.Consumed)
            {
                context.Receive(packet);
            }

            return own;
        }
    }
}
