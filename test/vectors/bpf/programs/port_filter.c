// Drops what goes to blocked ports, behind VLAN tags, IPv4 options and over IPv6 too. What a rule counts is in the rule.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct service {
	__u16 port;
	__u8 protocol;
	__u8 reserved;
};

struct rule {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct service);
	__type(value, struct rule);
} blocked SEC(".maps");

enum { REASON_PASSED, REASON_BLOCKED, REASON_FRAGMENT, REASON_MALFORMED, REASON_OTHER, REASONS };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, REASONS);
	__type(key, __u32);
	__type(value, __u64);
} reasons SEC(".maps");

const volatile __u8 drops_fragments = 1;
const volatile __u16 lowest_open_port = 20;

static __always_inline int leave(__u32 reason, int verdict)
{
	__u64 *count = bpf_map_lookup_elem(&reasons, &reason);
	if (count)
		__sync_fetch_and_add(count, 1);
	return verdict;
}

static __noinline int is_blocked(__u8 protocol, __u16 port, __u64 length)
{
	struct service service = { .port = port, .protocol = protocol };
	struct rule *rule = bpf_map_lookup_elem(&blocked, &service);
	if (!rule)
		return protocol == PROTOCOL_TCP && port < lowest_open_port;
	__sync_fetch_and_add(&rule->packets, 1);
	__sync_fetch_and_add(&rule->bytes, length);
	return 1;
}

SEC("xdp")
int port_filter(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u64 length = cursor.end - cursor.position;
	__be16 type = take_link(&cursor, NULL);
	__u8 protocol;
	if (type == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return leave(REASON_MALFORMED, XDP_DROP);
		if (is_fragment(ip) && drops_fragments)
			return leave(REASON_FRAGMENT, XDP_DROP);
		if (is_later_fragment(ip))
			return leave(REASON_FRAGMENT, XDP_PASS);
		protocol = ip->protocol;
	} else if (type == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return leave(REASON_MALFORMED, XDP_DROP);
		protocol = ip->next;
	} else {
		return type ? leave(REASON_OTHER, XDP_PASS) : leave(REASON_MALFORMED, XDP_ABORTED);
	}

	if (protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP)
		return leave(REASON_OTHER, XDP_PASS);
	// Both protocols begin with the ports.
	__be16 *ports = take(&cursor, 4);
	if (!ports)
		return leave(REASON_MALFORMED, XDP_DROP);
	return is_blocked(protocol, ntohs(ports[1]), length) ? leave(REASON_BLOCKED, XDP_DROP) : leave(REASON_PASSED, XDP_PASS);
}
