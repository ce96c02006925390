// Judges TCP segments by their flags, and walks over their options in a bounded loop; what it finds goes into a table of options and into a table of segment sizes.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { OPTION_END, OPTION_NOTHING, OPTION_MSS, OPTION_WINDOW, OPTION_SACK_PERMITTED, OPTION_SACK, OPTION_TIMESTAMP = 8 };

enum { OPTIONS = 32, MOST_OPTION_BYTES = 40 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OPTIONS);
	__type(key, __u32);
	__type(value, __u32);
} options_seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 128);
	__type(key, __u16);
	__type(value, __u64);
} segment_sizes SEC(".maps");

struct {
	__u64 null, xmas, contradictory, malformed, scanned;
} verdicts;

__u32 greatest_window_shift;
__u32 latest_timestamp;

static __always_inline int is_absurd(__u8 flags)
{
	if ((flags & 0x3f) == 0) {
		verdicts.null++;
		return 1;
	}
	if ((flags & (TCP_FIN | TCP_PSH | TCP_URG)) == (TCP_FIN | TCP_PSH | TCP_URG)) {
		verdicts.xmas++;
		return 1;
	}
	if ((flags & TCP_SYN && flags & (TCP_FIN | TCP_RST)) || (flags & (TCP_FIN | TCP_ACK)) == TCP_FIN) {
		verdicts.contradictory++;
		return 1;
	}
	return 0;
}

static __noinline void note_option(__u32 kind)
{
	if (kind >= OPTIONS)
		kind = OPTIONS - 1;
	__u32 *count = bpf_map_lookup_elem(&options_seen, &kind);
	if (count)
		__sync_fetch_and_add(count, 1);
}

static __noinline void note_size(__u16 size)
{
	__u64 one = 1, *count = bpf_map_lookup_elem(&segment_sizes, &size);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&segment_sizes, &size, &one, BPF_ANY);
}

// Copies the options to the stack, so that a variable place in them is a place in known memory.
static __noinline int scan(struct xdp_md *xdp, __u32 offset, __u32 length)
{
	__u8 bytes[64 + 8] = { 0 };
	length &= 63;
	if (length == 0 || length > MOST_OPTION_BYTES)
		return 0;
	if (bpf_xdp_load_bytes(xdp, offset, bytes, length) < 0)
		return -1;
	verdicts.scanned++;
	__u32 at = 0;
	for (int i = 0; i < MOST_OPTION_BYTES; i++) {
		if (at >= length || at >= MOST_OPTION_BYTES)
			return 0;
		HIDE(at);
		at &= 63;
		__u8 kind = bytes[at];
		note_option(kind);
		if (kind == OPTION_END)
			return 0;
		if (kind == OPTION_NOTHING) {
			at++;
			continue;
		}
		__u8 size = bytes[at + 1];
		if (size < 2 || at + size > length)
			return -1;
		if (kind == OPTION_MSS && size == 4)
			note_size(bytes[at + 2] << 8 | bytes[at + 3]);
		else if (kind == OPTION_WINDOW && size == 3 && bytes[at + 2] > greatest_window_shift)
			greatest_window_shift = bytes[at + 2];
		else if (kind == OPTION_TIMESTAMP && size == 10)
			latest_timestamp = (__u32)bytes[at + 2] << 24 | bytes[at + 3] << 16 | bytes[at + 4] << 8 | bytes[at + 5];
		at += size;
	}
	return 0;
}

SEC("xdp")
int tcp_options(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__be16 type = take_link(&cursor, NULL);
	if (type == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return XDP_DROP;
		if (ip->protocol != PROTOCOL_TCP || is_later_fragment(ip))
			return XDP_PASS;
	} else if (type == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return XDP_DROP;
		if (ip->next != PROTOCOL_TCP)
			return XDP_PASS;
	} else {
		return XDP_PASS;
	}

	struct tcp *tcp = TAKE(&cursor, struct tcp);
	if (!tcp || tcp->offset >> 4 < 5) {
		verdicts.malformed++;
		return XDP_DROP;
	}
	if (is_absurd(tcp->flags))
		return XDP_DROP;
	__u32 offset = cursor.position - (void *)(long)xdp->data;
	if (scan(xdp, offset, (tcp->offset >> 4) * 4 - sizeof(*tcp)) < 0) {
		verdicts.malformed++;
		return XDP_DROP;
	}
	return XDP_PASS;
}
