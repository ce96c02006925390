// The end of a VXLAN tunnel (RFC 7348) over IPv6: frames of a VLAN go into the network of its number, and come back out of it. The outer UDP checksum is filled in.
#include "packet.h"

char _license[] SEC("license") = "MIT";

#define VXLAN_PORT htons(4789)
#define VXLAN_HAS_NETWORK htonl(0x08000000)
enum { MOST_SUMMED = 512 };

struct vxlan {
	__be32 flags;
	__be32 network;
};

struct network {
	__be32 local[4];
	__be32 remote[4];
	__u8 gateway[6];
	__u16 vlan;
	__u32 number;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __u16);
	__type(value, struct network);
} by_vlan SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u16);
} by_number SEC(".maps");

__u64 wrapped, unwrapped, unknown, wrong_sum, unsummed;

struct outer {
	struct ethernet ethernet;
	struct ipv6 ip;
	struct udp udp;
	struct vxlan vxlan;
} __attribute__((packed));

// The sum over a UDP datagram, as much of it as is a multiple of four and not too long; 0: it is not.
static __noinline int sum_of(struct xdp_md *xdp, __u32 offset, __u32 length)
{
	struct cursor cursor = packet_of(xdp);
	if (length < sizeof(struct udp) || length > MOST_SUMMED || length & 3 || offset > 128)
		return -1;
	void *udp = cursor.position + offset;
	// In steps whose length is known, since that is what a bound is proven for.
	__u32 sum = 0;
	for (int i = 0; i < MOST_SUMMED / 4; i++) {
		if ((__u32)i * 4 >= length)
			break;
		if (udp + 4 > cursor.end)
			return -1;
		sum = bpf_csum_diff(NULL, 0, udp, 4, sum);
		udp += 4;
	}
	return fold(sum);
}

static __always_inline __u32 pseudo_header(const void *header, __u16 length)
{
	const struct ipv6 *ip = header;
	__be32 rest[2] = { htonl(length), htonl(PROTOCOL_UDP) };
	// Source and destination lie one behind the other.
	__u32 sum = bpf_csum_diff(NULL, 0, (__be32 *)ip->source, 32, 0);
	return bpf_csum_diff(NULL, 0, rest, sizeof(rest), sum);
}

static __always_inline int unwrap(struct xdp_md *xdp, struct outer *outer)
{
	__u16 length = ntohs(outer->udp.length), given = outer->udp.checksum;
	__u32 number = ntohl(outer->vxlan.network) >> 8;
	if (!(outer->vxlan.flags & VXLAN_HAS_NETWORK))
		return XDP_DROP;
	__u16 *vlan = bpf_map_lookup_elem(&by_number, &number);
	if (!vlan) {
		unknown++;
		return XDP_DROP;
	}
	if (given) {
		__u64 pseudo = pseudo_header(&outer->ip, length);
		int sum = sum_of(xdp, sizeof(struct ethernet) + sizeof(struct ipv6), length);
		if (sum < 0) {
			unsummed++;
		} else if (fold(pseudo + sum) != 0xffff) {
			wrong_sum++;
			return XDP_DROP;
		}
	}

	// The inner frame gets the tag of its VLAN: four bytes in front of what its addresses stood before.
	const int removed = sizeof(struct outer) - sizeof(struct vlan);
	if (bpf_xdp_adjust_head(xdp, removed) < 0)
		return XDP_ABORTED;
	struct cursor cursor = packet_of(xdp);
	__u8 *bytes = take(&cursor, sizeof(struct ethernet) + sizeof(struct vlan));
	if (!bytes)
		return XDP_ABORTED;
	__builtin_memmove(bytes, bytes + 4, 12);
	*(__be16 *)(bytes + 12) = ETHERTYPE_VLAN;
	*(__be16 *)(bytes + 14) = htons(*vlan);
	unwrapped++;
	return XDP_PASS;
}

static __always_inline int wrap(struct xdp_md *xdp, struct network *network, __u32 length, __u32 hash)
{
	// The tag goes: only the addresses move.
	const int added = sizeof(struct outer) - sizeof(struct vlan);
	if (bpf_xdp_adjust_head(xdp, -added) < 0)
		return XDP_ABORTED;
	struct cursor cursor = packet_of(xdp);
	struct outer *outer = take(&cursor, sizeof(*outer) + sizeof(struct ethernet));
	if (!outer)
		return XDP_ABORTED;
	__u8 *inner = (void *)(outer + 1);
	// Behind it all the old frame begins four bytes before the inner one; from the back, since the two overlap.
	__builtin_memmove(inner, inner - 4, 12);
	__u32 udp_length = length - sizeof(struct vlan) + sizeof(struct udp) + sizeof(struct vxlan);
	copy_mac(outer->ethernet.destination, network->gateway);
	copy_mac(outer->ethernet.source, inner);
	outer->ethernet.type = ETHERTYPE_IPV6;
	outer->ip.version_class_flow = htonl(0x60000000 | (hash & 0xfffff));
	outer->ip.length = htons(udp_length);
	outer->ip.next = PROTOCOL_UDP;
	outer->ip.hops = 64;
	__builtin_memcpy(outer->ip.source, network->local, sizeof(network->local));
	__builtin_memcpy(outer->ip.destination, network->remote, sizeof(network->remote));
	outer->udp.source = htons(0xc000 | (hash & 0x3fff));
	outer->udp.destination = VXLAN_PORT;
	outer->udp.length = htons(udp_length);
	outer->udp.checksum = 0;
	outer->vxlan.flags = VXLAN_HAS_NETWORK;
	outer->vxlan.network = htonl(network->number << 8);
	wrapped++;

	__u64 pseudo = pseudo_header(&outer->ip, udp_length);
	int sum = sum_of(xdp, sizeof(struct ethernet) + sizeof(struct ipv6), udp_length);
	if (sum < 0) {
		unsummed++;
		return XDP_TX;
	}
	__u16 checksum = ~fold(pseudo + sum);
	outer->udp.checksum = checksum ? checksum : 0xffff;
	return XDP_TX;
}

SEC("xdp")
int vxlan(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u32 length = cursor.end - cursor.position;
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return XDP_DROP;
	if (ethernet->type == ETHERTYPE_VLAN) {
		struct vlan *vlan = TAKE(&cursor, struct vlan);
		if (!vlan)
			return XDP_DROP;
		__u16 number = ntohs(vlan->tci) & 0xfff;
		struct network *network = bpf_map_lookup_elem(&by_vlan, &number);
		if (!network)
			return XDP_PASS;
		__u32 *addresses = (void *)ethernet;
		return wrap(xdp, network, length, mix(addresses[0], addresses[1], addresses[2]));
	}
	if (ethernet->type != ETHERTYPE_IPV6)
		return XDP_PASS;
	cursor = packet_of(xdp);
	struct outer *outer = TAKE(&cursor, struct outer);
	if (!outer || outer->ip.next != PROTOCOL_UDP || outer->udp.destination != VXLAN_PORT)
		return XDP_PASS;
	return unwrap(xdp, outer);
}
