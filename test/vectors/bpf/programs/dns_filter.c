// Reads the name of a DNS question label by label (RFC 1035, 4.1.2), and drops questions for listed domains and what lies below them. Each decision goes to user space
// through a ring buffer.
#include "packet.h"

char _license[] SEC("license") = "Dual MIT/GPL";

enum { MOST_NAME_BYTES = 64, MOST_LABELS = 16 };

struct dns {
	__be16 id;
	__be16 flags;
	__be16 questions;
	__be16 answers;
	__be16 authorities;
	__be16 additional;
};

struct name {
	__u8 bytes[MOST_NAME_BYTES];
};

struct domain {
	__u32 drops;
	__u32 questions;
};

struct event {
	__be32 client;
	__be16 id;
	__u16 type;
	__u32 hash;
	__u8 labels;
	__u8 verdict;
	__u16 length;
	struct name name;
};

// Domains by the hash of their names: their labels from the right, as they are compared.
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, __u32);
	__type(value, struct domain);
} domains SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} events SEC(".maps");

// Names are read here; a program has but 512 bytes of stack.
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct name);
} names SEC(".maps");

__u64 questions, dropped, malformed, lost;

// Global functions, so that the kernel verifies their loops once and not for each call.
// Reads a name in lower case; its length, or a negative number.
__noinline int read_name(struct xdp_md *xdp, __u64 offset, struct name *name)
{
	struct cursor cursor = packet_of(xdp);
	__u8 left = 0;
	if (!name || offset > 512)
		return -1;
	cursor.position += offset;
	for (__u32 i = 0; i < MOST_NAME_BYTES; i++) {
		HIDE(cursor.position);
		__u8 *byte = take(&cursor, 1);
		if (!byte)
			return -1;
		__u8 value = *byte;
		if (left == 0) {
			if (value == 0) {
				name->bytes[i] = 0;
				return i;
			}
			if (value > 63)
				return -1;
			left = value;
		} else {
			left--;
			if (value >= 'A' && value <= 'Z')
				value += 'a' - 'A';
		}
		name->bytes[i] = value;
	}
	return -1;
}

// FNV's hash over the name from a place in it.
__noinline __u32 hash_from(const struct name *name, __u32 from)
{
	__u32 hash = 0x811c9dc5;
	if (!name)
		return hash;
	for (__u32 i = 0; i < MOST_NAME_BYTES; i++) {
		if (i < from)
			continue;
		if (name->bytes[i] == 0)
			break;
		hash = (hash ^ name->bytes[i]) * 0x01000193;
	}
	return hash;
}

static __always_inline void tell(struct event *found, const struct name *name)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return;
	}
	*event = *found;
	__builtin_memcpy(&event->name, name, sizeof(*name));
	bpf_ringbuf_submit(event, 0);
}

SEC("xdp")
int dns_filter(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct event event = { .verdict = XDP_PASS };
	__be16 type = take_link(&cursor, NULL);
	__u8 protocol;
	if (type == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip || is_later_fragment(ip))
			return XDP_PASS;
		event.client = ip->source;
		protocol = ip->protocol;
	} else if (type == ETHERTYPE_IPV6) {
		struct ipv6 *ip = TAKE(&cursor, struct ipv6);
		if (!ip)
			return XDP_PASS;
		event.client = ip->source[3];
		protocol = ip->next;
	} else {
		return XDP_PASS;
	}
	struct udp *udp = TAKE(&cursor, struct udp);
	if (!udp || protocol != PROTOCOL_UDP || udp->destination != htons(53))
		return XDP_PASS;
	struct dns *dns = TAKE(&cursor, struct dns);
	if (!dns || dns->questions != htons(1) || dns->flags & htons(0x8000)) {
		malformed++;
		return XDP_DROP;
	}
	event.id = dns->id;
	questions++;

	__u32 zero = 0;
	struct name *name = bpf_map_lookup_elem(&names, &zero);
	if (!name)
		return XDP_ABORTED;
	__builtin_memset(name, 0, sizeof(*name));
	int length = read_name(xdp, cursor.position - (void *)(long)xdp->data, name);
	if (length < 0) {
		malformed++;
		event.verdict = XDP_DROP;
		tell(&event, name);
		return XDP_DROP;
	}

	event.length = length;
	event.hash = hash_from(name, 0);
	__u32 at = 0;
	for (int i = 0; i < MOST_LABELS; i++) {
		if (at >= MOST_NAME_BYTES)
			break;
		HIDE(at);
		__u8 label = name->bytes[at & (MOST_NAME_BYTES - 1)];
		if (label == 0)
			break;
		event.labels++;
		__u32 hash = hash_from(name, at);
		struct domain *domain = bpf_map_lookup_elem(&domains, &hash);
		if (domain) {
			__sync_fetch_and_add(&domain->questions, 1);
			if (domain->drops)
				event.verdict = XDP_DROP;
			break;
		}
		at += label + 1;
	}
	if (event.verdict == XDP_DROP)
		dropped++;
	tell(&event, name);
	return event.verdict;
}
