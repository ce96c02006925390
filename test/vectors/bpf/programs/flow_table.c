// A table of flows that is swept now and then: a callback sees each entry, adds it up, and deletes the old; another is called in a loop to sum over the classes.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct flow {
	__be32 source;
	__be32 destination;
	__u32 protocol;
};

struct state {
	__u64 packets;
	__u64 bytes;
	__u32 latest;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow);
	__type(value, struct state);
} flows SEC(".maps");

enum { CLASSES = 64 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CLASSES);
	__type(key, __u32);
	__type(value, __u32);
} classes SEC(".maps");

struct totals {
	__u64 flows, packets, bytes, swept, most;
};

const volatile __u32 sweep_every = 40;
const volatile __u32 most_age = 60;
struct totals latest_totals;
__u32 number, sweeps, odd_classes, loops_done;
__u64 weighted;

static long sweep(void *map, const struct flow *key, struct state *state, struct totals *totals)
{
	if (number - state->latest > most_age) {
		totals->swept++;
		bpf_map_delete_elem(map, key);
		return 0;
	}
	totals->flows++;
	totals->packets += state->packets;
	totals->bytes += state->bytes;
	if (state->packets > totals->most)
		totals->most = state->packets;
	return 0;
}

struct scan {
	__u64 weighted;
	__u32 empty;
	__u32 last;
};

static long look(__u32 index, struct scan *scan)
{
	__u32 key = index;
	__u32 *count = bpf_map_lookup_elem(&classes, &key);
	if (!count)
		return 1;
	scan->weighted += (__u64)*count * index;
	scan->last = index;
	if (*count == 0)
		scan->empty++;
	// A class that is full ends the loop.
	return *count > 1000;
}

static long odd(void *map, const __u32 *key, __u32 *count, __u32 *found)
{
	if (*count & 1)
		*found += 1;
	return *found >= 20;
}

SEC("xdp")
int flow_table(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u32 length = cursor.end - cursor.position;
	number++;
	if (number % sweep_every == 0) {
		struct totals totals = { 0 };
		bpf_for_each_map_elem(&flows, sweep, &totals, 0);
		latest_totals = totals;
		sweeps++;
		struct scan scan = { 0 };
		long rounds = bpf_loop(CLASSES + 8, look, &scan, 0);
		if (rounds < 0)
			return XDP_ABORTED;
		loops_done += rounds;
		weighted = scan.weighted + scan.empty + scan.last;
		__u32 found = 0;
		bpf_for_each_map_elem(&classes, odd, &found, 0);
		odd_classes = found;
	}

	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;
	struct flow key = { .source = ip->source, .destination = ip->destination, .protocol = ip->protocol };
	__u32 class = mix(key.source, key.destination, key.protocol) % CLASSES;
	__u32 *count = bpf_map_lookup_elem(&classes, &class);
	if (count)
		*count += 1;
	struct state *state = bpf_map_lookup_elem(&flows, &key);
	if (state) {
		__sync_fetch_and_add(&state->packets, 1);
		__sync_fetch_and_add(&state->bytes, length);
		state->latest = number;
		return XDP_PASS;
	}
	struct state fresh = { .packets = 1, .bytes = length, .latest = number };
	bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST);
	return XDP_TX;
}
