// Answers connection requests in the place of a server, with a number of the answer that says everything (a SYN cookie of its own arithmetic), and remembers nothing of
// them; only who sends the number back gets through, as one of the known, for a while.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct client {
	__be32 address;
	__be16 port;
	__be16 service;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct client);
	__type(value, __u64);
} known SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __be16);
	__type(value, __u32);
} guarded SEC(".maps");

const volatile __u32 secret[2] = { 0x5eed5eed, 0x0ddba11 };
// Where a step is given, each packet comes one step after the one before; else the time is the machine's.
const volatile __u64 step = 0;
volatile __u64 simulated_time;
const volatile __u64 lifetime = 60ULL * 1000000000;

struct {
	__u64 answered, accepted, forged, passed, expired, unknown;
} counts;

// What a cookie says: the period in its highest 5 bits, the segment size's class in 3, the rest is a hash over all.
static const __u16 sizes[8] = { 536, 1200, 1300, 1380, 1400, 1440, 1452, 1460 };

static __always_inline __u64 now(void)
{
	if (!step)
		return bpf_ktime_get_ns();
	simulated_time += step;
	return simulated_time;
}

static __noinline __u32 cookie_of(const struct client *client, __be32 destination, __u32 sequence, __u32 class, __u32 period)
{
	if (!client)
		return 0;
	__u32 ports = (__u32)client->port << 16 | client->service;
	__u32 hash = mix(client->address ^ secret[0], destination ^ ports, sequence + period * 0x9e3779b1 + class);
	hash = mix(hash, secret[1], ports);
	return period << 27 | (class & 7) << 24 | (hash & 0xffffff);
}

// The class of the greatest size that is not over what the client says, in the option that comes first.
static __always_inline __u32 class_of(struct tcp *tcp, void *end)
{
	__u8 *option = (void *)(tcp + 1);
	if (tcp->offset >> 4 < 6 || (void *)(option + 4) > end || option[0] != 2 || option[1] != 4)
		return 0;
	__u16 size = option[2] << 8 | option[3];
	__u32 class = 0;
#pragma unroll
	for (__u32 i = 1; i < 8; i++)
		if (sizes[i] <= size)
			class = i;
	return class;
}

struct reply {
	struct ethernet ethernet;
	struct ipv4 ip;
	struct tcp tcp;
	__u8 option[4];
} __attribute__((packed));

static __always_inline __u16 tcp_sum(const struct ipv4 *ip, struct tcp *tcp, __u32 length)
{
	__be32 pseudo[3] = { ip->source, ip->destination, htonl(PROTOCOL_TCP << 16 | length) };
	__u32 sum = bpf_csum_diff(NULL, 0, pseudo, sizeof(pseudo), 0);
	return ~fold((__u32)bpf_csum_diff(NULL, 0, (__be32 *)tcp, length, sum));
}

static __always_inline int answer(struct xdp_md *xdp, __u32 cookie, __u32 class)
{
	// Headers and one option, whatever came: shorter or longer than that.
	const int wanted = sizeof(struct reply);
	struct cursor cursor = packet_of(xdp);
	int length = cursor.end - cursor.position;
	if (bpf_xdp_adjust_tail(xdp, wanted - length) < 0)
		return XDP_ABORTED;
	cursor = packet_of(xdp);
	struct reply *reply = TAKE(&cursor, struct reply);
	if (!reply)
		return XDP_ABORTED;
	struct ethernet *ethernet = &reply->ethernet;
	struct ipv4 *ip = (void *)(ethernet + 1);
	struct tcp *tcp = (void *)(ip + 1);
	__u8 *option = reply->option;

	swap_macs(ethernet);
	__be32 address = ip->source;
	*ip = (struct ipv4) {
		.version_length = 0x45, .length = htons(wanted - sizeof(*ethernet)), .fragment = htons(0x4000), .ttl = 64, .protocol = PROTOCOL_TCP,
		.source = ip->destination, .destination = address,
	};
	ip->checksum = checksum_of(ip);
	__be16 port = tcp->source;
	__u32 sequence = ntohl(tcp->sequence);
	*tcp = (struct tcp) {
		.source = tcp->destination, .destination = port, .sequence = htonl(cookie), .acknowledgment = htonl(sequence + 1), .offset = 6 << 4, .flags = TCP_SYN | TCP_ACK,
		.window = htons(64240),
	};
	option[0] = 2;
	option[1] = 4;
	option[2] = sizes[class & 7] >> 8;
	option[3] = sizes[class & 7];
	tcp->checksum = tcp_sum(ip, tcp, sizeof(*tcp) + 4);
	counts.answered++;
	return XDP_TX;
}

SEC("xdp")
int syn_proxy(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet || ethernet->type != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = TAKE(&cursor, struct ipv4);
	if (!ip || ip->version_length != 0x45 || ip->protocol != PROTOCOL_TCP || is_fragment(ip))
		return XDP_PASS;
	struct tcp *tcp = TAKE(&cursor, struct tcp);
	if (!tcp)
		return XDP_DROP;
	__be16 service = tcp->destination;
	if (!bpf_map_lookup_elem(&guarded, &service))
		return XDP_PASS;

	__u64 time = now();
	__u32 period = (time >> 33) & 31;
	struct client client = { .address = ip->source, .port = tcp->source, .service = service };
	__u8 flags = tcp->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN);
	if (flags == TCP_SYN) {
		__u32 class = class_of(tcp, cursor.end);
		return answer(xdp, cookie_of(&client, ip->destination, ntohl(tcp->sequence), class, period), class);
	}

	__u64 *since = bpf_map_lookup_elem(&known, &client);
	if (since) {
		if (time - *since <= lifetime) {
			counts.passed++;
			if (flags & TCP_RST)
				bpf_map_delete_elem(&known, &client);
			return XDP_PASS;
		}
		bpf_map_delete_elem(&known, &client);
		counts.expired++;
	}
	if (flags != TCP_ACK) {
		counts.unknown++;
		return XDP_DROP;
	}

	// A cookie holds in its period and the next one.
	__u32 cookie = ntohl(tcp->acknowledgment) - 1, then = cookie >> 27;
	if (((period - then) & 31) > 1 || cookie_of(&client, ip->destination, ntohl(tcp->sequence) - 1, (cookie >> 24) & 7, then) != cookie) {
		counts.forged++;
		return XDP_DROP;
	}
	bpf_map_update_elem(&known, &client, &time, BPF_ANY);
	counts.accepted++;
	return XDP_PASS;
}
