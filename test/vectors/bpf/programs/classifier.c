// Sorts packets into classes: mark, priority, class, queue and a hash, by what they are and by what the way here has said of them; it rewrites its own record in the
// packet's control block, which the next program of the chain reads.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { TC_UNSPECIFIED = -1, TC_OK = 0, TC_RECLASSIFY = 1, TC_SHOT = 2, TC_PIPE = 3 };

struct rule {
	__u32 mark;
	__u32 priority;
	__u16 queue;
	__u16 class;
	__s32 verdict;
};

struct prefix {
	__u32 length;
	__be32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, struct rule);
} rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} by_type SEC(".maps");

__u64 lengths, hashed, chained, marks;

static __always_inline int settle(struct __sk_buff *skb, struct rule *rule)
{
	skb->mark = (skb->mark & 0xffff0000) | rule->mark;
	skb->priority = rule->priority;
	skb->queue_mapping = rule->queue;
	skb->tc_classid = rule->class;
	skb->cb[0] += 1;
	skb->cb[1] = skb->len;
	skb->cb[2] = rule->class;
	marks += skb->mark;
	return rule->verdict;
}

SEC("tc")
int classifier(struct __sk_buff *skb)
{
	__u32 type = skb->pkt_type & 7;
	__u64 *count = bpf_map_lookup_elem(&by_type, &type);
	if (count)
		__sync_fetch_and_add(count, 1);
	lengths += skb->len;
	if (skb->cb[0] > 2) {
		chained++;
		return TC_RECLASSIFY;
	}
	// Narrow accesses to the control block: bytes and halves of its words.
	__u8 *record = (void *)&skb->cb[3];
	__u16 *halves = (void *)&skb->cb[4];
	__u8 first = record[1];
	__u16 second = halves[1];

	struct cursor cursor = packet_of_skb(skb);
	__be16 link = take_link(&cursor, NULL);
	struct prefix key = { .length = 32 };
	if (link == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return TC_SHOT;
		key.address = ip->destination;
		skb->cb[3] = (__u32)ip->ttl << 24 | ip->protocol << 16 | first;
		skb->cb[4] = ip->service + second;
		// A hash of our own, that the stack then uses.
		if (ip->protocol == PROTOCOL_UDP) {
			bpf_set_hash(skb, mix(ip->source, ip->destination, 17));
			if (bpf_get_hash_recalc(skb) == mix(ip->source, ip->destination, 17))
				hashed++;
		}
	} else if (link == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return TC_SHOT;
		key.address = ip->destination[3];
		skb->cb[3] = ntohl(ip->version_class_flow);
	} else {
		return link ? TC_PIPE : TC_UNSPECIFIED;
	}
	struct rule *rule = bpf_map_lookup_elem(&rules, &key);
	return rule ? settle(skb, rule) : TC_OK;
}
