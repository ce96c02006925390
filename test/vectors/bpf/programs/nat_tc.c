// Translates addresses and ports in traffic control, with the helpers that keep the checksums: destinations by a table of services on the way in, sources on the way out,
// and what an ICMP error has within too.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { TC_OK = 0, TC_SHOT = 2 };
enum { SOURCE = 1, DESTINATION = 2 };

#define LINK sizeof(struct ethernet)
#define FIELD(header, field) __builtin_offsetof(struct header, field)

struct endpoint {
	__be32 address;
	__be16 port;
	__u16 which;
};

struct target {
	__be32 address;
	__be16 port;
	__u16 reserved;
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct endpoint);
	__type(value, struct target);
} targets SEC(".maps");

__u64 translated, fragments, errors;

// The checksum of the transport protocol: where it is, and how it is to be changed; 0: the protocol has none that covers addresses.
static __always_inline __u32 sum_offset(__u8 protocol, __u32 transport, __u64 *flags)
{
	if (protocol == PROTOCOL_TCP)
		return transport + FIELD(tcp, checksum);
	if (protocol == PROTOCOL_UDP) {
		*flags = BPF_F_MARK_MANGLED_0;
		return transport + FIELD(udp, checksum);
	}
	return 0;
}

static __noinline int translate(struct __sk_buff *skb, __u32 transport, __u32 protocol, struct endpoint *old, struct target *target)
{
	if (!old || !target)
		return TC_SHOT;
	__u32 is_source = old->which == SOURCE;
	__u32 address_at = LINK + (is_source ? FIELD(ipv4, source) : FIELD(ipv4, destination));
	__u32 port_at = transport + (is_source ? 0 : 2);
	__be32 address = target->address;
	__be16 port = target->port;
	__u64 flags = 0;
	__u32 sum = sum_offset(protocol, transport, &flags);
	if (sum) {
		if (bpf_l4_csum_replace(skb, sum, old->address, address, BPF_F_PSEUDO_HDR | flags | sizeof(address)) < 0)
			return TC_SHOT;
		if (port != old->port && bpf_l4_csum_replace(skb, sum, old->port, port, flags | sizeof(port)) < 0)
			return TC_SHOT;
		if (port != old->port && bpf_skb_store_bytes(skb, port_at, &port, sizeof(port), 0) < 0)
			return TC_SHOT;
	}
	if (bpf_l3_csum_replace(skb, LINK + FIELD(ipv4, checksum), old->address, address, sizeof(address)) < 0)
		return TC_SHOT;
	if (bpf_skb_store_bytes(skb, address_at, &address, sizeof(address), 0) < 0)
		return TC_SHOT;
	translated++;
	return TC_OK;
}

SEC("tc")
int nat_tc(struct __sk_buff *skb)
{
	struct ipv4 ip;
	if (skb->protocol != ETHERTYPE_IPV4 || bpf_skb_load_bytes(skb, LINK, &ip, sizeof(ip)) < 0 || ip.version_length >> 4 != 4)
		return TC_OK;
	if (is_fragment(&ip)) {
		fragments++;
		return TC_OK;
	}
	__u32 transport = LINK + (ip.version_length & 15) * 4;
	__be16 ports[2] = { 0, 0 };
	if ((ip.protocol == PROTOCOL_TCP || ip.protocol == PROTOCOL_UDP) && bpf_skb_load_bytes(skb, transport, ports, sizeof(ports)) < 0)
		return TC_SHOT;

	struct endpoint destination = { .address = ip.destination, .port = ports[1], .which = DESTINATION };
	struct target *target = bpf_map_lookup_elem(&targets, &destination);
	if (target) {
		__sync_fetch_and_add(&target->packets, 1);
		int verdict = translate(skb, transport, ip.protocol, &destination, target);
		if (verdict != TC_OK) {
			errors++;
			return verdict;
		}
		skb->mark = 0x0d;
	}
	struct endpoint source = { .address = ip.source, .port = ports[0], .which = SOURCE };
	target = bpf_map_lookup_elem(&targets, &source);
	if (target) {
		__sync_fetch_and_add(&target->packets, 1);
		int verdict = translate(skb, transport, ip.protocol, &source, target);
		if (verdict != TC_OK) {
			errors++;
			return verdict;
		}
		skb->mark |= 0x50;
	}

	// Life is one shorter, and the checksum with it: a word that has the protocol beside.
	if (ip.ttl <= 1)
		return TC_SHOT;
	__u16 before = ip.ttl | ip.protocol << 8;
	ip.ttl--;
	__u16 after = ip.ttl | ip.protocol << 8;
	if (bpf_l3_csum_replace(skb, LINK + FIELD(ipv4, checksum), before, after, 2) < 0)
		return TC_SHOT;
	return bpf_skb_store_bytes(skb, LINK + FIELD(ipv4, ttl), &ip.ttl, 1, BPF_F_RECOMPUTE_CSUM | BPF_F_INVALIDATE_HASH) < 0 ? TC_SHOT : TC_OK;
}
