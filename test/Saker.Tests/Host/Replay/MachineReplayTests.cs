using System.Text;
using System.Text.Json;
using Saker.Host.Hosts;
using Saker.Host.Inference;
using Saker.Host.Replay;
using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Stack.Softirq;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Replay;

/// <summary>Several queues and CPUs, merging, and work that takes time, in a replay.</summary>
public sealed class MachineReplayTests
{
    private static readonly MachineCosts Slow = new(Interrupt: 1000, Poll: 500, Packet: 1000);

    public static TheoryData<string> Samples => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.pcap*").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Without_costs_more_queues_and_cpus_change_nothing_but_the_queue(string sample)
    {
        JsonElement[] one = Frames(Run(sample, _ => { }, options => options));
        JsonElement[] four = Frames(Run(sample, WithQueues(4), options => options with { CpuCount = 4 }));

        Assert.Equal(one.Select(WithoutQueue), four.Select(WithoutQueue));
        Assert.All(one, frame => Assert.Equal(0, frame.GetProperty("queue").GetInt32()));
        Assert.All(four, frame => Assert.Equal(
            Convert.ToUInt32(frame.GetProperty("rxHash").GetString(), 16) % IndirectionTable.UsualSize % 4, frame.GetProperty("queue").GetUInt32()));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Without_costs_steering_to_other_cpus_changes_no_outcome(string sample)
    {
        JsonElement[] here = Frames(Run(sample, _ => { }, options => options));
        JsonElement[] elsewhere = Frames(Run(sample, _ => { }, options => options with
        {
            CpuCount = 4,
            Rps = [new RpsSetting(options.Device, 0, 0b1110)],
        }));

        Assert.Equal(here.Select(WithoutQueue), elsewhere.Select(WithoutQueue));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Work_that_takes_time_loses_no_frame_unaccounted_and_no_buffer(string sample)
    {
        string first = Run(sample, WithRing(64), options => options with { Costs = new MachineCosts(50_000, 50_000, 100_000), CpuCount = 2 });
        string second = Run(sample, WithRing(64), options => options with { Costs = new MachineCosts(50_000, 50_000, 100_000), CpuCount = 2 });
        JsonElement summary = Summary(first);

        Assert.Equal(first, second);
        Assert.Equal(summary.GetProperty("frames").GetInt64(), summary.GetProperty("verdicts").EnumerateObject().Sum(verdict => verdict.Value.GetInt64()));
        Assert.Equal(Enumerable.Range(1, Frames(first).Length), Frames(first).Select(frame => frame.GetProperty("frame").GetInt32()));
    }

    [Fact]
    public void A_frame_that_finds_the_ring_full_is_missed_and_counted_as_such()
    {
        string output = Run("burst.pcap.gz", WithRing(64), options => options with { Costs = Slow });
        JsonElement[] missed = [.. Frames(output).Where(frame => frame.GetProperty("reason").GetString() == "card:rx_missed")];

        Assert.NotEmpty(missed);
        Assert.All(missed, frame =>
        {
            Assert.Equal("card", frame.GetProperty("function").GetString());
            Assert.Equal("""{"dev.rx_missed_errors":1}""", frame.GetProperty("counters").GetRawText());
        });
        Assert.Equal(missed.Length, Summary(output).GetProperty("queues")[0].GetProperty("missed").GetInt32());
    }

    [Fact]
    public void A_packet_that_the_backlog_refuses_is_dropped_as_the_kernel_drops_it()
    {
        string output = Run("burst.pcap.gz", _ => { }, options => options with
        {
            Costs = Slow,
            CpuCount = 2,
            Rps = [new RpsSetting(options.Device, 0, 0b10)],
        }, new ReceiveSettings { MaximumBacklog = 32 });
        JsonElement[] refused = [.. Frames(output).Where(frame => frame.GetProperty("reason").GetString() == "CPU_BACKLOG")];
        JsonElement cpus = Summary(output).GetProperty("cpus");

        Assert.NotEmpty(refused);
        Assert.All(refused, frame =>
        {
            Assert.Equal("enqueue_to_backlog", frame.GetProperty("function").GetString());
            Assert.Equal(1, frame.GetProperty("counters").GetProperty("dev.rx_dropped").GetInt32());
        });
        Assert.Equal((0, refused.Length), (cpus[0].GetProperty("dropped").GetInt32(), cpus[1].GetProperty("dropped").GetInt32()));
        Assert.NotEqual(0, cpus[1].GetProperty("received_rps").GetInt32());
    }

    [Fact]
    public void Segments_that_share_a_poll_are_held_and_name_the_frame_that_they_went_into()
    {
        static void Merge(NetworkDevice device) => device.Offload = device.Offload with { IsOn = true };
        string merged = Run("iperf3.pcap", Merge, options => options with { Coalesce = 1_000_000 });
        string plain = Run("iperf3.pcap", device => device.Offload = device.Offload with { IsOn = false }, options => options with { Coalesce = 1_000_000 });

        JsonElement[] held = [.. Frames(merged).Where(frame => frame.GetProperty("verdict").GetString() == "held")];
        Assert.NotEmpty(held);
        Dictionary<int, string?> verdicts = Frames(merged).ToDictionary(frame => frame.GetProperty("frame").GetInt32(), frame => frame.GetProperty("verdict").GetString());
        Assert.All(held, frame =>
        {
            int into = frame.GetProperty("into").GetInt32();
            Assert.True(into < frame.GetProperty("frame").GetInt32());
            Assert.Equal("delivered", verdicts[into]);
        });
        Assert.DoesNotContain(Frames(plain), frame => frame.GetProperty("verdict").GetString() == "held");
        Assert.Equal(
            Summary(plain).GetProperty("verdicts").GetProperty("delivered").GetInt32(),
            Summary(merged).GetProperty("verdicts").GetProperty("delivered").GetInt32() + held.Length);
    }

    [Fact]
    public void The_cards_own_moderation_is_used_where_it_is_asked_for()
    {
        static void Moderate(NetworkDevice device) => device.Card = device.Card with { Coalesce = new CoalesceSettings { RxMicroseconds = 100 } };
        static long Interrupts(string output) => Summary(output).GetProperty("queues")[0].GetProperty("interrupts").GetInt64();

        // Two CPUs, so that the sums are told.
        string alone = Run("burst.pcap.gz", Moderate, options => options with { CpuCount = 2 });
        string moderated = Run("burst.pcap.gz", Moderate, options => options with { CpuCount = 2, Coalesce = null });

        Assert.Equal(1801, Interrupts(alone));
        Assert.Equal(10, Interrupts(moderated));
    }

    [Fact]
    public void What_the_host_lets_wait_between_polls_waits_only_where_its_moderation_is_asked_for()
    {
        static void Hold(NetworkDevice device)
        {
            device.Offload = device.Offload with { IsOn = true };
            device.Napi = new NapiSettings { FlushTimeout = 1_000_000_000 };
        }

        static int Held(string output) => Frames(output).Count(frame => frame.GetProperty("verdict").GetString() == "held");

        Assert.Equal(0, Held(Run("iperf3.pcap", Hold, options => options)));
        Assert.Equal(0, Held(Run("iperf3.pcap", device => device.Offload = device.Offload with { IsOn = true }, options => options with { Coalesce = null })));
        Assert.NotEqual(0, Held(Run("iperf3.pcap", Hold, options => options with { Coalesce = null })));
    }

    [Fact]
    public void A_host_that_puts_interrupts_off_polls_by_its_timer()
    {
        static void Defer(NetworkDevice device) => device.Napi = new NapiSettings { DeferHardInterrupts = 2, FlushTimeout = 20_000 };
        static long Interrupts(string output) => Summary(output).GetProperty("queues")[0].GetProperty("interrupts").GetInt64();

        // Two CPUs, so that the sums are told.
        string alone = Run("burst.pcap.gz", Defer, options => options with { CpuCount = 2 });
        string deferred = Run("burst.pcap.gz", Defer, options => options with { CpuCount = 2, Coalesce = null });

        Assert.Equal(1801, Interrupts(alone));
        Assert.InRange(Interrupts(deferred), 1, 100);
        Assert.Equal(Summary(alone).GetProperty("verdicts").GetRawText(), Summary(deferred).GetProperty("verdicts").GetRawText());
    }

    private static Action<NetworkDevice> WithQueues(int queues) => device => device.Card = device.Card.WithQueues(queues);

    private static Action<NetworkDevice> WithRing(int size) => device => device.Card = device.Card with { Rings = device.Card.Rings with { Rx = size } };

    private static string Run(string sample, Action<NetworkDevice> setUp, Func<ReplayOptions, ReplayOptions> change, ReceiveSettings? settings = null)
    {
        string path = Path.Combine(Repository.Root, "samples", sample);
        Assert.True(HostInference.TryInfer(Open, out HostConfiguration? host, out _));
        Assert.True(Open(out CaptureReader? reader, out _));
        using (reader)
        using (MemoryStream output = new())
        {
            NetworkDevice device = host.OnlyDevice!;
            setUp(device);
            using ReplayJson json = new(output, "capture", device, host.Devices);
            using (ReplaySession session = new(host with { Receive = settings ?? host.Receive }, change(new ReplayOptions { Device = device }), json))
            {
                session.Run(reader);
                json.Finish(session.Load);
            }

            return Encoding.UTF8.GetString(output.ToArray());
        }

        bool Open(
            [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CaptureReader? opened,
            [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out CaptureFault? fault) => CaptureReader.TryOpen(path, out opened, out fault);
    }

    private static JsonElement[] Frames(string output) =>
        [.. Lines(output).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("frame", out _))];

    private static JsonElement Summary(string output) => JsonDocument.Parse(Lines(output)[^1]).RootElement.GetProperty("summary");

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string WithoutQueue(JsonElement frame) =>
        string.Join(',', frame.EnumerateObject().Where(member => member.Name != "queue").Select(member => $"{member.Name}:{member.Value.GetRawText()}"));
}
