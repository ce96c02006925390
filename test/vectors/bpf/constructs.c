// What an object can hold: maps of both spellings' heirs, global data, subprograms, several programs, externs, all kinds of types.
#include "bpf.h"

char _license[] SEC("license") = "Dual MIT/GPL";
unsigned int _version SEC("version") = 0x060c00;

struct flow {
	__u32 source, destination;
	__u16 ports[2];
	__u8 protocol : 6, urgent : 2;
	union {
		__u64 cookie;
		struct { __u32 low, high; };
	};
};

enum verdict { VERDICT_NONE, VERDICT_PASS = 7, VERDICT_DROP = -1 };
enum wide { WIDE_FIRST = 1, WIDE_LAST = 0xffffffff00000000ULL };
typedef int (*callback_t)(void *context, const char *name, ...);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct flow);
	__type(value, __u64);
} flows SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} first_inner SEC(".maps"), second_inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 8);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [1] = &first_inner, [3] = &second_inner } };

int leaf(struct xdp_md *context);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [1] = (void *)&leaf } };

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} events SEC(".maps");

const volatile __u32 limit = 100;
const volatile enum verdict fallback = VERDICT_DROP;
volatile __u64 total;
volatile __u32 seen = 5;
static volatile __u64 hidden[3] = { 1, 2, 3 };
volatile enum wide breadth = WIDE_LAST;
volatile callback_t unused_callback;
volatile double ratio;
struct later;
struct later *volatile unknown_later;

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF_JIT __kconfig __weak;

static __noinline int count(__u32 length)
{
	total += length;
	hidden[length & 1]++;
	return length > limit ? fallback : VERDICT_PASS;
}

__noinline int shared(__u32 length)
{
	return count(length) + seen;
}

static long visit(__u32 index, void *context)
{
	*(__u64 *)context += index;
	return 0;
}

SEC("xdp")
int entry(struct xdp_md *context)
{
	struct flow key = { .protocol = 6 };
	__u64 *known = bpf_map_lookup_elem(&flows, &key);
	if (known)
		*known += 1;
	bpf_tail_call(context, &jumps, 1);
	return shared(context->data_end - context->data) == VERDICT_PASS ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int leaf(struct xdp_md *context)
{
	__u64 sum = LINUX_KERNEL_VERSION + CONFIG_BPF_JIT;
	bpf_loop(4, visit, &sum, 0);
	return sum > 6 ? XDP_PASS : shared(1);
}

SEC("tc")
int classify(struct __sk_buff *skb)
{
	__u32 slot = 1;
	void *inner = bpf_map_lookup_elem(&outer, &slot);
	const char format[] = "length %d\n";
	bpf_trace_printk(format, sizeof(format), skb->len);
	if (inner) {
		__u32 *value = bpf_map_lookup_elem(inner, &slot);
		if (value)
			*value += skb->len;
	}
	bpf_ringbuf_output(&events, &slot, sizeof(slot), 0);
	if (breadth == WIDE_LAST && !unknown_later && !unused_callback)
		seen++;
	return count(skb->len);
}
