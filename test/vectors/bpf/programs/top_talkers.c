// Counts for each source what it sends, in tables that forget the least recently used: one for all processors and one for each. Sources over a limit are dropped.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct talker {
	__be32 address[4];
};

struct traffic {
	__u64 packets;
	__u64 bytes;
	__u32 protocols;
	__u32 greatest;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct talker);
	__type(value, struct traffic);
} talkers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u16);
	__type(value, __u64);
} services SEC(".maps");

const volatile __u64 most_packets = 25;

static __noinline void note_service(__u16 port)
{
	__u64 *count = bpf_map_lookup_elem(&services, &port);
	if (count) {
		*count += 1;
		return;
	}
	__u64 one = 1;
	bpf_map_update_elem(&services, &port, &one, BPF_NOEXIST);
}

SEC("xdp")
int top_talkers(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u32 length = cursor.end - cursor.position;
	struct talker key = { 0 };
	__u8 protocol;
	int has_ports = 1;
	switch (take_link(&cursor, NULL)) {
	case ETHERTYPE_IPV4: {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return XDP_ABORTED;
		key.address[2] = htonl(0xffff);
		key.address[3] = ip->source;
		protocol = ip->protocol;
		has_ports = !is_later_fragment(ip);
		break;
	}
	case ETHERTYPE_IPV6: {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return XDP_ABORTED;
		__builtin_memcpy(key.address, ip->source, sizeof(key.address));
		protocol = ip->next;
		break;
	}
	default:
		return XDP_PASS;
	}

	if (has_ports && (protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP)) {
		__be16 *ports = take(&cursor, 4);
		if (ports)
			note_service(ntohs(ports[1]));
	}

	struct traffic *known = bpf_map_lookup_elem(&talkers, &key);
	if (!known) {
		struct traffic first = { .packets = 1, .bytes = length, .protocols = 1U << (protocol & 31), .greatest = length };
		bpf_map_update_elem(&talkers, &key, &first, BPF_NOEXIST);
		return XDP_PASS;
	}
	__sync_fetch_and_add(&known->packets, 1);
	__sync_fetch_and_add(&known->bytes, length);
	known->protocols |= 1U << (protocol & 31);
	if (length > known->greatest)
		known->greatest = length;
	return known->packets > most_packets ? XDP_DROP : XDP_PASS;
}
