// The programs that `compare bpf` runs in the kernel and in Saker. What they return depends on all that they do.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include "work.h"

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name

#define PORT 9000
#define ADDRESSES 256
#define ADDRESSES_OFFSET 64
#define HASHED_OFFSET 16

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

struct prefix {
	__u32 length;
	__u32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct prefix);
	__type(value, __u32);
} routes SEC(".maps");

__u32 turn;

static inline __attribute__((always_inline)) struct iphdr *ipv4(struct xdp_md *context, void **end)
{
	struct ethhdr *ethernet = (void *)(long)context->data;
	struct iphdr *ip = (void *)(ethernet + 1);
	*end = (void *)(long)context->data_end;
	if ((void *)(ip + 1) > *end || ethernet->h_proto != __builtin_bswap16(ETH_P_IP) || ip->ihl != 5)
		return 0;
	return ip;
}

SEC("xdp") int empty(struct xdp_md *context)
{
	return XDP_PASS;
}

// Ethernet, IPv4 without options, UDP: packets to a port are dropped.
SEC("xdp") int parse(struct xdp_md *context)
{
	void *end;
	struct iphdr *ip = ipv4(context, &end);
	if (!ip || ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	struct udphdr *udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > end || udp->dest != __builtin_bswap16(PORT))
		return XDP_PASS;
	return XDP_DROP;
}

// The source is looked up in a hash and counted there, and all packets by CPU.
SEC("xdp") int count(struct xdp_md *context)
{
	void *end;
	struct iphdr *ip = ipv4(context, &end);
	if (!ip)
		return XDP_PASS;
	__u32 source = ip->saddr, zero = 0;
	__u64 *of_source = bpf_map_lookup_elem(&sources, &source);
	__u64 *of_cpu = bpf_map_lookup_elem(&packets, &zero);
	if (!of_source || !of_cpu)
		return XDP_PASS;
	*of_source += 1;
	*of_cpu += 1;
	return XDP_DROP;
}

// The longest prefix of one of the addresses in the packet, the next one every time.
SEC("xdp") int route(struct xdp_md *context)
{
	__u32 *address = (void *)(long)context->data + ADDRESSES_OFFSET + 4 * (turn++ % ADDRESSES);
	if ((void *)(address + 1) > (void *)(long)context->data_end)
		return 0;
	struct prefix key = { 32, *address };
	__u32 *found = bpf_map_lookup_elem(&routes, &key);
	return found ? *found : 0;
}

SEC("xdp") int chain(struct xdp_md *context)
{
	__u64 *data = (void *)(long)context->data;
	return (void *)(data + 1) > (void *)(long)context->data_end ? 0 : one_chain(*data);
}

SEC("xdp") int chains(struct xdp_md *context)
{
	__u64 *data = (void *)(long)context->data;
	return (void *)(data + 1) > (void *)(long)context->data_end ? 0 : four_chains(*data);
}

SEC("xdp") int hash(struct xdp_md *context)
{
	void *data = (void *)(long)context->data;
	return data + HASHED_OFFSET + 4 * WORDS > (void *)(long)context->data_end ? 0 : hash_words(data + HASHED_OFFSET, 0);
}

char _license[] SEC("license") = "GPL";
