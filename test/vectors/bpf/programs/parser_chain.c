// A parser in parts, each a program of its own: the part for a protocol is called through a program array by its number, and what the parts have found so far lies in the
// packet's metadata, or, where that has no room, in a table.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { PART_LINK, PART_VLAN, PART_IPV4, PART_IPV6, PART_TRANSPORT, PART_MISSING, PARTS };

struct found {
	__u32 offset;
	__u16 vlans;
	__u8 version;
	__u8 protocol;
	__u16 ports[2];
	__u32 parts;
};

int parse_vlan(struct xdp_md *xdp);
int parse_ipv4(struct xdp_md *xdp);
int parse_ipv6(struct xdp_md *xdp);
int parse_transport(struct xdp_md *xdp);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, PARTS);
	__uint(key_size, sizeof(__u32));
	__array(values, int (void *));
} parts SEC(".maps") = {
	.values = {
		[PART_VLAN] = (void *)&parse_vlan,
		[PART_IPV4] = (void *)&parse_ipv4,
		[PART_IPV6] = (void *)&parse_ipv6,
		[PART_TRANSPORT] = (void *)&parse_transport,
	},
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} results SEC(".maps");

volatile __u64 missing, without_room;

// Every part ends here when there is none behind it.
static __always_inline int end(struct found *found, int verdict)
{
	__u32 key = (found->version == 6 ? 32 : 0) + (found->vlans & 3) * 8 + (found->parts & 7);
	__u64 *count = bpf_map_lookup_elem(&results, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	return verdict;
}

static __always_inline struct found *found_of(struct xdp_md *xdp)
{
	struct found *found = (void *)(long)xdp->data_meta;
	return (void *)(found + 1) > (void *)(long)xdp->data ? NULL : found;
}

// How far parts have come is known to be small to whoever wrote it, and proven here.
static __always_inline int take_up(struct xdp_md *xdp, struct cursor *cursor, struct found *found)
{
	__u32 offset = found->offset;
	*cursor = packet_of(xdp);
	if (offset > 256)
		return 0;
	cursor->position += offset;
	return 1;
}

static __always_inline int jump(struct xdp_md *xdp, struct found *found, __be16 type)
{
	__u32 part = PART_MISSING;
	switch (type) {
	case ETHERTYPE_VLAN:
	case ETHERTYPE_SERVICE_VLAN:
		part = PART_VLAN;
		break;
	case ETHERTYPE_IPV4:
		part = PART_IPV4;
		break;
	case ETHERTYPE_IPV6:
		part = PART_IPV6;
		break;
	}
	bpf_tail_call(xdp, &parts, part);
	missing++;
	return end(found, XDP_PASS);
}

SEC("xdp")
int parse_vlan(struct xdp_md *xdp)
{
	struct found *found = found_of(xdp);
	struct cursor cursor;
	if (!found || !take_up(xdp, &cursor, found))
		return XDP_ABORTED;
	struct vlan *vlan = TAKE(&cursor, struct vlan);
	if (!vlan)
		return end(found, XDP_DROP);
	found->vlans++;
	found->parts++;
	found->offset += sizeof(*vlan);
	return jump(xdp, found, vlan->type);
}

SEC("xdp")
int parse_ipv4(struct xdp_md *xdp)
{
	struct found *found = found_of(xdp);
	struct cursor cursor;
	if (!found || !take_up(xdp, &cursor, found))
		return XDP_ABORTED;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return end(found, XDP_DROP);
	found->version = 4;
	found->protocol = ip->protocol;
	found->parts++;
	found->offset += (ip->version_length & 15) * 4;
	if (is_later_fragment(ip))
		return end(found, XDP_PASS);
	bpf_tail_call(xdp, &parts, PART_TRANSPORT);
	return end(found, XDP_PASS);
}

SEC("xdp")
int parse_ipv6(struct xdp_md *xdp)
{
	struct found *found = found_of(xdp);
	struct cursor cursor;
	if (!found || !take_up(xdp, &cursor, found))
		return XDP_ABORTED;
	struct ipv6 *ip = TAKE(&cursor, struct ipv6);
	if (!ip)
		return end(found, XDP_DROP);
	found->version = 6;
	found->protocol = ip->next;
	found->parts++;
	found->offset += sizeof(*ip);
	bpf_tail_call(xdp, &parts, PART_TRANSPORT);
	return end(found, XDP_PASS);
}

SEC("xdp")
int parse_transport(struct xdp_md *xdp)
{
	struct found *found = found_of(xdp);
	struct cursor cursor;
	if (!found || !take_up(xdp, &cursor, found))
		return XDP_ABORTED;
	found->parts++;
	if (found->protocol != PROTOCOL_TCP && found->protocol != PROTOCOL_UDP)
		return end(found, XDP_PASS);
	__be16 *ports = take(&cursor, 4);
	if (!ports)
		return end(found, XDP_DROP);
	found->ports[0] = ntohs(ports[0]);
	found->ports[1] = ntohs(ports[1]);
	return end(found, found->ports[1] < 1024 ? XDP_TX : XDP_PASS);
}

SEC("xdp")
int parser_chain(struct xdp_md *xdp)
{
	if (bpf_xdp_adjust_meta(xdp, -(int)sizeof(struct found)) < 0) {
		without_room++;
		return XDP_ABORTED;
	}
	struct found *found = found_of(xdp);
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!found || !ethernet)
		return XDP_ABORTED;
	*found = (struct found) { .offset = sizeof(*ethernet) };
	return jump(xdp, found, ethernet->type);
}
