using Saker.Kernel.Bpf;
using Saker.KernelTests.Bridge;
using Saker.Stack.Core.TrafficControl;

namespace Saker.KernelTests.TrafficControl;

/// <summary>
/// Programs, filters and netfilter functions on a bridge's ports decide about frames as the kernel's do, whose programs are a few instructions of eBPF (tcx) or one of
/// classic BPF (clsact).
/// </summary>
public sealed class TrafficTests
{
    private const int Frames = 15;
    private const int Seed = 20261122;

    /// <summary>What has a name, or is hard to come by by chance.</summary>
    private static readonly Dictionary<string, TrafficSetting[]> Cases = new()
    {
        ["a circle of redirections"] =
            [new TrafficSetting.Program("p2", false, 0, "p3", false, false, null), new TrafficSetting.Program("p3", false, 0, "p2", false, false, null)],
        ["reclassification without end"] = [new TrafficSetting.Mirror("p1", true, 5, "p4", "reclassify")],
        ["reclassification without end at egress"] = [new TrafficSetting.Mirror("p2", false, 5, "p4", "reclassify")],
        ["a redirection nowhere"] = [new TrafficSetting.Filter("p1", true, 5, TrafficFilter.AllProtocols, 7)],
        ["netfilter's newest first"] = [new TrafficSetting.Hook("p1", true, 0, false, 1), new TrafficSetting.Hook("p1", true, 0, true, 2)],
        ["received by the bridge itself"] = [new TrafficSetting.Program("p1", true, 0, "br0", true, false, null)],
        ["sent by the bridge itself"] = [new TrafficSetting.Program("p1", true, 0, "br0", false, false, null)],
        ["a program's verdict that is none"] = [new TrafficSetting.Program("p1", true, 4, null, false, false, null), new TrafficSetting.Program("p1", true, 2, null, false, false, null)],
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    /// <summary>Settings are made up from seeds.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(Seed, Effort.Inputs(12, 200))];

    [KernelTheory]
    [MemberData(nameof(CaseNames))]
    public void A_setting_of_note_decides_as_the_kernels(string name) => Compare(Cases[name], seed: 1);

    [KernelTheory]
    [MemberData(nameof(Seeds))]
    public void Any_settings_decide_as_the_kernels(int seed) => Compare(MakeSettings(new Random(seed)), seed);

    private static void Compare(IReadOnlyList<TrafficSetting> settings, int seed)
    {
        using KernelBridge kernel = new();
        using SakerBridge saker = new();
        kernel.Run([.. KernelBridge.DeviceNames.Select(device => $"tc qdisc add dev {device} clsact")]);
        List<KernelLink?> theirs = [];
        List<TrafficProgram?> ours = [];
        try
        {
            foreach (TrafficSetting setting in settings)
            {
                theirs.Add(setting.Set(kernel, theirs));
                ours.Add(setting.Set(saker, ours));
            }

            List<BridgeStep> steps = new BridgeSequence(seed).Make(Frames);
            List<string> differences = BridgeComparison.Run(kernel, saker, steps);
            Assert.True(differences.Count == 0, $"{string.Join('\n', settings)}\n{string.Join('\n', differences)}");
        }
        finally
        {
            theirs.ForEach(program => program?.Dispose());
        }
    }

    /// <summary>
    /// A few settings. What is redirected to a device's ingress comes from an ingress and goes to <c>p4</c>, which redirects nothing there: else it would go round for ever,
    /// in the kernel, too.
    /// </summary>
    private static List<TrafficSetting> MakeSettings(Random random)
    {
        int[] programVerdicts = [-1, -1, 0, 2, 4, 9];
        int[] filterVerdicts = [-1, -1, 0, 2, 4, 7, 8];
        string[] controls = ["ok", "drop", "pipe", "continue"];
        List<TrafficSetting> settings = [];
        for (int count = random.Next(1, 7); count > 0; count--)
        {
            bool isIngress = random.Next(2) == 0;
            string device = $"p{random.Next(KernelBridge.Ports) + 1}";
            switch (random.Next(6))
            {
                case 0 or 1:
                    int protocol = ((int[])[TrafficFilter.AllProtocols, 0x88b5, 0x8100])[random.Next(3)];

                    // A priority belongs to one protocol.
                    ushort priority = (ushort)((random.Next(3) * 10) + (protocol % 7) + 1);
                    settings.Add(new TrafficSetting.Filter(device, isIngress, priority, protocol, filterVerdicts[random.Next(filterVerdicts.Length)]));
                    break;
                case 2 or 3:
                    settings.Add(MakeProgram(random, settings, device, isIngress, programVerdicts[random.Next(programVerdicts.Length)]));
                    break;
                case 4:
                    // Of filters of this kind only one has a priority. At egress copies could go in a circle.
                    settings.Add(new TrafficSetting.Mirror(device, true, (ushort)(100 + settings.Count), "p4", controls[random.Next(controls.Length)]));
                    break;
                default:
                    settings.Add(new TrafficSetting.Hook(device, isIngress, random.Next(-1, 2), random.Next(3) != 0, settings.Count));
                    break;
            }
        }

        return settings;
    }

    private static TrafficSetting.Program MakeProgram(Random random, List<TrafficSetting> settings, string device, bool isIngress, int verdict)
    {
        int[] others = [.. Enumerable.Range(0, settings.Count).Where(i => settings[i] is TrafficSetting.Program other && other.Device == device && other.IsIngress == isIngress)];
        int? beside = others.Length > 0 && random.Next(3) != 0 ? others[random.Next(others.Length)] : null;
        bool isRedirected = random.Next(3) == 0;
        bool isTargetIngress = isRedirected && isIngress && device != "p4" && random.Next(2) == 0;
        string? target = !isRedirected ? null : isTargetIngress ? "p4" : $"p{random.Next(KernelBridge.Ports) + 1}";
        return new TrafficSetting.Program(device, isIngress, verdict, target, isTargetIngress, random.Next(2) == 0, beside);
    }
}
