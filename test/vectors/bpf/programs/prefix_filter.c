// Drops what comes from listed prefixes of IPv4 and IPv6: the longest one that holds decides, so that a list can have exceptions.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct prefix4 {
	__u32 length;
	__be32 address;
};

struct prefix6 {
	__u32 length;
	__be32 address[4];
};

struct decision {
	__u32 drops;
	__u32 tag;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix4);
	__type(value, struct decision);
} sources4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix6);
	__type(value, struct decision);
} sources6 SEC(".maps");

// For each tag of a decision, packets kept and dropped; the last entry is for those that no prefix holds.
struct tally {
	__u64 kept;
	__u64 dropped;
};

#define TAGS 16

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TAGS);
	__type(key, __u32);
	__type(value, struct tally);
} tallies SEC(".maps");

const volatile __u32 keeps_unknown = 1;

static __noinline int settle(const struct decision *decision)
{
	int drops = decision ? decision->drops : !keeps_unknown;
	__u32 tag = decision ? decision->tag & (TAGS - 1) : TAGS - 1;
	struct tally *tally = bpf_map_lookup_elem(&tallies, &tag);
	if (tally) {
		if (drops)
			tally->dropped++;
		else
			tally->kept++;
	}
	return drops ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int prefix_filter(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__be16 type = take_link(&cursor, NULL);
	if (type == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return XDP_ABORTED;
		struct prefix4 key = { .length = 32, .address = ip->source };
		return settle(bpf_map_lookup_elem(&sources4, &key));
	}
	if (type == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return XDP_ABORTED;
		struct prefix6 key = { .length = 128 };
		__builtin_memcpy(key.address, ip->source, sizeof(key.address));
		return settle(bpf_map_lookup_elem(&sources6, &key));
	}
	return XDP_PASS;
}
