// Reads numbers out of the text of HTTP: the status of answers and the length of their bodies; writes lines of a log into a table, and some to the trace.
#include "packet.h"

char _license[] SEC("license") = "Dual MIT/GPL";

enum { SCANNED = 128, LINES = 8, LINE_LENGTH = 80 };

struct line {
	char text[LINE_LENGTH];
};

struct text {
	char bytes[SCANNED + 32];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LINES);
	__type(key, __u32);
	__type(value, struct line);
} lines SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} statuses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct text);
} texts SEC(".maps");

__u64 answers, bodies, unreadable, negative;
__s64 latest_number;
__u32 next_line;
const volatile __u8 traces = 1;

static const char format[] = "%pI4 status %u length %lld (%08x) %s";
static const char header[] = "content-length:";

static __noinline void write_line(__be32 source, __u32 status, __s64 length)
{
	__u32 key = next_line % LINES;
	struct line *line = bpf_map_lookup_elem(&lines, &key);
	if (!line)
		return;
	__be32 address = source;
	static const char big[] = "big";
	static const char small[] = "small";
	__u64 arguments[5] = { (__u64)&address, status, length, (__u32)length, (__u64)(length > 1000 ? big : small) };
	__builtin_memset(line, 0, sizeof(*line));
	bpf_snprintf(line->text, sizeof(line->text), format, arguments, sizeof(arguments));
	next_line++;
}

struct search {
	const struct text *text;
	__u32 matched;
	__u32 found;
};

// One letter more, in a loop that is a helper's: the kernel verifies it once, and not for every way to come to each letter.
static long match(__u32 index, struct search *search)
{
	__u32 matched = search->matched & 15;
	char letter = search->text->bytes[index & 127];
	if (letter >= 'A' && letter <= 'Z')
		letter += 'a' - 'A';
	if (letter == header[matched])
		matched++;
	else
		matched = letter == header[0];
	search->matched = matched;
	if (matched < sizeof(header) - 1)
		return 0;
	search->found = index + 1;
	return 1;
}

SEC("xdp")
int http_text(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip || ip->protocol != PROTOCOL_TCP || is_fragment(ip))
		return XDP_PASS;
	struct tcp *tcp = TAKE(&cursor, struct tcp);
	if (!tcp || tcp->source != htons(80))
		return XDP_PASS;
	__be32 source = ip->source;
	__u32 offset = (void *)tcp - (void *)(long)xdp->data + (tcp->offset >> 4) * 4, zero = 0;
	__u64 whole = cursor.end - (void *)(long)xdp->data;
	struct text *text = bpf_map_lookup_elem(&texts, &zero);
	if (!text)
		return XDP_ABORTED;
	__builtin_memset(text, 0, sizeof(*text));
	__u32 length = SCANNED;
	if (offset + SCANNED > whole)
		length = whole - offset;
	if (offset >= whole || length > SCANNED || length < 16)
		return XDP_PASS;
	HIDE(length);
	length &= 255;
	if (length == 0 || length > SCANNED || bpf_xdp_load_bytes(xdp, offset, text->bytes, length) < 0)
		return XDP_PASS;
	if (text->bytes[0] != 'H' || text->bytes[1] != 'T' || text->bytes[4] != '/')
		return XDP_PASS;
	answers++;

	unsigned long status = 0;
	if (bpf_strtoul(text->bytes + 9, 4, 10, &status) <= 0) {
		unreadable++;
		return XDP_DROP;
	}
	__u32 key = status;
	__u64 one = 1, *count = bpf_map_lookup_elem(&statuses, &key);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&statuses, &key, &one, BPF_NOEXIST);

	long number = -1;
	struct search search = { .text = text };
	bpf_loop(SCANNED, match, &search, 0);
	__u32 at = search.found;
	if (at && at < SCANNED) {
		HIDE(at);
		at &= 255;
		if (at < SCANNED) {
			long used = bpf_strtol(text->bytes + at, 16, 0, &number);
			if (used <= 0)
				number = used;
			else
				bodies++;
		}
	}
	if (number < 0)
		negative++;
	latest_number = number;
	write_line(source, status, number);
	if (traces) {
		static const char trace[] = "status %d, length %d\n";
		bpf_trace_printk(trace, sizeof(trace), (int)status, (int)number);
	}
	return status >= 400 ? XDP_TX : XDP_PASS;
}
