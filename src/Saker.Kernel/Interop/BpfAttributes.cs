using System.Runtime.InteropServices;

namespace Saker.Kernel.Interop;

/// <content>The attributes of the commands: parts of <c>union bpf_attr</c>, and the structures that describe what is in the kernel.</content>
internal static unsafe partial class BpfSystemCall
{
    /// <summary>Of <see cref="BPF_MAP_CREATE"/>, up to <c>map_extra</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapCreate
    {
        public uint map_type;
        public uint key_size;
        public uint value_size;
        public uint max_entries;
        public uint map_flags;
        public uint inner_map_fd;
        public uint numa_node;
        public fixed byte map_name[16];
        public uint map_ifindex;
        public uint btf_fd;
        public uint btf_key_type_id;
        public uint btf_value_type_id;
        public uint btf_vmlinux_value_type_id;
        public ulong map_extra;
    }

    /// <summary>Of the commands on one element. <c>value</c> is <c>next_key</c> too.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapElement
    {
        public uint map_fd;
        public ulong key;
        public ulong value;
        public ulong flags;
    }

    /// <summary>Of the commands on many elements.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapBatch
    {
        public ulong in_batch;
        public ulong out_batch;
        public ulong keys;
        public ulong values;
        public uint count;
        public uint map_fd;
        public ulong elem_flags;
        public ulong flags;
    }

    /// <summary>Of <see cref="BPF_PROG_LOAD"/>, up to <c>fd_array_cnt</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramLoad
    {
        public uint prog_type;
        public uint insn_cnt;
        public ulong insns;
        public ulong license;
        public uint log_level;
        public uint log_size;
        public ulong log_buf;
        public uint kern_version;
        public uint prog_flags;
        public fixed byte prog_name[16];
        public uint prog_ifindex;
        public uint expected_attach_type;
        public uint prog_btf_fd;
        public uint func_info_rec_size;
        public ulong func_info;
        public uint func_info_cnt;
        public uint line_info_rec_size;
        public ulong line_info;
        public uint line_info_cnt;
        public uint attach_btf_id;
        public uint attach_prog_fd;
        public uint core_relo_cnt;
        public ulong fd_array;
        public ulong core_relos;
        public uint core_relo_rec_size;
        public uint log_true_size;
        public int prog_token_fd;
        public uint fd_array_cnt;
    }

    /// <summary>Of <see cref="BPF_OBJ_PIN"/> and <see cref="BPF_OBJ_GET"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ObjectPath
    {
        public ulong pathname;
        public uint bpf_fd;
        public uint file_flags;
    }

    /// <summary>Of <see cref="BPF_PROG_TEST_RUN"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramTestRun
    {
        public uint prog_fd;
        public uint retval;
        public uint data_size_in;
        public uint data_size_out;
        public ulong data_in;
        public ulong data_out;
        public uint repeat;
        public uint duration;
        public uint ctx_size_in;
        public uint ctx_size_out;
        public ulong ctx_in;
        public ulong ctx_out;
        public uint flags;
        public uint cpu;
        public uint batch_size;
    }

    /// <summary>Of the commands that go from id to id, or give a descriptor for one.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ObjectId
    {
        public uint id;
        public uint next_id;
        public uint open_flags;
    }

    /// <summary>Of <see cref="BPF_OBJ_GET_INFO_BY_FD"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ObjectInfo
    {
        public uint bpf_fd;
        public uint info_len;
        public ulong info;
    }

    /// <summary>Of <see cref="BPF_BTF_LOAD"/>, up to <c>btf_log_true_size</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfLoad
    {
        public ulong btf;
        public ulong btf_log_buf;
        public uint btf_size;
        public uint btf_log_size;
        public uint btf_log_level;
        public uint btf_log_true_size;
    }

    /// <summary>Of <see cref="BPF_LINK_CREATE"/>, with what tcx wants behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkCreate
    {
        public uint prog_fd;
        public uint target_ifindex;
        public uint attach_type;
        public uint flags;
        public uint relative_fd_or_id;
        private readonly uint _padding;
        public ulong expected_revision;
    }

    /// <summary>Of <see cref="BPF_LINK_UPDATE"/>; <see cref="BPF_LINK_DETACH"/> takes the first field.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkUpdate
    {
        public uint link_fd;
        public uint new_prog_fd;
        public uint flags;
        public uint old_prog_fd;
    }

    /// <summary>Of <see cref="BPF_PROG_QUERY"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramQuery
    {
        public uint target_ifindex;
        public uint attach_type;
        public uint query_flags;
        public uint attach_flags;
        public ulong prog_ids;
        public uint count;
        private readonly uint _padding;
        public ulong prog_attach_flags;
        public ulong link_ids;
        public ulong link_attach_flags;
        public ulong revision;
    }

    /// <summary><c>struct bpf_map_info</c>, up to <c>map_extra</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapInfo
    {
        public uint type;
        public uint id;
        public uint key_size;
        public uint value_size;
        public uint max_entries;
        public uint map_flags;
        public fixed byte name[16];
        public uint ifindex;
        public uint btf_vmlinux_value_type_id;
        public ulong netns_dev;
        public ulong netns_ino;
        public uint btf_id;
        public uint btf_key_type_id;
        public uint btf_value_type_id;
        public uint btf_vmlinux_id;
        public ulong map_extra;
    }

    /// <summary><c>struct bpf_prog_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramInfo
    {
        public uint type;
        public uint id;
        public fixed byte tag[8];
        public uint jited_prog_len;
        public uint xlated_prog_len;
        public ulong jited_prog_insns;
        public ulong xlated_prog_insns;
        public ulong load_time;
        public uint created_by_uid;
        public uint nr_map_ids;
        public ulong map_ids;
        public fixed byte name[16];
        public uint ifindex;
        public uint gpl_compatible;
        public ulong netns_dev;
        public ulong netns_ino;
        public uint nr_jited_ksyms;
        public uint nr_jited_func_lens;
        public ulong jited_ksyms;
        public ulong jited_func_lens;
        public uint btf_id;
        public uint func_info_rec_size;
        public ulong func_info;
        public uint nr_func_info;
        public uint nr_line_info;
        public ulong line_info;
        public ulong jited_line_info;
        public uint nr_jited_line_info;
        public uint line_info_rec_size;
        public uint jited_line_info_rec_size;
        public uint nr_prog_tags;
        public ulong prog_tags;
        public ulong run_time_ns;
        public ulong run_cnt;
        public ulong recursion_misses;
        public uint verified_insns;
        public uint attach_btf_obj_id;
        public uint attach_btf_id;
    }

    /// <summary><c>struct bpf_btf_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BtfInfo
    {
        public ulong btf;
        public uint btf_size;
        public uint id;
        public ulong name;
        public uint name_len;
        public uint kernel_btf;
    }

    /// <summary><c>struct bpf_link_info</c>, as far as XDP and tcx fill it: a device, for tcx an attach type behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkInfo
    {
        public uint type;
        public uint id;
        public uint prog_id;
        private readonly uint _padding;
        public uint ifindex;
        public uint attach_type;
    }

    /// <summary><c>struct bpf_func_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FunctionInfo
    {
        public uint insn_off;
        public uint type_id;
    }

    /// <summary><c>struct bpf_line_info</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineInfo
    {
        public uint insn_off;
        public uint file_name_off;
        public uint line_off;
        public uint line_col;
    }
}
