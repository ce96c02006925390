// Lets fragments of IPv4 go the way of their first one, whose ports are judged; what comes before it has no way yet and is dropped.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct datagram {
	__be32 source;
	__be32 destination;
	__be16 id;
	__u8 protocol;
	__u8 reserved;
};

struct way {
	__u32 verdict;
	__u32 fragments;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct datagram);
	__type(value, struct way);
} ways SEC(".maps");

volatile __u64 orphans;
volatile __u64 tiny;
volatile __u64 ended;
const volatile __u16 closed_port = 53;

SEC("xdp")
int fragment_filter(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;
	if (!is_fragment(ip))
		return XDP_PASS;

	struct datagram key = { .source = ip->source, .destination = ip->destination, .id = ip->id, .protocol = ip->protocol };
	__u32 length = ntohs(ip->length);
	int is_last = (ip->fragment & htons(0x2000)) == 0;
	if (is_later_fragment(ip)) {
		struct way *way = bpf_map_lookup_elem(&ways, &key);
		if (!way) {
			orphans++;
			return XDP_DROP;
		}
		__sync_fetch_and_add(&way->fragments, 1);
		__sync_fetch_and_add(&way->bytes, length);
		int verdict = way->verdict;
		if (is_last) {
			ended++;
			bpf_map_delete_elem(&ways, &key);
		}
		return verdict;
	}

	struct way way = { .verdict = XDP_PASS, .fragments = 1, .bytes = length };
	if (ip->protocol == PROTOCOL_UDP || ip->protocol == PROTOCOL_TCP) {
		// A first fragment without the ports hides them: RFC 1858, 3.
		__be16 *ports = take(&cursor, 4);
		if (!ports) {
			tiny++;
			return XDP_ABORTED;
		}
		if (ntohs(ports[1]) == closed_port)
			way.verdict = XDP_DROP;
	}
	bpf_map_update_elem(&ways, &key, &way, BPF_ANY);
	return way.verdict;
}
