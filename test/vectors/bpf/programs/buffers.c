// Reads and writes frames that may lie in several buffers: by copies, wherever a byte lies. A trailer with a sum over the frame's ends is checked and taken off; frames to
// one port get one. (The program says with its section that it takes such frames.)
#include "packet.h"

char _license[] SEC("license") = "MIT";

#define TRAILER_MAGIC htonl(0x53414b52)

struct trailer {
	__be32 magic;
	__be32 length;
	__be32 sum;
};

enum { BLOCK = 64, MOST_BLOCKS = 256, SEALED_PORT = 7777 };

struct counts {
	__u64 sealed, opened, wrong, in_parts, too_small, bytes;
};

struct counts counts;
__u32 greatest, latest_sum;

// The sum over whole blocks from the beginning.
static __noinline __u32 sum_of(struct xdp_md *xdp, __u32 length)
{
	__u8 block[BLOCK];
	__u32 sum = 0;
	for (__u32 i = 0; i < MOST_BLOCKS; i++) {
		if ((i + 1) * BLOCK > length)
			break;
		if (bpf_xdp_load_bytes(xdp, i * BLOCK, block, BLOCK) < 0)
			return 0;
		sum = bpf_csum_diff(NULL, 0, (__be32 *)block, BLOCK, sum);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return fold(sum);
}

static __noinline int seal(struct xdp_md *xdp, __u32 length)
{
	struct trailer trailer = { .magic = TRAILER_MAGIC, .length = htonl(length), .sum = sum_of(xdp, length) };
	if (bpf_xdp_adjust_tail(xdp, sizeof(trailer)) < 0 || bpf_xdp_store_bytes(xdp, length, &trailer, sizeof(trailer)) < 0)
		return XDP_ABORTED;
	counts.sealed++;
	latest_sum = trailer.sum;
	return XDP_TX;
}

static __noinline int open(struct xdp_md *xdp, __u32 length, const struct trailer *trailer)
{
	__u32 inner = length - sizeof(*trailer);
	if (!trailer || ntohl(trailer->length) != inner || trailer->sum != sum_of(xdp, inner)) {
		counts.wrong++;
		return XDP_DROP;
	}
	if (bpf_xdp_adjust_tail(xdp, -(int)sizeof(*trailer)) < 0)
		return XDP_ABORTED;
	counts.opened++;
	return XDP_PASS;
}

SEC("xdp.frags")
int buffers(struct xdp_md *xdp)
{
	__u64 length = bpf_xdp_get_buff_len(xdp);
	__u32 linear = xdp->data_end - xdp->data;
	counts.bytes += length;
	if (linear < length)
		counts.in_parts++;
	if (length > greatest)
		greatest = length;
	struct {
		struct ethernet ethernet;
		struct ipv4 ip;
		__be16 ports[2];
	} __attribute__((packed)) head;
	if (length < sizeof(head) + sizeof(struct trailer) || bpf_xdp_load_bytes(xdp, 0, &head, sizeof(head)) < 0) {
		counts.too_small++;
		return XDP_PASS;
	}
	struct trailer trailer;
	if (bpf_xdp_load_bytes(xdp, length - sizeof(trailer), &trailer, sizeof(trailer)) < 0)
		return XDP_ABORTED;
	if (trailer.magic == TRAILER_MAGIC)
		return open(xdp, length, &trailer);
	if (head.ethernet.type == ETHERTYPE_IPV4 && head.ip.version_length == 0x45 && head.ip.protocol == PROTOCOL_UDP && head.ports[1] == htons(SEALED_PORT)) {
		// What was once here is marked in the header, by bytes of its own.
		__u8 mark = 0x5a;
		if (bpf_xdp_store_bytes(xdp, 15, &mark, 1) < 0)
			return XDP_ABORTED;
		return seal(xdp, length);
	}
	// The last byte of frames in several buffers is read and written back changed, to see that it arrives.
	if (linear < length) {
		__u8 last;
		if (bpf_xdp_load_bytes(xdp, length - 1, &last, 1) < 0)
			return XDP_ABORTED;
		last ^= 0xff;
		if (bpf_xdp_store_bytes(xdp, length - 1, &last, 1) < 0)
			return XDP_ABORTED;
		return XDP_TX;
	}
	return XDP_PASS;
}
