// SPDX-License-Identifier: MIT
// Drops what comes for a TCP or UDP port that is closed, and counts packets and bytes by protocol and destination port.
//
//   clang -target bpf -mcpu=v3 -O2 -g -I /usr/include/$(uname -m)-linux-gnu -c port_guard.c -o port_guard.o && llvm-strip -g port_guard.o
//   saker bpf run port_guard.o --capture web.pcapng --set closed_port=80
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)BPF_FUNC_map_update_elem;

char _license[] SEC("license") = "Dual MIT/GPL";

struct service {
	__u16 port;
	__u8 protocol;
	_Bool closed;
};

struct count {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct service);
	__type(value, struct count);
} services SEC(".maps");

const volatile __u16 closed_port = 53;
__u64 dropped;

SEC("xdp")
int port_guard(struct xdp_md *context)
{
	void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
	struct ethhdr *ethernet = data;
	struct iphdr *ip = (void *)(ethernet + 1);
	if ((void *)(ip + 1) > end || ethernet->h_proto != __builtin_bswap16(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	// Both protocols begin with the source and the destination port.
	__u16 *ports = (void *)ip + ip->ihl * 4;
	if (ip->ihl < 5 || (void *)(ports + 2) > end)
		return XDP_PASS;

	struct service key = { .port = __builtin_bswap16(ports[1]), .protocol = ip->protocol };
	key.closed = key.port == closed_port;
	struct count *count = bpf_map_lookup_elem(&services, &key);
	if (count) {
		__sync_fetch_and_add(&count->packets, 1);
		__sync_fetch_and_add(&count->bytes, end - data);
	} else {
		struct count first = { 1, end - data };
		bpf_map_update_elem(&services, &key, &first, BPF_NOEXIST);
	}
	if (!key.closed)
		return XDP_PASS;
	__sync_fetch_and_add(&dropped, 1);
	return XDP_DROP;
}
