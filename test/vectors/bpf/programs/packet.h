// Headers of packets, and how the programs here walk over them. Fields are in network order, as on the wire.
#include "helpers.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define htons(value) ((__u16)__builtin_bswap16(value))
#define htonl(value) ((__u32)__builtin_bswap32(value))
#else
#define htons(value) ((__u16)(value))
#define htonl(value) ((__u32)(value))
#endif
#define ntohs htons
#define ntohl htonl

#define ETHERTYPE_IPV4 htons(0x0800)
#define ETHERTYPE_ARP htons(0x0806)
#define ETHERTYPE_VLAN htons(0x8100)
#define ETHERTYPE_IPV6 htons(0x86dd)
#define ETHERTYPE_SERVICE_VLAN htons(0x88a8)
#define ETHERTYPE_BRIDGED htons(0x6558)

enum {
	PROTOCOL_ICMP = 1, PROTOCOL_IPIP = 4, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_IPV6 = 41, PROTOCOL_GRE = 47, PROTOCOL_ICMPV6 = 58,
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

struct ethernet {
	__u8 destination[6];
	__u8 source[6];
	__be16 type;
} __attribute__((packed));

struct vlan {
	__be16 tci;
	__be16 type;
};

struct ipv4 {
	__u8 version_length;
	__u8 service;
	__be16 length;
	__be16 id;
	__be16 fragment;
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	__be32 source;
	__be32 destination;
};

struct ipv6 {
	__be32 version_class_flow;
	__be16 length;
	__u8 next;
	__u8 hops;
	__be32 source[4];
	__be32 destination[4];
};

struct tcp {
	__be16 source;
	__be16 destination;
	__be32 sequence;
	__be32 acknowledgment;
	__u8 offset;
	__u8 flags;
	__be16 window;
	__u16 checksum;
	__be16 urgent;
};

struct udp {
	__be16 source;
	__be16 destination;
	__be16 length;
	__u16 checksum;
};

struct icmp {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__be16 id;
	__be16 sequence;
};

// Hides from the compiler what it knows of a number, so that a bound which the kernel's verifier wants to see stays in the code.
#define HIDE(variable) asm volatile("" : "+r"(variable))

// What is left of a packet.
struct cursor {
	void *position;
	void *end;
};

static __always_inline void *take(struct cursor *cursor, __u32 length)
{
	void *taken = cursor->position;
	if (taken + length > cursor->end)
		return NULL;
	cursor->position = taken + length;
	return taken;
}

#define TAKE(cursor, header) ((header *)take(cursor, sizeof(header)))

static __always_inline struct cursor packet_of(const struct xdp_md *xdp)
{
	struct cursor cursor = { (void *)(long)xdp->data, (void *)(long)xdp->data_end };
	return cursor;
}

static __always_inline struct cursor packet_of_skb(const struct __sk_buff *skb)
{
	struct cursor cursor = { (void *)(long)skb->data, (void *)(long)skb->data_end };
	return cursor;
}

// The EtherType behind at most two VLAN tags; 0: the frame is too short. `outer`, if given, gets the first tag's identifier.
static __always_inline __be16 take_link(struct cursor *cursor, __u16 *outer)
{
	struct ethernet *ethernet = TAKE(cursor, struct ethernet);
	if (!ethernet)
		return 0;
	__be16 type = ethernet->type;
#pragma unroll
	for (int i = 0; i < 2; i++) {
		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_SERVICE_VLAN)
			break;
		struct vlan *vlan = TAKE(cursor, struct vlan);
		if (!vlan)
			return 0;
		if (outer && i == 0)
			*outer = ntohs(vlan->tci) & 0xfff;
		type = vlan->type;
	}
	return type;
}

// An IPv4 header without its options, behind which the cursor then stands; null: it is none, or not whole.
static __always_inline struct ipv4 *take_ipv4(struct cursor *cursor)
{
	struct ipv4 *ip = TAKE(cursor, struct ipv4);
	if (!ip || ip->version_length >> 4 != 4)
		return NULL;
	__u32 options = (ip->version_length & 15) * 4;
	if (options < sizeof(*ip))
		return NULL;
	options -= sizeof(*ip);
	if (options > 40 || cursor->position + options > cursor->end)
		return NULL;
	cursor->position += options;
	return ip;
}

static __always_inline int is_fragment(const struct ipv4 *ip)
{
	return (ip->fragment & htons(0x3fff)) != 0;
}

static __always_inline int is_later_fragment(const struct ipv4 *ip)
{
	return (ip->fragment & htons(0x1fff)) != 0;
}

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

// The checksum of a header of IPv4 without options.
static __always_inline __u16 checksum_of(const struct ipv4 *ip)
{
	const __u16 *words = (const void *)ip;
	__u32 sum = 0;
#pragma unroll
	for (int i = 0; i < 10; i++)
		sum += words[i];
	return ~fold(sum);
}

static __always_inline void copy_mac(__u8 *to, const __u8 *from)
{
#pragma unroll
	for (int i = 0; i < 6; i++)
		to[i] = from[i];
}

static __always_inline void swap_macs(struct ethernet *ethernet)
{
	__u8 source[6];
	copy_mac(source, ethernet->source);
	copy_mac(ethernet->source, ethernet->destination);
	copy_mac(ethernet->destination, source);
}

// Mixes words to a number that spreads evenly: multiply, rotate and fold, three rounds.
static __always_inline __u32 mix(__u32 first, __u32 second, __u32 third)
{
	__u64 hash = 0x9e3779b97f4a7c15ULL ^ first;
	hash *= 0xff51afd7ed558ccdULL;
	hash ^= (hash >> 33) ^ second;
	hash *= 0xc4ceb9fe1a85ec53ULL;
	hash ^= (hash >> 29) ^ third;
	hash *= 0xff51afd7ed558ccdULL;
	return hash ^ (hash >> 32);
}
