// Translates between IPv6 and IPv4 (RFC 7915) for hosts whose IPv6 address has the IPv4 address in it (RFC 6052): the packet is changed from one protocol into the other in
// place, headers written anew and the transport checksum changed by the difference of the pseudo headers.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { TC_OK = 0, TC_SHOT = 2 };

const volatile __be32 prefix[3] = { 0 };

struct {
	__u64 to4, to6, not_carried, failed;
} counts;

static __always_inline int has_prefix(const __be32 *address)
{
	return address[0] == prefix[0] && address[1] == prefix[1] && address[2] == prefix[2];
}

static __always_inline __u32 sum_place(__u8 protocol)
{
	return protocol == PROTOCOL_TCP ? __builtin_offsetof(struct tcp, checksum) : __builtin_offsetof(struct udp, checksum);
}

// Changes the transport's checksum by a difference.
static __always_inline long adjust_sum(struct __sk_buff *skb, __u32 at, __u8 protocol, __s64 difference)
{
	return bpf_l4_csum_replace(skb, at + sum_place(protocol), 0, difference, BPF_F_PSEUDO_HDR | (protocol == PROTOCOL_UDP ? BPF_F_MARK_MANGLED_0 : 0));
}

static __noinline int to_ipv4(struct __sk_buff *skb)
{
	struct ipv6 old;
	if (bpf_skb_load_bytes(skb, sizeof(struct ethernet), &old, sizeof(old)) < 0)
		return TC_OK;
	if (!has_prefix(old.source) || !has_prefix(old.destination))
		return TC_OK;
	if (old.next != PROTOCOL_TCP && old.next != PROTOCOL_UDP) {
		counts.not_carried++;
		return TC_SHOT;
	}
	struct ipv4 ip = {
		.version_length = 0x45, .service = ntohl(old.version_class_flow) >> 20, .length = htons(ntohs(old.length) + sizeof(ip)), .fragment = htons(0x4000), .ttl = old.hops,
		.protocol = old.next, .source = old.source[3], .destination = old.destination[3],
	};
	ip.checksum = checksum_of(&ip);
	__s64 difference = bpf_csum_diff((__be32 *)old.source, 32, &ip.source, 8, 0);
	if (bpf_skb_change_proto(skb, ETHERTYPE_IPV4, 0) < 0)
		return -1;
	__be16 type = ETHERTYPE_IPV4;
	if (bpf_skb_store_bytes(skb, 12, &type, sizeof(type), 0) < 0 || bpf_skb_store_bytes(skb, sizeof(struct ethernet), &ip, sizeof(ip), 0) < 0)
		return -1;
	if (adjust_sum(skb, sizeof(struct ethernet) + sizeof(ip), ip.protocol, difference) < 0)
		return -1;
	counts.to4++;
	return TC_OK;
}

static __noinline int to_ipv6(struct __sk_buff *skb)
{
	struct ipv4 old;
	if (bpf_skb_load_bytes(skb, sizeof(struct ethernet), &old, sizeof(old)) < 0 || old.version_length != 0x45 || is_fragment(&old))
		return TC_OK;
	// Only those of 198.51.100.0/24 are known beyond.
	if ((old.destination & htonl(0xffffff00)) != htonl(0xc6336400))
		return TC_OK;
	if (old.protocol != PROTOCOL_TCP && old.protocol != PROTOCOL_UDP) {
		counts.not_carried++;
		return TC_SHOT;
	}
	struct ipv6 ip = {
		.version_class_flow = htonl(6U << 28 | (__u32)old.service << 20), .length = htons(ntohs(old.length) - sizeof(old)), .next = old.protocol, .hops = old.ttl,
		.source = { prefix[0], prefix[1], prefix[2], old.source }, .destination = { prefix[0], prefix[1], prefix[2], old.destination },
	};
	__s64 difference = bpf_csum_diff(&old.source, 8, (__be32 *)ip.source, 32, 0);
	if (bpf_skb_change_proto(skb, ETHERTYPE_IPV6, 0) < 0)
		return -1;
	__be16 type = ETHERTYPE_IPV6;
	if (bpf_skb_store_bytes(skb, 12, &type, sizeof(type), 0) < 0 || bpf_skb_store_bytes(skb, sizeof(struct ethernet), &ip, sizeof(ip), 0) < 0)
		return -1;
	if (adjust_sum(skb, sizeof(struct ethernet) + sizeof(ip), old.protocol, difference) < 0)
		return -1;
	counts.to6++;
	return TC_OK;
}

SEC("tc")
int nat64(struct __sk_buff *skb)
{
	int verdict = TC_OK;
	if (skb->protocol == ETHERTYPE_IPV6)
		verdict = to_ipv4(skb);
	else if (skb->protocol == ETHERTYPE_IPV4)
		verdict = to_ipv6(skb);
	if (verdict < 0) {
		counts.failed++;
		return TC_SHOT;
	}
	if (skb->pkt_type == 3 && bpf_skb_change_type(skb, 0) == 0)
		skb->cb[0] = 1;
	skb->cb[1] = skb->protocol;
	skb->cb[2] = skb->len;
	return verdict;
}
