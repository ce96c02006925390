// Tells user space of flows: beginnings and ends of TCP connections through a ring buffer, in records that are reserved, filled and sent or given up, and of every
// sixteenth other packet its first bytes as an event of perf.
#include "packet.h"

char _license[] SEC("license") = "Dual MIT/GPL";

enum event_kind { EVENT_OPENED = 1, EVENT_CLOSED, EVENT_RESET, EVENT_SUMMARY };

struct event {
	__u32 kind;
	__be32 source;
	__be32 destination;
	__be16 ports[2];
	__u32 length;
	__u32 sequence;
};

struct sample {
	__u32 number;
	__u32 length;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 65536);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 128);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} samples SEC(".maps");

const volatile __u32 sample_every = 16;
const volatile __u32 summary_every = 64;
const volatile __u32 sample_bytes = 48;
__u32 seen, sampled, told, given_up, unread, closed;

static __always_inline void sample(struct xdp_md *xdp, __u32 length)
{
	struct sample sample = { .number = seen, .length = length };
	__u64 bytes = length < sample_bytes ? length : sample_bytes;
	if (bpf_perf_event_output(xdp, &samples, BPF_F_CURRENT_CPU | bytes << 32, &sample, sizeof(sample)) < 0)
		unread++;
	else
		sampled++;
}

SEC("xdp")
int flow_events(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u32 length = cursor.end - cursor.position;
	seen++;
	if (summary_every && seen % summary_every == 0) {
		__u32 summary[4] = { EVENT_SUMMARY, seen, told, given_up };
		bpf_ringbuf_output(&events, summary, sizeof(summary), BPF_RB_NO_WAKEUP);
	}
	if (sample_every && seen % sample_every == 0)
		sample(xdp, length);
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip || ip->protocol != PROTOCOL_TCP || is_later_fragment(ip))
		return XDP_PASS;

	// Reserved before it is known whether there is anything to tell, as programs do that fill it as they parse.
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return XDP_ABORTED;
	event->source = ip->source;
	event->destination = ip->destination;
	event->length = length;
	struct tcp *tcp = TAKE(&cursor, struct tcp);
	if (!tcp) {
		bpf_ringbuf_discard(event, 0);
		given_up++;
		return XDP_DROP;
	}
	event->ports[0] = tcp->source;
	event->ports[1] = tcp->destination;
	event->sequence = ntohl(tcp->sequence);
	__u8 flags = tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST);
	if (flags == 0) {
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		given_up++;
		return XDP_PASS;
	}
	event->kind = flags & TCP_RST ? EVENT_RESET : flags & TCP_FIN ? EVENT_CLOSED : EVENT_OPENED;
	if (flags & TCP_FIN)
		closed++;
	bpf_ringbuf_submit(event, 0);
	told++;
	return XDP_PASS;
}
