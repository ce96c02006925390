// Answers datagrams to ports where nobody listens as a router does, with an ICMP error that has the beginning of the datagram within (RFC 792, RFC 1812), so many a
// source and no more.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { QUOTED = sizeof(struct ipv4) + 8, PORT_UNREACHABLE = 3, DESTINATION_UNREACHABLE = 3 };

struct error {
	struct ethernet ethernet;
	struct ipv4 ip;
	struct icmp icmp;
	__u8 quoted[QUOTED];
} __attribute__((packed));

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, __u32);
} answered SEC(".maps");

// Ports that somebody listens on, a bit for each.
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} open_ports SEC(".maps");

const volatile __u32 most_answers = 6;
const volatile __be32 own_address = 0;
__u32 limited, sent, unanswerable;

static __noinline int is_open(__u16 port)
{
	__u32 key = port / 64;
	__u64 *bits = bpf_map_lookup_elem(&open_ports, &key);
	return bits && *bits >> (port % 64) & 1;
}

static __noinline int may_answer(__be32 source)
{
	__u32 one = 1, *count = bpf_map_lookup_elem(&answered, &source);
	if (!count) {
		bpf_map_update_elem(&answered, &source, &one, BPF_ANY);
		return 1;
	}
	__sync_fetch_and_add(count, 1);
	return *count <= most_answers;
}

SEC("xdp")
int unreachable(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet || ethernet->type != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = TAKE(&cursor, struct ipv4);
	if (!ip || ip->version_length != 0x45 || ip->protocol != PROTOCOL_UDP || is_later_fragment(ip))
		return XDP_PASS;
	struct udp *udp = TAKE(&cursor, struct udp);
	if (!udp)
		return XDP_DROP;
	if (is_open(ntohs(udp->destination)))
		return XDP_PASS;
	// Never to a group, and never because of one (RFC 1122, 3.2.2).
	if (ethernet->destination[0] & 1 || (ntohl(ip->destination) >> 28) == 14 || !ip->source) {
		unanswerable++;
		return XDP_DROP;
	}
	if (!may_answer(ip->source)) {
		limited++;
		return XDP_DROP;
	}

	// What is behind the quoted part goes, then the new headers come in front of it.
	const int kept = sizeof(struct ethernet) + QUOTED;
	int length = (void *)(long)xdp->data_end - (void *)(long)xdp->data;
	if (length > kept && bpf_xdp_adjust_tail(xdp, kept - length) < 0)
		return XDP_ABORTED;
	if (bpf_xdp_adjust_head(xdp, -(int)(sizeof(struct ipv4) + sizeof(struct icmp))) < 0)
		return XDP_ABORTED;
	cursor = packet_of(xdp);
	struct error *error = TAKE(&cursor, struct error);
	if (!error)
		return XDP_ABORTED;
	const struct ethernet *old = (void *)error->quoted - sizeof(*old);
	const struct ipv4 *quoted = (void *)error->quoted;
	struct ethernet link = *old;
	copy_mac(error->ethernet.destination, link.source);
	copy_mac(error->ethernet.source, link.destination);
	error->ethernet.type = ETHERTYPE_IPV4;
	struct ipv4 *outer = (void *)(&error->ethernet + 1);
	*outer = (struct ipv4) {
		.version_length = 0x45, .service = 0xc0, .length = htons(sizeof(struct ipv4) + sizeof(struct icmp) + QUOTED), .ttl = 64, .protocol = PROTOCOL_ICMP,
		.source = own_address ? own_address : quoted->destination, .destination = quoted->source,
	};
	outer->checksum = checksum_of(outer);
	struct icmp *icmp = (void *)(outer + 1);
	*icmp = (struct icmp) { .type = DESTINATION_UNREACHABLE, .code = PORT_UNREACHABLE };
	icmp->checksum = ~fold((__u32)bpf_csum_diff(NULL, 0, (__be32 *)icmp, sizeof(*icmp) + QUOTED, 0));
	sent++;
	return XDP_TX;
}
