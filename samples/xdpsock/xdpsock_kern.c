// SPDX-License-Identifier: MIT
// Gives each frame to the AF_XDP socket of the queue that it came by; where there is none, the kernel's stack has it. Several sockets of a queue, which share its UMEM, take turns.
// The same in Saker's assembler: src/Saker.Kernel/AfXdp/Programs/RedirectProgram.cs. Made into an object by make.sh.
#include <linux/bpf.h>

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*const bpf_redirect_map)(void *map, __u64 key, __u64 flags) = (void *)BPF_FUNC_redirect_map;

char _license[] SEC("license") = "Dual MIT/GPL";

// How many sockets a queue has: those of queue q stand in the map from q times so many on.
const volatile __u32 sockets_per_queue = 1;

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} turns SEC(".maps");

SEC("xdp")
int xdpsock(struct xdp_md *xdp)
{
	__u32 socket = xdp->rx_queue_index;
	if (sockets_per_queue > 1) {
		__u32 first = 0;
		__u32 *turn = bpf_map_lookup_elem(&turns, &first);
		if (!turn)
			return XDP_PASS;
		socket = socket * sockets_per_queue + (*turn)++ % sockets_per_queue;
	}
	return bpf_redirect_map(&xsks_map, socket, XDP_PASS);
}
