using A = Saker.Bpf.AttachType;
using P = Saker.Bpf.ProgramType;

namespace Saker.Bpf.Elf;

/// <summary>What the name of a section says about its programs, as libbpf documents it (Documentation/bpf/libbpf/program_types.rst of Linux 6.18).</summary>
internal static class SectionNames
{
    /// <summary>How what is attached to stands behind the name.</summary>
    private enum Rest
    {
        /// <summary>Nothing may follow.</summary>
        None,

        /// <summary>A slash and a name must follow, or may.</summary>
        Slash,

        /// <summary>Anything may follow.</summary>
        Any,
    }

    private readonly record struct Row(string Name, P Type, A? Attach, Rest Rest = Rest.None, bool Sleeps = false, bool Fragments = false);

    private static readonly Row[] Rows =
    [
        new("socket", P.SocketFilter, null, Rest.Any),
        new("sk_reuseport/migrate", P.SocketReusePort, A.SkReusePortSelectOrMigrate),
        new("sk_reuseport", P.SocketReusePort, A.SkReusePortSelect),
        new("kprobe.multi", P.KernelProbe, A.TraceKernelProbeMulti, Rest.Slash),
        new("kretprobe.multi", P.KernelProbe, A.TraceKernelProbeMulti, Rest.Slash),
        new("kprobe.session", P.KernelProbe, A.TraceKernelProbeSession, Rest.Slash),
        new("uprobe.multi.s", P.KernelProbe, A.TraceUserProbeMulti, Rest.Slash, Sleeps: true),
        new("uretprobe.multi.s", P.KernelProbe, A.TraceUserProbeMulti, Rest.Slash, Sleeps: true),
        new("uprobe.session.s", P.KernelProbe, A.TraceUserProbeSession, Rest.Slash, Sleeps: true),
        new("uprobe.multi", P.KernelProbe, A.TraceUserProbeMulti, Rest.Slash),
        new("uretprobe.multi", P.KernelProbe, A.TraceUserProbeMulti, Rest.Slash),
        new("uprobe.session", P.KernelProbe, A.TraceUserProbeSession, Rest.Slash),
        new("uprobe.s", P.KernelProbe, null, Rest.Slash, Sleeps: true),
        new("uretprobe.s", P.KernelProbe, null, Rest.Slash, Sleeps: true),
        new("kprobe", P.KernelProbe, null, Rest.Slash),
        new("uprobe", P.KernelProbe, null, Rest.Slash),
        new("kretprobe", P.KernelProbe, null, Rest.Slash),
        new("uretprobe", P.KernelProbe, null, Rest.Slash),
        new("ksyscall", P.KernelProbe, null, Rest.Slash),
        new("kretsyscall", P.KernelProbe, null, Rest.Slash),
        new("usdt.s", P.KernelProbe, null, Rest.Slash, Sleeps: true),
        new("usdt", P.KernelProbe, null, Rest.Slash),
        new("tcx/ingress", P.SchedulerClassifier, A.TcxIngress),
        new("tcx/egress", P.SchedulerClassifier, A.TcxEgress),
        new("tc/ingress", P.SchedulerClassifier, A.TcxIngress),
        new("tc/egress", P.SchedulerClassifier, A.TcxEgress),
        new("tc", P.SchedulerClassifier, null),
        new("classifier", P.SchedulerClassifier, null, Rest.Any),
        new("action", P.SchedulerAction, null, Rest.Any),
        new("netkit/primary", P.SchedulerClassifier, A.NetkitPrimary),
        new("netkit/peer", P.SchedulerClassifier, A.NetkitPeer),
        new("tracepoint", P.Tracepoint, null, Rest.Slash),
        new("tp", P.Tracepoint, null, Rest.Slash),
        new("raw_tracepoint.w", P.RawTracepointWritable, null, Rest.Slash),
        new("raw_tp.w", P.RawTracepointWritable, null, Rest.Slash),
        new("raw_tracepoint", P.RawTracepoint, null, Rest.Slash),
        new("raw_tp", P.RawTracepoint, null, Rest.Slash),
        new("tp_btf", P.Tracing, A.TraceRawTracepoint, Rest.Slash),
        new("fentry.s", P.Tracing, A.TraceFunctionEntry, Rest.Slash, Sleeps: true),
        new("fexit.s", P.Tracing, A.TraceFunctionExit, Rest.Slash, Sleeps: true),
        new("fmod_ret.s", P.Tracing, A.ModifyReturn, Rest.Slash, Sleeps: true),
        new("fentry", P.Tracing, A.TraceFunctionEntry, Rest.Slash),
        new("fexit", P.Tracing, A.TraceFunctionExit, Rest.Slash),
        new("fmod_ret", P.Tracing, A.ModifyReturn, Rest.Slash),
        new("freplace", P.Extension, null, Rest.Slash),
        new("lsm.s", P.SecurityModule, A.LsmMac, Rest.Slash, Sleeps: true),
        new("lsm_cgroup", P.SecurityModule, A.LsmCgroup, Rest.Slash),
        new("lsm", P.SecurityModule, A.LsmMac, Rest.Slash),
        new("iter.s", P.Tracing, A.TraceIterator, Rest.Slash, Sleeps: true),
        new("iter", P.Tracing, A.TraceIterator, Rest.Slash),
        new("syscall", P.SystemCall, null, Sleeps: true),
        new("xdp.frags/devmap", P.Xdp, A.XdpDeviceMap, Fragments: true),
        new("xdp/devmap", P.Xdp, A.XdpDeviceMap),
        new("xdp.frags/cpumap", P.Xdp, A.XdpCpuMap, Fragments: true),
        new("xdp/cpumap", P.Xdp, A.XdpCpuMap),
        new("xdp.frags", P.Xdp, A.Xdp, Fragments: true),
        new("xdp", P.Xdp, A.Xdp, Rest.Any),
        new("perf_event", P.PerfEvent, null),
        new("lwt_in", P.LightweightTunnelIn, null),
        new("lwt_out", P.LightweightTunnelOut, null),
        new("lwt_xmit", P.LightweightTunnelXmit, null),
        new("lwt_seg6local", P.LightweightTunnelSeg6Local, null),
        new("sockops", P.SocketOperations, A.CgroupSocketOperations),
        new("sk_skb/stream_parser", P.SocketSkb, A.SkSkbStreamParser),
        new("sk_skb/stream_verdict", P.SocketSkb, A.SkSkbStreamVerdict),
        new("sk_skb/verdict", P.SocketSkb, A.SkSkbVerdict),
        new("sk_skb", P.SocketSkb, null, Rest.Any),
        new("sk_msg", P.SocketMessage, A.SkMessageVerdict),
        new("lirc_mode2", P.LircMode2, A.LircMode2),
        new("flow_dissector", P.FlowDissector, A.FlowDissector),
        new("cgroup_skb/ingress", P.CgroupSkb, A.CgroupInetIngress),
        new("cgroup_skb/egress", P.CgroupSkb, A.CgroupInetEgress),
        new("cgroup/skb", P.CgroupSkb, null),
        new("cgroup/sock_create", P.CgroupSocket, A.CgroupInetSocketCreate),
        new("cgroup/sock_release", P.CgroupSocket, A.CgroupInetSocketRelease),
        new("cgroup/sock", P.CgroupSocket, A.CgroupInetSocketCreate),
        new("cgroup/post_bind4", P.CgroupSocket, A.CgroupInet4PostBind),
        new("cgroup/post_bind6", P.CgroupSocket, A.CgroupInet6PostBind),
        new("cgroup/bind4", P.CgroupSocketAddress, A.CgroupInet4Bind),
        new("cgroup/bind6", P.CgroupSocketAddress, A.CgroupInet6Bind),
        new("cgroup/connect4", P.CgroupSocketAddress, A.CgroupInet4Connect),
        new("cgroup/connect6", P.CgroupSocketAddress, A.CgroupInet6Connect),
        new("cgroup/connect_unix", P.CgroupSocketAddress, A.CgroupUnixConnect),
        new("cgroup/sendmsg4", P.CgroupSocketAddress, A.CgroupUdp4SendMessage),
        new("cgroup/sendmsg6", P.CgroupSocketAddress, A.CgroupUdp6SendMessage),
        new("cgroup/sendmsg_unix", P.CgroupSocketAddress, A.CgroupUnixSendMessage),
        new("cgroup/recvmsg4", P.CgroupSocketAddress, A.CgroupUdp4ReceiveMessage),
        new("cgroup/recvmsg6", P.CgroupSocketAddress, A.CgroupUdp6ReceiveMessage),
        new("cgroup/recvmsg_unix", P.CgroupSocketAddress, A.CgroupUnixReceiveMessage),
        new("cgroup/getpeername4", P.CgroupSocketAddress, A.CgroupInet4GetPeerName),
        new("cgroup/getpeername6", P.CgroupSocketAddress, A.CgroupInet6GetPeerName),
        new("cgroup/getpeername_unix", P.CgroupSocketAddress, A.CgroupUnixGetPeerName),
        new("cgroup/getsockname4", P.CgroupSocketAddress, A.CgroupInet4GetSocketName),
        new("cgroup/getsockname6", P.CgroupSocketAddress, A.CgroupInet6GetSocketName),
        new("cgroup/getsockname_unix", P.CgroupSocketAddress, A.CgroupUnixGetSocketName),
        new("cgroup/sysctl", P.CgroupSysctl, A.CgroupSysctl),
        new("cgroup/getsockopt", P.CgroupSocketOption, A.CgroupGetSocketOption),
        new("cgroup/setsockopt", P.CgroupSocketOption, A.CgroupSetSocketOption),
        new("cgroup/dev", P.CgroupDevice, A.CgroupDevice),
        new("struct_ops.s", P.StructOps, null, Rest.Slash, Sleeps: true),
        new("struct_ops", P.StructOps, null, Rest.Slash),
        new("sk_lookup", P.SocketLookup, A.SkLookup),
        new("netfilter", P.Netfilter, A.Netfilter),
    ];

    /// <summary>Gives a program what its section's name says. Of an unknown name nothing is known: the caller may still say what the program is for.</summary>
    public static ProgramSpec Describe(ProgramSpec program)
    {
        // A question mark says that the program is not loaded unless asked for.
        string section = program.Section.TrimStart('?');
        foreach (Row row in Rows)
        {
            if (section.StartsWith(row.Name, StringComparison.Ordinal) && Fits(section.AsSpan(row.Name.Length), row.Rest))
            {
                return program with
                {
                    Type = row.Type,
                    AttachType = row.Attach,
                    AttachTarget = section[row.Name.Length..].TrimStart('/'),
                    IsSleepable = row.Sleeps,
                    TakesFragments = row.Fragments,
                };
            }
        }

        return program;
    }

    private static bool Fits(ReadOnlySpan<char> rest, Rest allowed) => rest.IsEmpty || allowed == Rest.Any || (allowed == Rest.Slash && rest[0] == '/');
}
