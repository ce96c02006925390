// The ends of a GRE tunnel (RFC 2784, RFC 2890): the optional fields are taken off by what their flags say, and the key says which tunnel it is.
#include "packet.h"

char _license[] SEC("license") = "MIT";

#define GRE_CHECKSUM htons(0x8000)
#define GRE_ROUTING htons(0x4000)
#define GRE_KEY htons(0x2000)
#define GRE_SEQUENCE htons(0x1000)
#define GRE_UNKNOWN htons(0x0fff)

struct gre {
	__be16 flags;
	__be16 type;
};

struct tunnel {
	__be32 key;
	__be32 local;
	__be32 remote;
	__u32 sequence;
	__u64 received;
	__u64 sent;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __be32);
	__type(value, struct tunnel);
} by_key SEC(".maps");

// The tunnel that hosts behind it are sent through.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __be32);
	__type(value, __be32);
} by_host SEC(".maps");

enum { STRANGE_VERSION, NO_SUCH_KEY, NOT_CARRIED, OUT_OF_ORDER, FAULTS };
volatile __u64 faults[FAULTS];

static __always_inline int fault(__u32 which)
{
	faults[which & 3]++;
	return XDP_DROP;
}

static __noinline int unwrap(struct xdp_md *xdp, __u32 header, __be16 type)
{
	struct ethernet kept;
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return XDP_ABORTED;
	kept = *ethernet;
	kept.type = type;
	// A bridged frame brings an Ethernet header of its own.
	if (type == ETHERTYPE_BRIDGED)
		return bpf_xdp_adjust_head(xdp, sizeof(kept) + header) < 0 ? XDP_ABORTED : XDP_PASS;
	if (bpf_xdp_adjust_head(xdp, header) < 0)
		return XDP_ABORTED;
	cursor = packet_of(xdp);
	ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return XDP_ABORTED;
	*ethernet = kept;
	return XDP_PASS;
}

static __noinline int receive(struct xdp_md *xdp, __be32 source)
{
	struct cursor cursor = packet_of(xdp);
	if (!take(&cursor, sizeof(struct ethernet) + sizeof(struct ipv4)))
		return XDP_DROP;
	struct gre *gre = TAKE(&cursor, struct gre);
	if (!gre)
		return XDP_DROP;
	__be16 flags = gre->flags, type = gre->type;
	if (flags & (GRE_ROUTING | GRE_UNKNOWN))
		return fault(STRANGE_VERSION);
	__u32 header = sizeof(struct ipv4) + sizeof(struct gre);
	__be32 key = 0;
	if (flags & GRE_CHECKSUM) {
		if (!take(&cursor, 4))
			return XDP_DROP;
		header += 4;
	}
	if (flags & GRE_KEY) {
		__be32 *field = take(&cursor, 4);
		if (!field)
			return XDP_DROP;
		key = *field;
		header += 4;
	}
	struct tunnel *tunnel = bpf_map_lookup_elem(&by_key, &key);
	if (!tunnel || tunnel->remote != source)
		return fault(NO_SUCH_KEY);
	if (flags & GRE_SEQUENCE) {
		__be32 *field = take(&cursor, 4);
		if (!field)
			return XDP_DROP;
		__u32 number = ntohl(*field);
		if ((__s32)(number - tunnel->sequence) < 0)
			return fault(OUT_OF_ORDER);
		tunnel->sequence = number + 1;
		header += 4;
	}
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6 && type != ETHERTYPE_BRIDGED)
		return fault(NOT_CARRIED);
	__sync_fetch_and_add(&tunnel->received, 1);
	return unwrap(xdp, header, type);
}

static __noinline int send(struct xdp_md *xdp, struct tunnel *tunnel, __u32 length)
{
	const int added = sizeof(struct ipv4) + sizeof(struct gre) + 4;
	if (!tunnel || bpf_xdp_adjust_head(xdp, -added) < 0)
		return XDP_ABORTED;
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	struct ipv4 *ip = TAKE(&cursor, struct ipv4);
	struct gre *gre = TAKE(&cursor, struct gre);
	__be32 *key = take(&cursor, 4);
	struct ethernet *old = (void *)ethernet + added;
	if (!ethernet || !ip || !gre || !key || (void *)(old + 1) > cursor.end)
		return XDP_ABORTED;
	copy_mac(ethernet->destination, old->source);
	copy_mac(ethernet->source, old->destination);
	ethernet->type = ETHERTYPE_IPV4;
	*ip = (struct ipv4) {
		.version_length = 0x45, .length = htons(length + added), .ttl = 255, .protocol = PROTOCOL_GRE, .source = tunnel->local, .destination = tunnel->remote,
	};
	ip->checksum = checksum_of(ip);
	gre->flags = GRE_KEY;
	gre->type = ETHERTYPE_IPV4;
	*key = tunnel->key;
	__sync_fetch_and_add(&tunnel->sent, 1);
	return XDP_TX;
}

SEC("xdp")
int gre(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet || ethernet->type != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;
	if (ip->protocol == PROTOCOL_GRE && ip->version_length == 0x45 && !is_fragment(ip))
		return receive(xdp, ip->source);
	__be32 host = ip->destination;
	__u32 length = ntohs(ip->length);
	__be32 *key = bpf_map_lookup_elem(&by_host, &host);
	if (!key)
		return XDP_PASS;
	struct tunnel *tunnel = bpf_map_lookup_elem(&by_key, key);
	return tunnel ? send(xdp, tunnel, length) : fault(NO_SUCH_KEY);
}
