// Sends packets elsewhere: to a device by the number in its VLAN tag or by its address, to another processor by its flow, to a socket by its queue, or to all of a group.
// Where a table has no such place, the lower bits of the flags say what becomes of the packet.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} by_address SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} processors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

const volatile __u32 own_device = 0;
__u64 broadcast, refused_flags;

static __always_inline int count(int verdict)
{
	__u32 key = verdict & 7;
	__u64 *counter = bpf_map_lookup_elem(&verdicts, &key);
	if (counter)
		__sync_fetch_and_add(counter, 1);
	return verdict;
}

SEC("xdp")
int redirector(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	struct ethernet *ethernet = cursor.position;
	__u16 vlan = 0xffff;
	__be16 type = take_link(&cursor, &vlan);
	if (!type || (void *)(ethernet + 1) > cursor.end)
		return count(XDP_DROP);
	if (ethernet->destination[0] & 1) {
		broadcast++;
		return count(bpf_redirect_map(&devices, 0, BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS));
	}
	if (vlan != 0xffff)
		return count(bpf_redirect_map(&devices, vlan, XDP_DROP));
	if (type == ETHERTYPE_IPV4) {
		struct ipv4 *ip = take_ipv4(&cursor);
		if (!ip)
			return count(XDP_ABORTED);
		if (ip->protocol == PROTOCOL_ICMP)
			return count(bpf_redirect(own_device ? own_device : xdp->ingress_ifindex, 0));
		if (ip->protocol == PROTOCOL_UDP) {
			__u32 processor = mix(ip->source, ip->destination, ip->protocol) & 3;
			return count(bpf_redirect_map(&processors, processor, XDP_PASS));
		}
		// Flags that there are not: refused.
		if (ip->ttl == 1) {
			int verdict = bpf_redirect(1, 0xf0);
			if (verdict == XDP_ABORTED)
				refused_flags++;
			return count(verdict);
		}
		return count(bpf_redirect_map(&by_address, ip->destination, XDP_PASS));
	}
	if (type == ETHERTYPE_IPV6)
		return count(bpf_redirect_map(&sockets, xdp->rx_queue_index, XDP_TX));
	return count(XDP_PASS);
}
