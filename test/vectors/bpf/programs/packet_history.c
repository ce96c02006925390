// Remembers packets: the last ones in a queue, the nesting of tunnels on a stack, and which sources were ever seen in a bloom filter, which spares a table the sources
// that come only once.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct remembered {
	__u32 number;
	__u16 length;
	__u16 type;
	__be32 source;
	__u32 verdict;
};

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 16);
	__type(value, struct remembered);
} recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 16);
	__type(value, __u32);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 8);
	__type(value, __u32);
} nesting SEC(".maps");

// So many bits for so few sources that it is never wrong about any.
struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 65536);
	__uint(map_extra, 8);
	__type(value, __be32);
} once SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, __be32);
	__type(value, __u64);
} again SEC(".maps");

__u32 number, forgotten, deepest, full, first_of_recent, refused_numbers;

static __noinline int note_source(__be32 source)
{
	__u64 one = 1, *count;
	if (bpf_map_peek_elem(&once, &source) < 0)
		return bpf_map_push_elem(&once, &source, BPF_ANY) < 0 ? -1 : 0;
	count = bpf_map_lookup_elem(&again, &source);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&again, &source, &one, BPF_NOEXIST);
	return 1;
}

SEC("xdp")
int packet_history(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct remembered packet = { .number = ++number, .length = cursor.end - cursor.position, .verdict = XDP_PASS };
	packet.type = ntohs(take_link(&cursor, NULL));

	// What is within what, from outside; then it is taken off again, from inside.
	__u32 depth = 0, layer = packet.type;
	for (int i = 0; i < 4; i++) {
		if (layer != 0x0800)
			break;
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			break;
		if (depth++ == 0)
			packet.source = ip->source;
		layer = ip->protocol;
		if (bpf_map_push_elem(&nesting, &layer, 0) < 0)
			full++;
		if (layer == PROTOCOL_IPIP)
			layer = 0x0800;
	}
	if (depth > deepest)
		deepest = depth;
	__u32 top = 0;
	if (bpf_map_peek_elem(&nesting, &top) == 0 && top == PROTOCOL_UDP)
		packet.verdict = XDP_TX;
	// One is left from time to time, until there is no room.
	for (__u32 i = number % 32 == 0; i < 8; i++)
		if (bpf_map_pop_elem(&nesting, &top) < 0)
			break;

	if (packet.source && note_source(packet.source) > 0)
		packet.verdict = packet.verdict == XDP_TX ? XDP_TX : XDP_DROP;
	if (bpf_map_push_elem(&recent, &packet, BPF_EXIST) < 0)
		return XDP_ABORTED;
	if (number > 16)
		forgotten++;
	struct remembered oldest;
	if (bpf_map_peek_elem(&recent, &oldest) == 0)
		first_of_recent = oldest.number;
	if (bpf_map_push_elem(&numbers, &packet.number, BPF_ANY) < 0) {
		refused_numbers++;
		__u32 removed;
		bpf_map_pop_elem(&numbers, &removed);
		bpf_map_pop_elem(&numbers, &removed);
	}
	return packet.verdict;
}
