// Translates addresses and ports at the edge of a network (RFC 3022): hosts inside get ports of the one address outside, and answers find back. Checksums are changed by
// what changed (RFC 1624), with bpf_csum_diff.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct flow {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u32 protocol;
};

struct mapping {
	__be32 address;
	__be16 port;
	__u16 reserved;
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct flow);
	__type(value, struct mapping);
} mappings SEC(".maps");

const volatile __be32 inside = 0;      // a prefix of 24 bits
const volatile __be32 outside = 0;
volatile __u16 next_port = 40000;
volatile __u64 refused, expired;

static __noinline int open_mapping(const struct flow *flow)
{
	if (!flow)
		return 0;
	__u16 port = next_port;
	next_port = port == 65535 ? 40000 : port + 1;
	struct mapping out = { .address = outside, .port = htons(port), .packets = 0 };
	struct flow answer = {
		.source = flow->destination, .destination = outside, .source_port = flow->destination_port, .destination_port = htons(port), .protocol = flow->protocol,
	};
	struct mapping back = { .address = flow->source, .port = flow->source_port };
	if (bpf_map_update_elem(&mappings, flow, &out, BPF_NOEXIST) < 0)
		return 0;
	return bpf_map_update_elem(&mappings, &answer, &back, BPF_NOEXIST) == 0;
}

static __always_inline void change_sum(__u16 *checksum, __be32 from_address, __be32 to_address, __be32 from_port, __be32 to_port)
{
	__be32 from[2] = { from_address, from_port }, to[2] = { to_address, to_port };
	*checksum = ~fold((__u32)bpf_csum_diff(from, sizeof(from), to, sizeof(to), (__u16)~*checksum));
}

SEC("xdp")
int nat_xdp(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = cursor.position;
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip || is_fragment(ip))
		return XDP_DROP;
	if (ip->protocol != PROTOCOL_TCP && ip->protocol != PROTOCOL_UDP)
		return XDP_PASS;
	int goes_out = (ip->source & htonl(0xffffff00)) == inside;
	if (!goes_out && ip->destination != outside)
		return XDP_PASS;
	if (ip->ttl <= 1) {
		expired++;
		return XDP_DROP;
	}

	__be16 *ports = cursor.position;
	__u16 *checksum;
	if (ip->protocol == PROTOCOL_TCP) {
		struct tcp *tcp = TAKE(&cursor, struct tcp);
		if (!tcp)
			return XDP_DROP;
		checksum = &tcp->checksum;
	} else {
		struct udp *udp = TAKE(&cursor, struct udp);
		if (!udp)
			return XDP_DROP;
		checksum = &udp->checksum;
	}

	struct flow flow = {
		.source = ip->source, .destination = ip->destination, .source_port = ports[0], .destination_port = ports[1], .protocol = ip->protocol,
	};
	struct mapping *mapping = bpf_map_lookup_elem(&mappings, &flow);
	if (!mapping && goes_out && open_mapping(&flow))
		mapping = bpf_map_lookup_elem(&mappings, &flow);
	if (!mapping) {
		refused++;
		return XDP_DROP;
	}
	__sync_fetch_and_add(&mapping->packets, 1);

	__be32 address = mapping->address;
	__be16 port = mapping->port;
	__be32 old = goes_out ? ip->source : ip->destination;
	__be16 old_port = goes_out ? ports[0] : ports[1];
	// Of UDP, 0 means that there is none.
	if (ip->protocol == PROTOCOL_TCP || *checksum) {
		change_sum(checksum, old, address, old_port, port);
		if (ip->protocol == PROTOCOL_UDP && !*checksum)
			*checksum = 0xffff;
	}
	if (goes_out) {
		ip->source = address;
		ports[0] = port;
	} else {
		ip->destination = address;
		ports[1] = port;
	}
	__be16 life = *(__be16 *)&ip->ttl;
	ip->ttl--;
	change_sum(&ip->checksum, old, address, life, *(__be16 *)&ip->ttl);
	swap_macs(ethernet);
	return XDP_TX;
}
