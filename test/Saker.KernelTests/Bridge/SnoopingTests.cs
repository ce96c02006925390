namespace Saker.KernelTests.Bridge;

/// <summary>Which groups go where on a bridge with the kernel's default settings, which listens to IGMP and MLD.</summary>
/// <remarks>
/// Why a packet of IP was dropped is not compared: others on the machine drop such, too. By which ports it leaves, and whether this host gets it, tells the same.
/// </remarks>
public sealed class SnoopingTests
{
    private const string Group = "239.1.2.3", Other = "239.1.2.4", LocalGroup = "224.0.0.251";
    private const string Group6 = "ff15::1:2", Other6 = "ff15::1:3", LocalGroup6 = "ff02::fb";
    private const int Seed = 20261122;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(Seed, Effort.Inputs(2, 20))];

    [KernelFact]
    public void Without_anybody_who_asks_all_groups_are_flooded_and_faulty_packets_dropped() => Compare([.. Probes(), .. Faulty(), .. Probes()]);

    [KernelFact]
    public void With_a_querier_groups_go_where_they_are_wanted() => Compare(
    [
        .. Probes(),
        In(1, Report(Group)),
        .. Probes(),
        In(2, Query("10.0.0.9")),
        .. Probes(),
        new BridgeStep.Wait(300),
        .. Probes(),
        In(3, Report(Other)),
        In(4, GroupFrames.IPv4("10.0.0.4", "224.0.0.22", 2, GroupFrames.Checked(GroupFrames.Records(0x22, 4, 1, Group)))),
        .. Probes(),
        In(4, GroupFrames.IPv4("10.0.0.4", "224.0.0.22", 2, GroupFrames.Checked(GroupFrames.Records(0x22, 3, 1, Group)))),
        In(1, GroupFrames.IPv4("10.0.0.4", "224.0.0.2", 2, GroupFrames.Igmp(0x17, 0, Group))),
        .. Probes(),
        .. Faulty(),
        .. Probes(),
        In(2, GroupFrames.IPv4("10.0.0.9", Group, 2, GroupFrames.Igmp(0x11, 1, Group))),
        new BridgeStep.Wait(500),
        .. Probes(),
        new BridgeStep.Send(Report(Group)),
        .. Probes(),
        In(3, GroupFrames.IPv4("10.0.0.3", "224.0.0.13", 103, [0x20, 0, 0, 0])),
        .. Probes(),
    ]);

    [KernelFact]
    public void The_same_with_IPv6() => Compare(
    [
        .. Probes(),
        In(1, Report6(Group6)),
        In(2, Query6("fe80::9")),
        .. Probes(),
        new BridgeStep.Wait(300),
        .. Probes(),
        In(3, Report6(Other6)),
        In(4, GroupFrames.IPv6("fe80::4", "ff02::16", GroupFrames.Records(143, 4, 1, Group6))),
        .. Probes(),
        .. Faulty(),
        In(2, GroupFrames.IPv6("fe80::9", Group6, GroupFrames.Mld(130, 100, Group6))),
        new BridgeStep.Wait(500),
        .. Probes(),
        new BridgeStep.Send(Report6(Group6)),
        .. Probes(),
    ]);

    [KernelFact]
    public void A_querier_without_an_address_and_one_with_a_higher_or_lower_one() => Compare(
    [
        In(1, Query("0.0.0.0")),
        new BridgeStep.Wait(300),
        .. Probes(),
        In(2, Query("10.0.0.9")),
        .. Probes(),
        In(3, Query("10.0.0.10")),
        .. Probes(),
        In(4, Query("10.0.0.8")),
        .. Probes(),
    ]);

    [KernelTheory]
    [MemberData(nameof(Seeds))]
    public void Any_sequence_of_messages_leads_groups_where_the_kernel_does(int seed)
    {
        Random random = new(seed);
        List<BridgeStep> steps = [];
        BridgeStep[] faulty = [.. Faulty()];
        for (int i = 0; i < 60; i++)
        {
            int port = random.Next(KernelBridge.Ports) + 1;
            string group = random.Next(2) == 0 ? Group : Other;
            string group6 = random.Next(2) == 0 ? Group6 : Other6;
            byte record = (byte)random.Next(1, 8);
            string[] sources = random.Next(2) == 0 ? [] : ["10.0.0.77"];
            string[] sources6 = random.Next(2) == 0 ? [] : ["fe80::77"];
            BridgeStep[] next = random.Next(14) switch
            {
                0 => [In(port, Query($"10.0.0.{random.Next(3)}")), new BridgeStep.Wait(300)],
                1 => [In(port, Query6($"fe80::{random.Next(1, 4)}")), new BridgeStep.Wait(300)],
                2 => [In(port, GroupFrames.IPv4("10.0.0.9", group, 2, GroupFrames.Igmp(0x11, 1, group))), new BridgeStep.Wait(500)],
                3 => [In(port, GroupFrames.IPv6("fe80::9", group6, GroupFrames.Mld(130, 100, group6))), new BridgeStep.Wait(500)],
                4 or 5 => [In(port, Report(group))],
                6 or 7 => [In(port, Report6(group6))],
                8 => [In(port, GroupFrames.IPv4("10.0.0.4", "224.0.0.22", 2, GroupFrames.Checked(GroupFrames.Records(0x22, record, random.Next(1, 3), group, sources))))],
                9 => [In(port, GroupFrames.IPv6("fe80::4", "ff02::16", GroupFrames.Records(143, record, random.Next(1, 3), group6, sources6)))],
                10 => [new BridgeStep.Send(random.Next(2) == 0 ? Report(group) : Report6(group6))],
                11 => [In(port, GroupFrames.IPv4("10.0.0.9", "224.0.0.1", 2, GroupFrames.IgmpV3Query(1, "0.0.0.0", sources))), new BridgeStep.Wait(300)],
                12 => [faulty[random.Next(faulty.Length)]],
                _ => [In(port, GroupFrames.IPv4("10.0.0.3", "224.0.0.13", 103, [(byte)(random.Next(2) == 0 ? 0x20 : 0x21), 0, 0, 0]))],
            };
            steps.AddRange(next);
            steps.AddRange(Probes());
        }

        Compare(steps);
    }

    private static void Compare(List<BridgeStep> steps)
    {
        using KernelBridge kernel = new(snoops: true);
        using SakerBridge saker = new(snoops: true);
        List<string> differences = BridgeComparison.Run(kernel, saker, steps);
        Assert.True(differences.Count == 0, $"{differences.Count} of {steps.Count} steps differ:\n{string.Join('\n', differences.Take(10))}");
    }

    private static void Compare(IEnumerable<BridgeStep> steps) => Compare(steps.ToList());

    /// <summary>A packet to each kind of group.</summary>
    private static IEnumerable<BridgeStep> Probes()
    {
        byte[] udp = [0, 9, 0, 9, 0, 8, 0, 0];
        foreach (string group in (string[])[Group, Other, LocalGroup])
        {
            yield return In(4, GroupFrames.IPv4("10.0.0.4", group, 17, udp));
        }

        foreach (string group in (string[])[Group6, Other6, LocalGroup6, "ff02::1"])
        {
            yield return In(4, GroupFrames.IPv6("fe80::4", group, [128, 0, 0, 0, 0, 0, 0, 0], hasRouterAlert: false));
        }

        yield return new BridgeStep.Send(GroupFrames.IPv4("10.0.0.1", Group, 17, udp));
        yield return In(4, Oracle.Frame.Ethernet(new byte[46], 0x88b5, "01:00:5e:01:02:03", "02:00:00:00:0a:01"));
    }

    /// <summary>Packets with faults, and messages that ask for nothing known.</summary>
    private static IEnumerable<BridgeStep> Faulty()
    {
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 17, new byte[8], headerChecksum: 0x1234));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 17, new byte[8], totalLength: 400));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 17, new byte[8], totalLength: 12));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 2, [0x16, 0, 0, 0, 239, 1, 2, 3]));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 2, GroupFrames.Checked([0x16, 0, 0, 0])));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 2, GroupFrames.Igmp(0x11, 1, "0.0.0.0")));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", "224.0.0.1", 2, GroupFrames.Checked([0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0])));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", Group, 2, GroupFrames.Igmp(0x99, 1, "0.0.0.0")));
        yield return In(1, GroupFrames.IPv4("10.0.0.1", "224.0.0.22", 2, GroupFrames.Checked(GroupFrames.Records(0x22, 4, 3, Other))));
        yield return In(1, GroupFrames.IPv6("fe80::1", Group6, GroupFrames.Mld(131, 0, Group6), isChecksumWrong: true));
        yield return In(1, GroupFrames.IPv6("2001:db8::1", "ff02::1", GroupFrames.Mld(130, 100, "::")));
        yield return In(1, GroupFrames.IPv6("fe80::1", Group6, GroupFrames.Mld(130, 100, "::")));
        yield return In(1, GroupFrames.IPv6("fe80::1", Group6, [128, 0, 0, 0]));
        yield return In(1, GroupFrames.IPv6("fe80::1", Group6, [200, 0, 0, 0, 0, 0, 0, 0]));
        yield return In(1, Oracle.Frame.Ethernet([0x60, 0, 0, 0, 0, 0, 59, 1, .. new byte[32]], 0x86dd, "33:33:00:01:00:02", "02:00:00:00:0a:01"));
    }

    private static BridgeStep.Receive In(int port, byte[] frame) => new(port, frame);

    private static byte[] Report(string group) => GroupFrames.IPv4("10.0.0.1", group, 2, GroupFrames.Igmp(0x16, 0, group));

    private static byte[] Report6(string group) => GroupFrames.IPv6("fe80::1", group, GroupFrames.Mld(131, 0, group));

    private static byte[] Query(string source) => GroupFrames.IPv4(source, "224.0.0.1", 2, GroupFrames.Igmp(0x11, 1, "0.0.0.0"));

    private static byte[] Query6(string source) => GroupFrames.IPv6(source, "ff02::1", GroupFrames.Mld(130, 100, "::"));
}
