namespace Saker.Bpf;

/// <summary>What the kernel and its tools call types of programs and maps: for people, and for lists of types by name.</summary>
public static class KernelNames
{
    private static readonly string[] Programs =
    [
        "unspec", "socket_filter", "kprobe", "sched_cls", "sched_act", "tracepoint", "xdp", "perf_event", "cgroup_skb", "cgroup_sock", "lwt_in", "lwt_out", "lwt_xmit",
        "sock_ops", "sk_skb", "cgroup_device", "sk_msg", "raw_tracepoint", "cgroup_sock_addr", "lwt_seg6local", "lirc_mode2", "sk_reuseport", "flow_dissector",
        "cgroup_sysctl", "raw_tracepoint_writable", "cgroup_sockopt", "tracing", "struct_ops", "ext", "lsm", "sk_lookup", "syscall", "netfilter",
    ];

    private static readonly string[] Maps =
    [
        "unspec", "hash", "array", "prog_array", "perf_event_array", "percpu_hash", "percpu_array", "stack_trace", "cgroup_array", "lru_hash", "lru_percpu_hash",
        "lpm_trie", "array_of_maps", "hash_of_maps", "devmap", "sockmap", "cpumap", "xskmap", "sockhash", "cgroup_storage", "reuseport_sockarray",
        "percpu_cgroup_storage", "queue", "stack", "sk_storage", "devmap_hash", "struct_ops", "ringbuf", "inode_storage", "task_storage", "bloom_filter", "user_ringbuf",
        "cgrp_storage", "arena",
    ];

    /// <summary>What <c>bpftool</c> calls a type of program; of one that is not known, its number.</summary>
    public static string KernelName(this ProgramType type) => (uint)type < (uint)Programs.Length ? Programs[(int)type] : $"type {(uint)type}";

    /// <summary>What <c>bpftool</c> calls a type of map; of one that is not known, its number.</summary>
    public static string KernelName(this MapType type) => (uint)type < (uint)Maps.Length ? Maps[(int)type] : $"type {(uint)type}";
}
