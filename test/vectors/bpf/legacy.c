// The definition of maps before BTF, and a program without types.
#include "bpf.h"

char _license[] SEC("license") = "GPL";

struct bpf_map_def { unsigned int type, key_size, value_size, max_entries, map_flags; };
struct bpf_map_def counters SEC("maps") = { .type = BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 256 };
struct bpf_map_def routes SEC("maps") = { .type = BPF_MAP_TYPE_LPM_TRIE, .key_size = 8, .value_size = 4, .max_entries = 1000, .map_flags = BPF_F_NO_PREALLOC };

SEC("classifier")
int count(struct __sk_buff *skb)
{
	__u32 key = skb->protocol & 255;
	__u64 prefix = 0;
	__u64 *counter = bpf_map_lookup_elem(&counters, &key);
	if (counter)
		__sync_fetch_and_add(counter, 1);
	return bpf_map_lookup_elem(&routes, &prefix) ? 0 : -1;
}

SEC("socket")
int filter(struct __sk_buff *skb)
{
	return skb->len;
}
