// Shares connections to virtual addresses among servers by consistent hashing: a table of Maglev's kind, which user space fills, says by the flow's hash which server it is.
// Connections stay where they are while a table remembers them. Packets go to the server within IP.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { TABLE_SIZE = 251, SERVICES = 8, SERVERS = 64, QUIC_FLAG = 1, SOURCE_ONLY_FLAG = 2 };

struct service_key {
	__be32 address;
	__be16 port;
	__u8 protocol;
	__u8 reserved;
};

struct service {
	__u32 number;
	__u32 flags;
};

struct flow {
	__be32 source;
	__be32 destination;
	__be32 ports;
	__u32 protocol;
};

struct server {
	__be32 address;
	__u8 mac[6];
	__u16 is_down;
};

struct load {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SERVICES);
	__type(key, struct service_key);
	__type(value, struct service);
} services SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SERVICES * TABLE_SIZE);
	__type(key, __u32);
	__type(value, __u32);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SERVERS);
	__type(key, __u32);
	__type(value, struct server);
} servers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct flow);
	__type(value, __u32);
} connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SERVERS);
	__type(key, __u32);
	__type(value, struct load);
} loads SEC(".maps");

const volatile __be32 own_address = 0;
__u64 chosen, remembered, no_server;

// Three words into one, by additions, exclusive ors and rotations.
static __always_inline __u32 rotate(__u32 word, int bits)
{
	return word << bits | word >> (32 - bits);
}

static __noinline __u32 hash_of(const struct flow *flow, __u32 flags)
{
	if (!flow)
		return 0;
	__u32 a = flow->source + 0xdeadbef7, b = flow->destination + 0xdeadbef7, c = (flags & SOURCE_ONLY_FLAG ? 0 : flow->ports) + flow->protocol;
#pragma unroll
	for (int i = 0; i < 3; i++) {
		a = (a ^ c) - rotate(c, 4 + i);
		b = (b ^ a) - rotate(a, 6 + i);
		c = (c ^ b) - rotate(b, 14 + i);
		a += c;
		b += a;
	}
	return c ^ rotate(b, 24);
}

static __always_inline struct server *server_of(__u32 number)
{
	struct server *server = bpf_map_lookup_elem(&servers, &number);
	return server && server->address && !server->is_down ? server : NULL;
}

static __always_inline int wrap(struct xdp_md *xdp, struct server *server, __u32 length, __u32 hash)
{
	if (bpf_xdp_adjust_head(xdp, -(int)sizeof(struct ipv4)) < 0)
		return XDP_ABORTED;
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	struct ipv4 *ip = TAKE(&cursor, struct ipv4);
	struct ethernet *old = (void *)ethernet + sizeof(*ip);
	if (!ethernet || !ip || (void *)(old + 1) > cursor.end)
		return XDP_ABORTED;
	copy_mac(ethernet->source, old->destination);
	copy_mac(ethernet->destination, server->mac);
	ethernet->type = ETHERTYPE_IPV4;
	*ip = (struct ipv4) {
		.version_length = 0x45, .length = htons(length + sizeof(*ip)), .ttl = 64, .protocol = PROTOCOL_IPIP,
		// A source address by the flow, for servers that spread what they receive by addresses.
		.source = own_address ^ htonl(hash & 0xff), .destination = server->address,
	};
	ip->checksum = checksum_of(ip);
	return XDP_TX;
}

SEC("xdp")
int load_balancer(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return XDP_PASS;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;
	if ((ip->protocol != PROTOCOL_TCP && ip->protocol != PROTOCOL_UDP) || is_fragment(ip))
		return XDP_PASS;
	__be16 *ports = take(&cursor, 4);
	if (!ports)
		return XDP_DROP;

	struct service_key key = { .address = ip->destination, .port = ports[1], .protocol = ip->protocol };
	struct service *service = bpf_map_lookup_elem(&services, &key);
	if (!service) {
		key.port = 0;
		service = bpf_map_lookup_elem(&services, &key);
		if (!service)
			return XDP_PASS;
	}

	__u32 length = ntohs(ip->length);
	struct flow flow = { .source = ip->source, .destination = ip->destination, .ports = *(__be32 *)ports, .protocol = ip->protocol };
	__u32 hash = hash_of(&flow, service->flags), number;
	struct server *server = NULL;
	__u32 *known = bpf_map_lookup_elem(&connections, &flow);
	if (known) {
		number = *known;
		server = server_of(number);
		if (server)
			remembered++;
	}
	if (!server) {
		__u32 entry = service->number * TABLE_SIZE + hash % TABLE_SIZE;
		__u32 *choice = bpf_map_lookup_elem(&table, &entry);
		if (!choice)
			return XDP_ABORTED;
		number = *choice;
		server = server_of(number);
		if (!server) {
			no_server++;
			return XDP_DROP;
		}
		bpf_map_update_elem(&connections, &flow, &number, BPF_ANY);
		chosen++;
	}
	struct load *load = bpf_map_lookup_elem(&loads, &number);
	if (load) {
		load->packets++;
		load->bytes += length;
	}
	return wrap(xdp, server, length, hash);
}
