// The ends of an IP in IP tunnel (RFC 2003) and of one in IPv6 (RFC 2473): what goes to a tunnelled address is wrapped and sent back, what comes wrapped is unwrapped.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct endpoint {
	__u32 over_ipv6;
	__be32 source[4];
	__be32 destination[4];
	__u8 next_hop[6];
	__u8 reserved[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, __be32);
	__type(value, struct endpoint);
} tunnels SEC(".maps");

struct {
	__u64 wrapped4, wrapped6, unwrapped, failed;
} counts;

static __always_inline void write_ethernet(struct ethernet *ethernet, const struct ethernet *old, const struct endpoint *endpoint, __be16 type)
{
	copy_mac(ethernet->destination, endpoint->next_hop);
	copy_mac(ethernet->source, old->destination);
	ethernet->type = type;
}

static __always_inline int wrap4(struct xdp_md *xdp, const struct endpoint *endpoint, __u32 length, __u8 service)
{
	if (bpf_xdp_adjust_head(xdp, -(int)sizeof(struct ipv4)) < 0)
		return XDP_ABORTED;
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	struct ipv4 *ip = TAKE(&cursor, struct ipv4);
	// Behind the new headers lie those of before, Ethernet's first.
	struct ethernet *old = (void *)ethernet + sizeof(*ip);
	if (!ethernet || !ip || (void *)(old + 1) > cursor.end)
		return XDP_ABORTED;
	write_ethernet(ethernet, old, endpoint, ETHERTYPE_IPV4);
	ip->version_length = 0x45;
	ip->service = service;
	ip->length = htons(length + sizeof(*ip));
	ip->id = 0;
	ip->fragment = htons(0x4000);
	ip->ttl = 64;
	ip->protocol = PROTOCOL_IPIP;
	ip->checksum = 0;
	ip->source = endpoint->source[0];
	ip->destination = endpoint->destination[0];
	ip->checksum = checksum_of(ip);
	counts.wrapped4++;
	return XDP_TX;
}

static __always_inline int wrap6(struct xdp_md *xdp, const struct endpoint *endpoint, __u32 length, __u8 service)
{
	if (bpf_xdp_adjust_head(xdp, -(int)sizeof(struct ipv6)) < 0)
		return XDP_ABORTED;
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	struct ipv6 *ip = TAKE(&cursor, struct ipv6);
	struct ethernet *old = (void *)ethernet + sizeof(*ip);
	if (!ethernet || !ip || (void *)(old + 1) > cursor.end)
		return XDP_ABORTED;
	write_ethernet(ethernet, old, endpoint, ETHERTYPE_IPV6);
	ip->version_class_flow = htonl(6U << 28 | (__u32)service << 20);
	ip->length = htons(length);
	ip->next = PROTOCOL_IPIP;
	ip->hops = 64;
	__builtin_memcpy(ip->source, endpoint->source, sizeof(ip->source));
	__builtin_memcpy(ip->destination, endpoint->destination, sizeof(ip->destination));
	counts.wrapped6++;
	return XDP_TX;
}

static __always_inline int unwrap(struct xdp_md *xdp, int outer, __be16 inner)
{
	__u8 source[6], destination[6];
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return XDP_ABORTED;
	copy_mac(source, ethernet->source);
	copy_mac(destination, ethernet->destination);
	if (bpf_xdp_adjust_head(xdp, outer) < 0) {
		counts.failed++;
		return XDP_ABORTED;
	}
	cursor = packet_of(xdp);
	ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return XDP_ABORTED;
	copy_mac(ethernet->source, source);
	copy_mac(ethernet->destination, destination);
	ethernet->type = inner;
	counts.unwrapped++;
	return XDP_PASS;
}

SEC("xdp")
int ipip(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return XDP_DROP;
	if (ethernet->type == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return XDP_DROP;
		if (ip->next == PROTOCOL_IPIP)
			return unwrap(xdp, sizeof(*ip), ETHERTYPE_IPV4);
		return ip->next == PROTOCOL_IPV6 ? unwrap(xdp, sizeof(*ip), ETHERTYPE_IPV6) : XDP_PASS;
	}
	if (ethernet->type != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;
	if ((ip->protocol == PROTOCOL_IPIP || ip->protocol == PROTOCOL_IPV6) && !is_fragment(ip) && ip->version_length == 0x45)
		return unwrap(xdp, sizeof(*ip), ip->protocol == PROTOCOL_IPIP ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);

	__be32 destination = ip->destination;
	struct endpoint *endpoint = bpf_map_lookup_elem(&tunnels, &destination);
	if (!endpoint)
		return XDP_PASS;
	__u32 length = ntohs(ip->length);
	__u8 service = ip->service;
	return endpoint->over_ipv6 ? wrap6(xdp, endpoint, length, service) : wrap4(xdp, endpoint, length, service);
}
