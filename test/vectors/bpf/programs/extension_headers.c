// Walks over the extension headers of IPv6 in a bounded loop (RFC 8200, 4), counts them, and drops what has them in forbidden places or too many; source routes of type 0
// are refused (RFC 5095), and what hides the upper protocol in a fragment (RFC 7112).
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, NOTHING = 59, DESTINATION = 60, MOBILITY = 135 };

enum { MOST_HEADERS = 8 };

struct extension {
	__u8 next;
	__u8 length;
	__u8 first;
	__u8 second;
	__be32 rest;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u32);
} headers SEC(".maps");

struct chain {
	__u8 headers[MOST_HEADERS];
};

// How often each sequence of headers was seen.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, struct chain);
	__type(value, __u64);
} chains SEC(".maps");

enum verdict { FINE, MISPLACED, TOO_MANY, SOURCE_ROUTE, CUT, HIDDEN, VERDICTS };
__u64 verdicts[VERDICTS];
const volatile __u32 most_headers = 4;

static __noinline void note(__u32 header)
{
	__u32 *count = bpf_map_lookup_elem(&headers, &header);
	if (count)
		__sync_fetch_and_add(count, 1);
}

static __noinline void note_chain(const struct chain *chain)
{
	if (!chain)
		return;
	__u64 *count = bpf_map_lookup_elem(&chains, chain), one = 1;
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&chains, chain, &one, BPF_NOEXIST);
}

static __always_inline enum verdict walk(struct cursor *cursor, __u8 next, struct chain *chain, __u32 *count)
{
	for (__u32 i = 0; i <= MOST_HEADERS; i++) {
		__u32 length;
		if (next == NOTHING)
			return FINE;
		if (next != HOP_BY_HOP && next != ROUTING && next != FRAGMENT && next != AUTHENTICATION && next != DESTINATION && next != MOBILITY) {
			note(next);
			return FINE;
		}
		if (i >= MOST_HEADERS || i >= most_headers)
			return TOO_MANY;
		struct extension *extension = cursor->position;
		if ((void *)(extension + 1) > cursor->end)
			return CUT;
		note(next);
		chain->headers[i & (MOST_HEADERS - 1)] = next + 1;
		*count = i + 1;
		if (next == HOP_BY_HOP && i > 0)
			return MISPLACED;
		if (next == ROUTING && extension->first == 0 && extension->second > 0)
			return SOURCE_ROUTE;
		if (next == FRAGMENT) {
			__u16 offset = extension->first << 8 | extension->second;
			length = 8;
			if (offset & 0xfff8)
				return FINE;
			// The first fragment of several must tell the upper protocol.
			if (offset & 1 && cursor->position + 16 > cursor->end)
				return HIDDEN;
		} else if (next == AUTHENTICATION) {
			length = (extension->length + 2) * 4;
		} else {
			length = (extension->length + 1) * 8;
		}
		next = extension->next;
		cursor->position += length;
		if (cursor->position > cursor->end)
			return CUT;
	}
	return TOO_MANY;
}

SEC("xdp")
int extension_headers(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV6)
		return XDP_PASS;
	struct ipv6 *ip = TAKE(&cursor, struct ipv6);
	if (!ip)
		return XDP_DROP;
	struct chain chain = { 0 };
	__u32 count = 0;
	enum verdict verdict = walk(&cursor, ip->next, &chain, &count);
	if (count)
		note_chain(&chain);
	verdicts[verdict < VERDICTS ? verdict : 0]++;
	if (verdict == HIDDEN)
		return XDP_ABORTED;
	return verdict == FINE ? XDP_PASS : XDP_DROP;
}
