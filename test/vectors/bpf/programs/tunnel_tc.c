// The ends of tunnels in traffic control: room is made behind the link's or the network's header and filled, or taken away. UDP with a small header of its own around the
// network's packets of one mark, IP in IP for another, and back.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { TC_OK = 0, TC_SHOT = 2 };
enum { PORT = 6080, MARK_UDP = 1, MARK_IPIP = 2 };

struct shim {
	__be32 mark;
	__be32 length;
};

struct udp_tunnel {
	struct ipv4 ip;
	struct udp udp;
	struct shim shim;
};

const volatile __be32 local = 0;
const volatile __be32 remote = 0;

struct {
	__u64 udp_wrapped, ipip_wrapped, unwrapped, too_long, failed, padded, cut;
} counts;

static __always_inline struct ipv4 outer_of(__u32 length, __u8 protocol)
{
	struct ipv4 ip = {
		.version_length = 0x45, .length = htons(length), .ttl = 64, .protocol = protocol, .source = local, .destination = remote,
	};
	ip.checksum = checksum_of(&ip);
	return ip;
}

static __noinline int wrap_udp(struct __sk_buff *skb, __u32 inner)
{
	struct udp_tunnel head = {
		.udp = { .source = htons(50000), .destination = htons(PORT), .length = htons(inner + sizeof(struct udp) + sizeof(struct shim)) },
		.shim = { .mark = htonl(skb->mark), .length = htonl(inner) },
	};
	if (bpf_skb_adjust_room(skb, sizeof(head), BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4 | BPF_F_ADJ_ROOM_ENCAP_L4_UDP | BPF_F_ADJ_ROOM_FIXED_GSO) < 0)
		return -1;
	head.ip = outer_of(inner + sizeof(head), PROTOCOL_UDP);
	if (bpf_skb_store_bytes(skb, sizeof(struct ethernet), &head, sizeof(head), BPF_F_INVALIDATE_HASH) < 0)
		return -1;
	counts.udp_wrapped++;
	return 0;
}

static __noinline int wrap_ipip(struct __sk_buff *skb, __u32 inner)
{
	if (bpf_skb_adjust_room(skb, sizeof(struct ipv4), BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_ENCAP_L3_IPV4) < 0)
		return -1;
	struct ipv4 ip = outer_of(inner + sizeof(ip), PROTOCOL_IPIP);
	if (bpf_skb_store_bytes(skb, sizeof(struct ethernet), &ip, sizeof(ip), 0) < 0)
		return -1;
	counts.ipip_wrapped++;
	return 0;
}

static __noinline int unwrap(struct __sk_buff *skb, __u32 header)
{
	if (bpf_skb_adjust_room(skb, -(int)header, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO) < 0)
		return -1;
	counts.unwrapped++;
	return 0;
}

SEC("tc")
int tunnel_tc(struct __sk_buff *skb)
{
	if (skb->protocol != ETHERTYPE_IPV4)
		return TC_OK;
	// What the headers need is made to lie in one piece.
	if (bpf_skb_pull_data(skb, sizeof(struct ethernet) + sizeof(struct ipv4)) < 0)
		return TC_SHOT;
	struct cursor cursor = packet_of_skb(skb);
	if (!take(&cursor, sizeof(struct ethernet)))
		return TC_SHOT;
	struct ipv4 *ip = TAKE(&cursor, struct ipv4);
	if (!ip || ip->version_length != 0x45)
		return TC_OK;
	__u32 inner = ntohs(ip->length), link = sizeof(struct ethernet), error = 0;
	__u8 protocol = ip->protocol;
	if (inner < sizeof(*ip))
		return TC_SHOT;
	if (protocol == PROTOCOL_IPIP) {
		error = unwrap(skb, sizeof(*ip));
	} else if (protocol == PROTOCOL_UDP && !is_fragment(ip) && ip->destination == local) {
		struct udp udp;
		if (bpf_skb_load_bytes_relative(skb, sizeof(*ip), &udp, sizeof(udp), BPF_HDR_START_NET) < 0 || udp.destination != htons(PORT))
			return TC_OK;
		struct shim shim;
		if (bpf_skb_load_bytes(skb, link + sizeof(*ip) + sizeof(udp), &shim, sizeof(shim)) < 0)
			return TC_SHOT;
		error = unwrap(skb, sizeof(struct udp_tunnel));
		skb->mark = ntohl(shim.mark);
	} else if (skb->mark == MARK_UDP) {
		error = wrap_udp(skb, inner);
	} else if (skb->mark == MARK_IPIP) {
		error = wrap_ipip(skb, inner);
	} else if (skb->len > link + inner) {
		// What the link has padded is cut away.
		error = bpf_skb_change_tail(skb, link + inner, 0);
		counts.cut++;
	} else if (skb->len < 60) {
		error = bpf_skb_change_tail(skb, 60, 0);
		counts.padded++;
	}
	if (error) {
		counts.failed++;
		return TC_SHOT;
	}
	skb->cb[0] = skb->len;
	skb->cb[1] = skb->protocol;
	return TC_OK;
}
