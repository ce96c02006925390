using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>What the probes say of the running kernel is what it says of itself, in its types and its configuration.</summary>
public sealed class BpfFeaturesTests
{
    private const int LastHelper = 211;

    /// <summary>Types of programs that depend on more than BPF itself, and on what.</summary>
    private static readonly Dictionary<ProgramType, string> Conditions = new()
    {
        [ProgramType.KernelProbe] = "CONFIG_BPF_EVENTS",
        [ProgramType.Tracepoint] = "CONFIG_BPF_EVENTS",
        [ProgramType.PerfEvent] = "CONFIG_BPF_EVENTS",
        [ProgramType.RawTracepoint] = "CONFIG_BPF_EVENTS",
        [ProgramType.RawTracepointWritable] = "CONFIG_BPF_EVENTS",
        [ProgramType.CgroupDevice] = "CONFIG_CGROUP_BPF",
        [ProgramType.CgroupSocketAddress] = "CONFIG_CGROUP_BPF",
        [ProgramType.CgroupSysctl] = "CONFIG_CGROUP_BPF",
        [ProgramType.CgroupSocketOption] = "CONFIG_CGROUP_BPF",
        [ProgramType.CgroupSkb] = "CONFIG_NET",
        [ProgramType.CgroupSocket] = "CONFIG_NET",
        [ProgramType.LightweightTunnelSeg6Local] = "CONFIG_NET",
        [ProgramType.LircMode2] = "CONFIG_BPF_LIRC_MODE2",
        [ProgramType.Netfilter] = "CONFIG_NETFILTER_BPF_LINK",
        [ProgramType.SecurityModule] = "CONFIG_BPF_LSM",
    };

    [KernelFact]
    public void Types_of_programs_are_those_of_the_kernels_build()
    {
        foreach (var type in Enum.GetValues<ProgramType>().Where(type => type is not (ProgramType.Unspecified or ProgramType.SecurityModule)))
        {
            var expected = !Conditions.TryGetValue(type, out var condition) || KernelConfiguration.All.ContainsKey(condition);
            var feature = BpfFeatures.Of(type);
            Assert.True(feature.IsSupported == expected, $"{feature}; {condition} is {KernelConfiguration.All.GetValueOrDefault(condition ?? "", "not set")}");
            Assert.NotNull(feature.Since);
        }

        Assert.Equal(new BpfFeature("program type type 200", false, null), BpfFeatures.Of((ProgramType)200));
    }

    [KernelFact]
    public void Types_of_maps_are_all_there_but_those_that_were_not_built()
    {
        foreach (var type in Enum.GetValues<MapType>().Where(type => type != MapType.Unspecified))
        {
            var expected = type switch
            {
                MapType.CgroupStorage or MapType.PerCpuCgroupStorage => KernelConfiguration.All.ContainsKey("CONFIG_CGROUP_BPF"),
                MapType.CgroupArray or MapType.CgroupLocalStorage => KernelConfiguration.All.ContainsKey("CONFIG_CGROUPS"),
                MapType.InodeStorage => KernelConfiguration.All.ContainsKey("CONFIG_BPF_LSM"),
                MapType.XskMap => KernelConfiguration.All.ContainsKey("CONFIG_XDP_SOCKETS"),
                _ => true,
            };
            var feature = BpfFeatures.Of(type);
            Assert.True(feature.IsSupported == expected, feature.ToString());
            Assert.NotNull(feature.Since);
        }

        Assert.Equal("map type type 200: not supported", BpfFeatures.Of((MapType)200).ToString());
        Assert.Equal("map type ringbuf: supported (Linux 5.8 has it)", BpfFeatures.Of(MapType.RingBuffer).ToString());
    }

    [KernelTheory]
    [InlineData(ProgramType.Xdp, 44, true)] // xdp_adjust_head
    [InlineData(ProgramType.Xdp, 9, false)] // skb_store_bytes
    [InlineData(ProgramType.SchedulerClassifier, 9, true)]
    [InlineData(ProgramType.SchedulerClassifier, 44, false)]
    [InlineData(ProgramType.Xdp, 189, true)] // xdp_load_bytes
    [InlineData(ProgramType.Xdp, 7, true)] // get_prandom_u32
    [InlineData(ProgramType.SocketFilter, 23, false)] // redirect
    [InlineData(ProgramType.Xdp, 212, false)]
    public void Helpers_are_known_by_type_of_program(ProgramType type, int helper, bool expected) => Assert.Equal(expected, BpfFeatures.OfHelper(type, helper).IsSupported);

    [KernelFact]
    public void History_goes_as_far_as_the_kernels_own_lists()
    {
        var helpers = (BtfEnumeration)KernelTypes.Own.Find("bpf_func_id", BtfKind.Enumeration).First();
        Assert.Equal(LastHelper + 1, helpers.Values.Single(value => value.Name == "__BPF_FUNC_MAX_ID").Value);
        Assert.All(Enumerable.Range(1, LastHelper), helper => Assert.NotNull(KernelHistory.FirstWithHelper(helper)));
        Assert.Null(KernelHistory.FirstWithHelper(LastHelper + 1));
        Assert.Equal(new Version(5, 8), KernelHistory.FirstWithHelper((int)helpers.Values.Single(value => value.Name == "BPF_FUNC_ringbuf_output").Value));
        var links = (BtfEnumeration)KernelTypes.Own.Find("bpf_link_type", BtfKind.Enumeration).First();
        Assert.Equal((long)Enum.GetValues<KernelLinkType>().Max() + 1, links.Values.Single(value => value.Name == "__MAX_BPF_LINK_TYPE").Value);
    }

    [KernelFact]
    public void Links_are_those_that_the_kernel_makes()
    {
        Assert.Equal("link type xdp: supported (Linux 5.9 has it)", BpfFeatures.Of(KernelLinkType.Xdp).ToString());
        Assert.True(BpfFeatures.Of(KernelLinkType.Tcx).IsSupported);
        Assert.Equal(KernelConfiguration.All.ContainsKey("CONFIG_NETFILTER_BPF_LINK"), BpfFeatures.Of(KernelLinkType.Netfilter).IsSupported);
        Assert.Equal(KernelConfiguration.All.ContainsKey("CONFIG_NETKIT"), BpfFeatures.Of(KernelLinkType.Netkit).IsSupported);
        Assert.Null(BpfFeatures.Of((KernelLinkType)99).IsSupported);
    }

    [KernelFact]
    public void Who_may_not_ask_is_told_so()
    {
        KernelException? refused = null;
        Unprivileged.Run(() => refused = Assert.Throws<KernelException>(() => BpfFeatures.OfHelper(ProgramType.SchedulerAction, 1)));
        Assert.EndsWith("this thread lacks CAP_BPF and CAP_NET_ADMIN", refused!.Message, StringComparison.Ordinal);
        Assert.True(BpfFeatures.OfHelper(ProgramType.SchedulerAction, 1).IsSupported);
    }
}
