// Forwards by what the machine's own tables say: a lookup in the FIB, a check of the packet's length against the device, a copy of what a table names to a device of
// watchers, and the packet itself redirected.
#include "packet.h"

char _license[] SEC("license") = "Dual MIT/GPL";

enum { TC_OK = 0, TC_SHOT = 2 };

const volatile __u32 watcher = 0;
const volatile __u32 uplink = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __be32);
	__type(value, __u32);
} watched SEC(".maps");

// What lookups answered, and in what way packets were too long.
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u64);
} answers SEC(".maps");

enum { ANSWER_MTU = 16, ANSWER_WATCHED = 24, ANSWER_NOT_COPIED, ANSWER_UNKNOWN };
__u32 least_mtu = 0xffff;

static __noinline void note(__u32 answer)
{
	__u64 *count = bpf_map_lookup_elem(&answers, &answer);
	if (count)
		__sync_fetch_and_add(count, 1);
}

SEC("tc")
int forwarder(struct __sk_buff *skb)
{
	struct cursor cursor = packet_of_skb(skb);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return TC_SHOT;
	struct bpf_fib_lookup lookup = { .ifindex = skb->ifindex };
	if (ethernet->type == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return TC_SHOT;
		if (ip->ttl <= 1)
			return TC_OK;
		lookup.family = 2;
		lookup.tos = ip->service;
		lookup.l4_protocol = ip->protocol;
		lookup.tot_len = ntohs(ip->length);
		lookup.ipv4_src = ip->source;
		lookup.ipv4_dst = ip->destination;
	} else if (ethernet->type == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return TC_SHOT;
		lookup.family = 10;
		lookup.l4_protocol = ip->next;
		lookup.tot_len = ntohs(ip->length) + sizeof(*ip);
		lookup.flowinfo = ip->version_class_flow & htonl(0x0fffffff);
		__builtin_memcpy(lookup.ipv6_src, ip->source, sizeof(lookup.ipv6_src));
		__builtin_memcpy(lookup.ipv6_dst, ip->destination, sizeof(lookup.ipv6_dst));
	} else {
		return TC_OK;
	}

	__be32 source = lookup.family == 2 ? lookup.ipv4_src : lookup.ipv6_src[3];
	if (watcher && bpf_map_lookup_elem(&watched, &source))
		note(bpf_clone_redirect(skb, watcher, 0) < 0 ? ANSWER_NOT_COPIED : ANSWER_WATCHED);

	__u32 mtu = 0;
	long too_long = bpf_check_mtu(skb, uplink, &mtu, 0, 0);
	if (mtu && mtu < least_mtu)
		least_mtu = mtu;
	note(ANSWER_MTU + (too_long < 0 ? 7 : too_long & 3));
	if (too_long)
		return TC_SHOT;

	long answer = bpf_fib_lookup(skb, &lookup, sizeof(lookup), 0);
	if (answer < 0 || answer > 15) {
		note(ANSWER_UNKNOWN);
		return TC_OK;
	}
	note(answer);
	if (answer == BPF_FIB_LKUP_RET_BLACKHOLE || answer == BPF_FIB_LKUP_RET_UNREACHABLE || answer == BPF_FIB_LKUP_RET_PROHIBIT)
		return TC_SHOT;
	if (answer != BPF_FIB_LKUP_RET_SUCCESS)
		return TC_OK;
	if (bpf_skb_store_bytes(skb, 0, lookup.dmac, 6, 0) < 0 || bpf_skb_store_bytes(skb, 6, lookup.smac, 6, 0) < 0)
		return TC_SHOT;
	return bpf_redirect(lookup.ifindex, 0);
}
