using Saker.Stack.Observation;

namespace Saker.Tests.Stack.Observation;

public sealed class CounterNamesTests
{
    private static readonly string[] SettingsAmongTheCounters =
        ["Ip.Forwarding", "Ip.DefaultTTL", "Tcp.RtoAlgorithm", "Tcp.RtoMin", "Tcp.RtoMax", "Tcp.MaxConn"];

    public static TheoryData<Counter, string> Samples => new()
    {
        { Counter.IpInReceives, "Ip.InReceives" },
        { Counter.IcmpInMsgs, "Icmp.InMsgs" },
        { Counter.IcmpMsgInType(8), "IcmpMsg.InType8" },
        { Counter.IcmpMsgOutType(255), "IcmpMsg.OutType255" },
        { Counter.TcpInSegs, "Tcp.InSegs" },
        { Counter.UdpNoPorts, "Udp.NoPorts" },
        { Counter.UdpLiteInErrors, "UdpLite.InErrors" },
        { Counter.TcpExtTCPHPHits, "TcpExt.TCPHPHits" },
        { Counter.TcpExtTcpTimeoutRehash, "TcpExt.TcpTimeoutRehash" },
        { Counter.IpExtInOctets, "IpExt.InOctets" },
        { Counter.Ip6InReceives, "Ip6InReceives" },
        { Counter.Icmp6InType(135), "Icmp6InType135" },
        { Counter.Icmp6OutType(0), "Icmp6OutType0" },
        { Counter.Udp6IgnoredMulti, "Udp6IgnoredMulti" },
        { Counter.UdpLite6MemErrors, "UdpLite6MemErrors" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_counter_has_the_kernels_name(Counter counter, string name) => Assert.Equal(name, counter.Name());

    [Fact]
    public void Every_number_has_a_name_of_its_own_that_parses_back()
    {
        for (int i = 0; i < CounterNames.Count; i++)
        {
            Assert.True(CounterNames.TryParse(((Counter)i).Name(), out var parsed));
            Assert.Equal((Counter)i, parsed);
        }
    }

    [Fact]
    public void Every_member_has_the_number_of_its_name()
    {
        foreach (var counter in Enum.GetValues<Counter>())
        {
            Assert.Equal(counter.ToString(), counter.Name().Replace(".", "", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ip.inreceives")]
    [InlineData("Ip.DefaultTTL")]
    [InlineData("IcmpMsg.InType256")]
    public void A_text_that_is_no_name_does_not_parse(string name) => Assert.False(CounterNames.TryParse(name, out _));

    [ReferenceKernelFact]
    public void Every_counter_of_the_running_kernel_is_known_and_stands_in_its_order()
    {
        var printed = SnmpNames("/proc/net/snmp").Concat(SnmpNames("/proc/net/netstat")).Concat(Snmp6Names("/proc/net/snmp6"))
            .Except(SettingsAmongTheCounters)
            .Where(name => !name.StartsWith("MPTcpExt.", StringComparison.Ordinal));

        int last = -1;
        foreach (string name in printed)
        {
            Assert.True(CounterNames.TryParse(name, out var counter), $"{name} is not known.");
            Assert.True((int)counter > last, $"{name} stands before its predecessor.");
            last = (int)counter;
        }
    }

    [ReferenceKernelFact]
    public void Every_counter_but_single_ICMP_types_is_one_that_the_running_kernel_prints()
    {
        string[] printed = [.. SnmpNames("/proc/net/snmp"), .. SnmpNames("/proc/net/netstat"), .. Snmp6Names("/proc/net/snmp6")];
        var missing = Enumerable.Range(0, CounterNames.Count).Select(i => ((Counter)i).Name())
            .Where(name => !name.Contains("InType", StringComparison.Ordinal) && !name.Contains("OutType", StringComparison.Ordinal))
            .Except(printed);
        Assert.Empty(missing);
    }

    private static IEnumerable<string> SnmpNames(string path)
    {
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i + 1 < lines.Length; i += 2)
        {
            string[] words = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (string name in words[1..])
            {
                yield return $"{words[0][..^1]}.{name}";
            }
        }
    }

    private static IEnumerable<string> Snmp6Names(string path) => File.ReadLines(path).Select(line => line.Split([' ', '\t'])[0]);
}

/// <summary>A test of what the running kernel prints; skipped, with the reason, where it is not the reference version.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReferenceKernelFactAttribute : FactAttribute
{
    public ReferenceKernelFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version is not { Major: 6, Minor: 18 })
        {
            Skip = $"Compares with Linux 6.18; this is {Environment.OSVersion}.";
        }
        else if (!File.Exists("/proc/net/snmp6"))
        {
            Skip = "There is no /proc/net/snmp6 here.";
        }
    }
}
