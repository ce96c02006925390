using System.Numerics;
using Saker.Stack.Softirq;

namespace Saker.KernelTests.Steering;

/// <summary>
/// Frames with the hashes that the kernel gave them go to the same CPUs by Saker's RPS as by the kernel's, and find room, or none, in the same backlogs.
/// </summary>
/// <remarks>
/// The frames' own way is compared exactly, by the trace. Of <c>/proc/net/softnet_stat</c> the columns of drops and of interrupts are compared exactly, since others
/// hardly move them; the column of packets received moves with all that the machine receives, and is compared with a bound for it.
/// </remarks>
[Collection(AloneCollection.Name)]
public sealed class SteeringTests
{
    private const int Burst = 40;
    private const int Limit = 10;

    [KernelTheory(Processors = SakerSteering.Cpus)]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_frame_runs_on_the_cpu_of_its_hash(bool polls)
    {
        ulong[] masks = [0, 1, 2, 3];
        using KernelSteering kernel = new(polls, masks);
        using SakerSteering saker = new(new ReceiveSettings(), masks);
        List<SteeredTo> seen = [];
        for (int round = 0; round < Effort.Inputs(6, 100); round++)
        {
            KernelSteered theirs = kernel.Send([.. Enumerable.Range(0, Burst).Select(i => KernelSteering.MakeFrame(4000 + (round * Burst) + i, i))]);
            SteeringResult ours = polls ? saker.Poll(theirs.Given) : saker.ReceiveLater(theirs.Given);
            Assert.Equal(theirs.Result.Frames.OrderBy(frame => frame.Length), ours.Frames.OrderBy(frame => frame.Length));
            AssertProcessed(theirs, ours);
            seen.AddRange(theirs.Result.Frames);
        }

        // Both CPUs were used; what is not for another CPU waits nevertheless, unless it was polled and its queue has no map.
        Assert.Contains(seen, frame => frame is { Cpu: 0, IsPostponed: true });
        Assert.Contains(seen, frame => frame is { Cpu: 1, IsPostponed: true });
        Assert.Equal(polls, seen.Exists(frame => frame is { Cpu: 0, IsPostponed: false }));
        Assert.DoesNotContain(seen, frame => frame is { Cpu: 1, IsPostponed: false } or { Cpu: SteeredTo.Nowhere });
    }

    [KernelTheory(Processors = SakerSteering.Cpus)]
    [InlineData(1, Limit)]
    [InlineData(2, Limit)]
    [InlineData(3, Limit)]
    [InlineData(0, Limit)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, Burst - 1)]
    [InlineData(2, Burst - 2)]
    public void A_backlog_has_room_for_one_more_than_its_limit(ulong mask, int limit)
    {
        using KernelSteering kernel = new(polls: true, mask);
        using SakerSteering saker = new(new ReceiveSettings { MaximumBacklog = limit }, mask);
        IReadOnlyList<int> ports = kernel.PortsOf(ring: 0, Burst);
        using MachineSetting setting = new("net.core.netdev_max_backlog");
        KernelSteered theirs = kernel.SendTogether(ports[0], Frames(ports), () => setting.Set(limit), setting.Restore);
        SteeringResult ours = saker.Poll(theirs.Given);
        AssertSame(theirs, ours);
        int backlogs = BitOperations.PopCount(mask);
        Assert.InRange(theirs.Result.Reasons.Count, Burst - (backlogs == 0 ? Burst : backlogs * (limit + 1)), Burst - (backlogs == 0 ? Burst : limit + 1));
    }

    [KernelTheory(Processors = SakerSteering.Cpus)]
    [InlineData(8, 1)]
    [InlineData(7, 1)]
    [InlineData(5, 3)]
    [InlineData(64, 1)]
    public void A_poll_of_the_backlog_takes_its_weight(int weight, int bias)
    {
        using KernelSteering kernel = new(polls: true, 1);
        using SakerSteering saker = new(new ReceiveSettings { DeviceWeight = weight, ReceiveWeightBias = bias }, 1);
        IReadOnlyList<int> ports = kernel.PortsOf(ring: 0, Burst);
        using MachineSetting weightSetting = new("net.core.dev_weight");
        using MachineSetting biasSetting = new("net.core.dev_weight_rx_bias");
        weightSetting.Set(weight);
        biasSetting.Set(bias);

        // The kernel's backlog goes by a new weight from its second poll on: the primer's is the first.
        KernelSteered theirs = kernel.SendTogether(ports[0], Frames(ports));
        SteeringResult ours = saker.Poll(theirs.Given);
        AssertSame(theirs, ours);
        Assert.Equal(theirs.Result.BacklogPolls[0], ours.BacklogPolls[0]);
        Assert.All(theirs.BacklogBudgets[0], budget => Assert.Equal(saker.BacklogWeight, budget));
        Assert.Equal((Burst / (weight * bias)) + 1, ours.BacklogPolls[0].Count);
    }

    [KernelTheory(Processors = SakerSteering.Cpus)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(Burst)]
    [InlineData(Burst + 1)]
    [InlineData(300)]
    public void A_run_is_squeezed_that_uses_up_its_budget(int budget)
    {
        const int Weight = 8;
        using KernelSteering kernel = new(polls: true, 1);
        using SakerSteering saker = new(new ReceiveSettings { Budget = budget, DeviceWeight = Weight }, 1);
        IReadOnlyList<int> ports = kernel.PortsOf(ring: 0, Burst);
        using MachineSetting weightSetting = new("net.core.dev_weight");
        using MachineSetting budgetSetting = new("net.core.netdev_budget");
        using MachineSetting timeSetting = new("net.core.netdev_budget_usecs");
        weightSetting.Set(Weight);
        timeSetting.Set(1_000_000);

        // A run may be interrupted for long on a busy machine, so that it has much time. So few packets of others cannot use up the budget of a run.
        KernelSteered theirs = kernel.SendTogether(
            ports[0], Frames(ports), () => budgetSetting.Set(budget), budgetSetting.Restore, mostOthers: Math.Min(budget, Burst) - 1);
        SteeringResult ours = saker.Poll(theirs.Given);
        AssertSame(theirs, ours);
        Assert.Equal(theirs.Result.BacklogPolls[0], ours.BacklogPolls[0]);
        Assert.Equal(theirs.Result.Softnet.Select(row => row.TimeSqueeze), ours.Softnet.Select(row => row.TimeSqueeze));
    }

    [KernelFact(Processors = SakerSteering.Cpus)]
    public void A_map_that_is_taken_away_leaves_packets_where_they_are_polled_and_one_of_cpus_that_cannot_be_is_refused()
    {
        using KernelSteering kernel = new(polls: true, 2);
        Assert.Equal("2", kernel.ReadMask(0).TrimStart('0', ','));

        // Saker leaves such a CPU out, as both do with one that is offline: a snapshot may be of a larger machine.
        Assert.False(kernel.TrySetMask(0, "ffffffff,ffffffff,ffffffff,ffffffff,ffffffff,ffffffff,ffffffff,ffffffff,ffffffff"));
        Assert.Equal("2", kernel.ReadMask(0).TrimStart('0', ','));
        Assert.True(kernel.TrySetMask(0, "0"));
        IReadOnlyList<int> ports = kernel.PortsOf(ring: 0, Burst);
        KernelSteered theirs = kernel.SendTogether(ports[0], Frames(ports));
        using SakerSteering saker = new(new ReceiveSettings(), 0);
        AssertSame(theirs, saker.Poll(theirs.Given));
        Assert.All(theirs.Result.Frames, frame => Assert.Equal((0, false), (frame.Cpu, frame.IsPostponed)));
    }

    private static List<byte[]> Frames(IReadOnlyList<int> ports) => [.. ports.Select(KernelSteering.MakeFrame)];

    private static void AssertSame(KernelSteered theirs, SteeringResult ours)
    {
        Assert.Equal(theirs.Result.Frames, ours.Frames);
        Assert.Equal(theirs.Result.Order, ours.Order);
        Assert.Equal(theirs.Result.Reasons, ours.Reasons);
        Assert.Equal(theirs.Result.DeviceDrops, ours.DeviceDrops);
        Assert.Equal(theirs.Result.Softnet.Select(row => (row.Dropped, row.ReceivedRps)), ours.Softnet.Select(row => (row.Dropped, row.ReceivedRps)));
        AssertProcessed(theirs, ours);
    }

    /// <summary>Packets of others count, too; such as a macvlan's twice.</summary>
    private static void AssertProcessed(KernelSteered theirs, SteeringResult ours)
    {
        for (int cpu = 0; cpu < SakerSteering.Cpus; cpu++)
        {
            long own = ours.Softnet[cpu].Processed;
            Assert.InRange(theirs.Result.Softnet[cpu].Processed, own, own + (2 * theirs.Others[cpu]));
        }
    }
}
