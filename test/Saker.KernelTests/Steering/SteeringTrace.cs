using System.Globalization;
using Saker.Kernel.Tracing;

namespace Saker.KernelTests.Steering;

/// <summary>What the kernel did with a row of frames.</summary>
/// <param name="Given">The frames as its steering got them, with the hash that it went by, in the order of their coming.</param>
/// <param name="Result">What became of them.</param>
/// <param name="BacklogBudgets">For each CPU how many packets its backlog's polls might take, all of <see cref="SteeringResult.BacklogPolls"/>.</param>
/// <param name="Others">For each CPU how many packets of others it received meanwhile, or shortly after.</param>
/// <param name="IsTogether">Whether one poll took all frames.</param>
/// <param name="IsAlone">
/// Whether no CPU received packets of others from the first frame's coming to the end of the backlog's poll that received the last one, and no backlog refused any of
/// others.
/// </param>
internal sealed record KernelSteered(
    IReadOnlyList<SteeredFrame> Given,
    SteeringResult Result,
    IReadOnlyList<IReadOnlyList<int>> BacklogBudgets,
    IReadOnlyList<int> Others,
    bool IsTogether,
    bool IsAlone);

/// <summary>What was noted while frames were sent.</summary>
internal sealed record SteeringEvents(IReadOnlyList<TraceEvent> Events, IReadOnlyList<SoftnetRow> Softnet, long DeviceDrops);

/// <summary>Reads the trace of frames that are steered. A frame is known by its length, and by its address until it is received.</summary>
internal sealed class SteeringTrace
{
    /// <summary>From this number on frames are no part of the row.</summary>
    public const int FirstPrimer = 1000;

    /// <summary>The device of the backlogs' polls.</summary>
    public const string NoDevice = "(no_device)";

    private readonly List<SteeredFrame> _given = [];
    private readonly Dictionary<string, (int Length, int Cpu)> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<int> _polled = [];
    private readonly Dictionary<int, SteeredTo> _received = [];
    private readonly List<int>[] _order = Lists();
    private readonly List<(int Work, int Budget)>[] _backlogPolls = [[], []];
    private readonly int[] _others = new int[SakerSteering.Cpus];
    private readonly List<string> _reasons = [];
    private readonly bool _polls;
    private bool _isTogether;
    private int _othersAtFirst;
    private int _othersAtLast;
    private bool _isOver;
    private bool _wereOthersRefused;

    private SteeringTrace(bool polls) => _polls = polls;

    public static KernelSteered Read(SteeringEvents noted, string device, bool polls)
    {
        SteeringTrace trace = new(polls);

        // The frames of these rows have nothing to do with further CPUs.
        foreach (TraceEvent one in noted.Events.Where(one => one.Processor < SakerSteering.Cpus))
        {
            trace.Read(one, device);
        }

        List<int>[] works = Lists();
        List<int>[] budgets = Lists();
        for (int cpu = 0; cpu < SakerSteering.Cpus; cpu++)
        {
            foreach ((int work, int budget) in trace._backlogPolls[cpu])
            {
                works[cpu].Add(work);
                budgets[cpu].Add(budget);
                if (work < budget)
                {
                    break;
                }
            }
        }

        SteeringResult result = new(
            [.. trace._given.Select(frame => trace._received.GetValueOrDefault(frame.Length, new SteeredTo(frame.Length, SteeredTo.Nowhere, true)))],
            trace._order,
            works,
            noted.Softnet,
            noted.DeviceDrops,
            trace._reasons);
        bool isAlone = trace._othersAtFirst == trace._othersAtLast && !trace._wereOthersRefused;
        return new KernelSteered(trace._given, result, budgets, trace._others, trace._isTogether, isAlone);
    }

    private static List<int>[] Lists() => [.. Enumerable.Range(0, SakerSteering.Cpus).Select(_ => new List<int>())];

    private void Read(TraceEvent one, string device)
    {
        switch (one.Name)
        {
            case "napi_gro_receive_entry" or "netif_rx_entry" when LengthOf(one) < KernelSteering.LengthOf(FirstPrimer):
                Come(one);
                break;
            case "napi_poll":
                Poll(one, device);
                break;
            case "netif_receive_skb":
                Receive(one, device);
                break;
            case "kfree_skb" when PacketDrop.TryParse(one, out PacketDrop drop):
                Drop(drop);
                break;
        }
    }

    private void Come(TraceEvent one)
    {
        if (_given.Count == 0)
        {
            _othersAtFirst = _othersAtLast = _others.Sum();
        }

        uint hash = uint.Parse(one.Field("hash")[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        int ring = int.Parse(one.Field("queue_mapping"), CultureInfo.InvariantCulture);

        // veth notes no receive queue. What stands there is the sender's choice, in which RPS sees a receive queue's number and one, or none for 0: the first queue.
        _given.Add(new SteeredFrame(LengthOf(one), ring, Math.Max(ring - 1, 0), hash));
        _waiting[one.Field("skbaddr").ToString()] = (LengthOf(one), one.Processor);
    }

    private void Poll(TraceEvent one, string device)
    {
        string[] words = one.Text.TrimEnd().Split(' ');
        int work = int.Parse(words[^3], CultureInfo.InvariantCulture);
        if (words[^5] == device)
        {
            _isTogether |= work == _given.Count && _polled.Count == 0;
            _polled.UnionWith(_given.Select(frame => frame.Length));
        }
        else if (_given.Count != 0)
        {
            int budget = int.Parse(words[^1], CultureInfo.InvariantCulture);
            _backlogPolls[one.Processor].Add((work, budget));
            if (!_isOver && _waiting.Count == 0 && work < budget)
            {
                _isOver = true;
                _othersAtLast = _others.Sum();
            }
        }
    }

    private void Drop(in PacketDrop drop)
    {
        if (_waiting.Remove(drop.Packet))
        {
            _reasons.Add(drop.Reason);
        }
        else
        {
            _wereOthersRefused |= drop.Reason == "CPU_BACKLOG";
        }
    }

    private void Receive(TraceEvent one, string device)
    {
        if (!one.Field("dev").SequenceEqual(device))
        {
            _others[one.Processor]++;
        }
        else if (_waiting.Remove(one.Field("skbaddr").ToString(), out (int Length, int Cpu) came))
        {
            int length = came.Length;
            _order[one.Processor].Add(length);

            // A CPU that works on packets of others does not wait for the end of the other CPU's poll.
            _received[length] = new SteeredTo(length, one.Processor, !_polls || one.Processor != came.Cpu || _polled.Contains(length));
            _othersAtLast = _others.Sum();
        }
    }

    private static int LengthOf(TraceEvent one) => int.Parse(one.Field("len"), CultureInfo.InvariantCulture);
}
