// Counts packets and bytes by protocol and by size for each processor, with global functions, which the kernel verifies one by one.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct count {
	__u64 packets;
	__u64 bytes;
};

// 0 to 255: protocols of IPv4; 256 to 511: of IPv6; then what is not IP.
enum { CLASS_IPV6 = 256, CLASS_ARP = 512, CLASS_802_3, CLASS_OTHER, CLASS_SHORT, CLASSES };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, CLASSES);
	__type(key, __u32);
	__type(value, struct count);
} classes SEC(".maps");

enum { SIZES = 12 };

__u64 sizes[SIZES];
__u32 greatest = 0;
__u32 least = 0xffffffff;
__u8 latest_source[6] = { 2, 0, 0, 0, 0, 0 };
static volatile __u64 tagged;

__noinline int class_of_ip(__u32 type, __u32 protocol)
{
	if (protocol > 255)
		return CLASS_OTHER;
	return type == ETHERTYPE_IPV4 ? protocol : CLASS_IPV6 + protocol;
}

// Which power of two a length lies under.
__noinline int size_class(__u32 length)
{
	int class = 0;
	for (__u32 i = 32; i < length && class < SIZES - 1; i <<= 1)
		class++;
	return class;
}

__noinline int note(__u32 class, __u32 length)
{
	struct count *count = bpf_map_lookup_elem(&classes, &class);
	if (!count)
		return -1;
	count->packets++;
	count->bytes += length;
	__u32 size = size_class(length);
	if (size < SIZES)
		sizes[size]++;
	if (length > greatest)
		greatest = length;
	if (length < least)
		least = length;
	return 0;
}

SEC("xdp")
int protocol_counter(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u32 length = cursor.end - cursor.position, class = CLASS_SHORT;
	__u16 outer = 0xffff;
	struct ethernet *ethernet = cursor.position;
	__be16 type = take_link(&cursor, &outer);
	if (type) {
		if ((void *)(ethernet + 1) <= cursor.end)
			copy_mac(latest_source, ethernet->source);
		if (outer != 0xffff)
			tagged++;
		class = CLASS_OTHER;
		if (type == ETHERTYPE_IPV4) {
			struct ipv4 *ip = TAKE(&cursor, struct ipv4);
			class = ip ? class_of_ip(type, ip->protocol) : CLASS_SHORT;
		} else if (type == ETHERTYPE_IPV6) {
			struct ipv6 *ip = TAKE(&cursor, struct ipv6);
			class = ip ? class_of_ip(type, ip->next) : CLASS_SHORT;
		} else if (type == ETHERTYPE_ARP) {
			class = CLASS_ARP;
		} else if (ntohs(type) < 0x600) {
			class = CLASS_802_3;
		}
	}
	return note(class, length) < 0 ? XDP_ABORTED : XDP_PASS;
}
