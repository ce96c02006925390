// A bucket of tokens for each source: it fills with time and a packet takes its bytes out of it. A spin lock keeps time and tokens together.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct bucket {
	struct bpf_spin_lock lock;
	__u32 dropped;
	__u64 tokens;
	__u64 filled;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, struct bucket);
} buckets SEC(".maps");

// Where a step is given, time is not the machine's: each packet comes one step after the one before, so that a run can be repeated.
const volatile __u64 step = 0;
volatile __u64 simulated_time;

const volatile __u64 bytes_per_second = 100000;
const volatile __u64 burst = 1500;

static __always_inline __u64 now(void)
{
	if (!step)
		return bpf_ktime_get_ns();
	simulated_time += step;
	return simulated_time;
}

SEC("xdp")
int rate_limiter(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u64 length = cursor.end - cursor.position;
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;

	__be32 source = ip->source;
	__u64 time = now();
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &source);
	if (!bucket) {
		struct bucket fresh = { .tokens = burst, .filled = time };
		bpf_map_update_elem(&buckets, &source, &fresh, BPF_NOEXIST);
		bucket = bpf_map_lookup_elem(&buckets, &source);
		if (!bucket)
			return XDP_ABORTED;
	}

	int passes = 0;
	bpf_spin_lock(&bucket->lock);
	__u64 tokens = bucket->tokens + (time - bucket->filled) * bytes_per_second / 1000000000;
	if (tokens > burst)
		tokens = burst;
	bucket->filled = time;
	if (tokens >= length) {
		tokens -= length;
		passes = 1;
	} else {
		bucket->dropped++;
	}
	bucket->tokens = tokens;
	bpf_spin_unlock(&bucket->lock);
	return passes ? XDP_PASS : XDP_DROP;
}
