using System.Collections.Immutable;

namespace Saker.Bpf.Helpers;

/// <summary>The table of the kernel's functions that programs over packets commonly call.</summary>
internal static unsafe class KernelFunctions
{
    private const long MostLoops = 8 * 1024 * 1024;
    private const string DynamicPointers = "dynamic pointers into packets are not made here yet";
    private const string Connections = "there is no connection tracking for programs here";
    private const string Objects = "there are no objects of the kernel here";
    private const string Sockets = "there are no sockets here that programs could hold";
    private const string Ipsec = "there is no IPsec here";

    /// <summary>The functions. Their number is their place, from 1 on.</summary>
    public static ImmutableArray<KernelFunction> Table { get; } =
    [
        With("bpf_xdp_metadata_rx_timestamp", ReceiveTimestamp, isXdpOnly: true),
        With("bpf_xdp_metadata_rx_hash", ReceiveHash, isXdpOnly: true),
        With("bpf_xdp_metadata_rx_vlan_tag", ReceiveVlanTag, isXdpOnly: true),
        With("bpf_iter_num_new", NewCounter),
        With("bpf_iter_num_next", NextOfCounter),
        With("bpf_iter_num_destroy", Nothing),
        With("bpf_rcu_read_lock", Nothing),
        With("bpf_rcu_read_unlock", Nothing),
        With("bpf_preempt_disable", Nothing),
        With("bpf_preempt_enable", Nothing),
        Without("bpf_dynptr_from_skb", DynamicPointers),
        Without("bpf_dynptr_from_xdp", DynamicPointers),
        Without("bpf_dynptr_slice", DynamicPointers),
        Without("bpf_dynptr_slice_rdwr", DynamicPointers),
        Without("bpf_dynptr_adjust", DynamicPointers),
        Without("bpf_dynptr_clone", DynamicPointers),
        Without("bpf_dynptr_size", DynamicPointers),
        Without("bpf_dynptr_is_null", DynamicPointers),
        Without("bpf_dynptr_is_rdonly", DynamicPointers),
        Without("bpf_xdp_ct_alloc", Connections),
        Without("bpf_xdp_ct_lookup", Connections),
        Without("bpf_skb_ct_alloc", Connections),
        Without("bpf_skb_ct_lookup", Connections),
        Without("bpf_ct_insert_entry", Connections),
        Without("bpf_ct_release", Connections),
        Without("bpf_ct_set_timeout", Connections),
        Without("bpf_ct_change_timeout", Connections),
        Without("bpf_ct_set_status", Connections),
        Without("bpf_ct_change_status", Connections),
        Without("bpf_ct_set_nat_info", Connections),
        Without("bpf_xdp_flow_lookup", Connections),
        Without("bpf_obj_new_impl", Objects),
        Without("bpf_obj_drop_impl", Objects),
        Without("bpf_refcount_acquire_impl", Objects),
        Without("bpf_list_push_front_impl", Objects),
        Without("bpf_list_push_back_impl", Objects),
        Without("bpf_list_pop_front", Objects),
        Without("bpf_list_pop_back", Objects),
        Without("bpf_rbtree_add_impl", Objects),
        Without("bpf_rbtree_remove", Objects),
        Without("bpf_rbtree_first", Objects),
        Without("bpf_cast_to_kern_ctx", Objects),
        Without("bpf_rdonly_cast", Objects),
        Without("bpf_sk_assign_tcp_reqsk", Sockets),
        Without("bpf_xdp_get_xfrm_state", Ipsec),
        Without("bpf_xdp_xfrm_state_release", Ipsec),
        Without("bpf_skb_set_fou_encap", "packets have no tunnel metadata here"),
        Without("bpf_skb_get_fou_encap", "packets have no tunnel metadata here"),
        Without("bpf_skb_set_xfrm_info", Ipsec),
        Without("bpf_skb_get_xfrm_info", Ipsec),
    ];

    private static KernelFunction With(string name, BpfHelper implementation, bool isXdpOnly = false) => new(name, isXdpOnly, null) { Implementation = implementation };

    private static KernelFunction Without(string name, string refusal) => new(name, IsXdpOnly: name.Contains("xdp", StringComparison.Ordinal), refusal);

    private static ulong ReceiveTimestamp(BpfCpu cpu, ulong context, ulong to, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp) || !cpu.TryReach(to, sizeof(ulong), writes: true, out byte* memory))
        {
            return 0;
        }

        if (xdp.ReceiveTimestamp is not { } timestamp)
        {
            return BpfError.OperationNotSupported.Negated();
        }

        *(ulong*)memory = timestamp;
        return 0;
    }

    private static ulong ReceiveHash(BpfCpu cpu, ulong context, ulong to, ulong type, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp) || !cpu.TryReach(to, sizeof(uint), writes: true, out byte* memory)
            || !cpu.TryReach(type, sizeof(uint), writes: true, out byte* typeMemory))
        {
            return 0;
        }

        if (xdp.ReceiveHash is not { } hash)
        {
            return BpfError.OperationNotSupported.Negated();
        }

        *(uint*)memory = hash.Value;
        *(uint*)typeMemory = hash.Type;
        return 0;
    }

    private static ulong ReceiveVlanTag(BpfCpu cpu, ulong context, ulong protocol, ulong control, ulong r4, ulong r5)
    {
        if (!cpu.TryGetContext(context, out XdpContext? xdp) || !cpu.TryReach(protocol, sizeof(ushort), writes: true, out byte* memory)
            || !cpu.TryReach(control, sizeof(ushort), writes: true, out byte* controlMemory))
        {
            return 0;
        }

        if (xdp.VlanTag is not { } tag)
        {
            return BpfError.OperationNotSupported.Negated();
        }

        *(ushort*)memory = OnesComplement.Network(tag.Protocol);
        *(ushort*)controlMemory = tag.Control;
        return 0;
    }

    /// <summary><c>bpf_iter_num_new</c>: a counter on the program's stack, which stands before its first number.</summary>
    private static ulong NewCounter(BpfCpu cpu, ulong counter, ulong first, ulong end, ulong r4, ulong r5)
    {
        if (!cpu.TryReach(counter, sizeof(ulong), writes: true, out byte* memory))
        {
            return 0;
        }

        int* numbers = (int*)memory;
        (numbers[0], numbers[1]) = (0, 0);
        if ((int)first > (int)end)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if ((long)(int)end - (int)first > MostLoops)
        {
            return BpfError.TooBig.Negated();
        }

        (numbers[0], numbers[1]) = ((int)first - 1, (int)end);
        return 0;
    }

    /// <summary><c>bpf_iter_num_next</c>: where the number is, or null behind the last one.</summary>
    private static ulong NextOfCounter(BpfCpu cpu, ulong counter, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        if (!cpu.TryReach(counter, sizeof(ulong), writes: true, out byte* memory))
        {
            return 0;
        }

        int* numbers = (int*)memory;
        if (numbers[0] + 1 >= numbers[1])
        {
            (numbers[0], numbers[1]) = (0, 0);
            return 0;
        }

        numbers[0]++;
        return counter;
    }

    private static ulong Nothing(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5) => 0;
}
