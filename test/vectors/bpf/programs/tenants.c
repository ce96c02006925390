// Policies of tenants, each in a map of its own: a hash of maps by VLAN, whose maps say what is allowed, and an array of maps by class of service, whose maps count. A
// tenant can be replaced while packets flow.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct policy {
	__u8 drops;
	__u8 marks;
	__u16 reserved;
	__u32 hits;
};

struct policies {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, struct policy);
};

struct policies tenant_10 SEC(".maps"), tenant_20 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 16);
	__type(key, __u32);
	__array(values, struct policies);
} by_vlan SEC(".maps") = { .values = { [10] = &tenant_10, [20] = &tenant_20 } };

struct counters {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
};

struct counters best_effort SEC(".maps"), expedited SEC(".maps"), control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct counters);
} by_class SEC(".maps") = { .values = { [0] = &best_effort, [5] = &expedited, [6] = &control } };

__u64 no_tenant, no_policy, no_class;

static __noinline void count(__u32 class, __u32 verdict)
{
	class &= 7;
	void *counters = bpf_map_lookup_elem(&by_class, &class);
	if (!counters) {
		no_class++;
		return;
	}
	verdict &= 3;
	__u64 *counter = bpf_map_lookup_elem(counters, &verdict);
	if (counter)
		__sync_fetch_and_add(counter, 1);
}

SEC("xdp")
int tenants(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u16 vlan = 0;
	__be16 type = take_link(&cursor, &vlan);
	if (type != ETHERTYPE_IPV4)
		return type ? XDP_PASS : XDP_ABORTED;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return XDP_DROP;

	int verdict = XDP_PASS;
	__u32 key = vlan;
	void *tenant = bpf_map_lookup_elem(&by_vlan, &key);
	if (!tenant) {
		no_tenant++;
	} else {
		// By protocol and port where it has one, else by protocol.
		key = (__u32)ip->protocol << 16;
		if ((ip->protocol == PROTOCOL_TCP || ip->protocol == PROTOCOL_UDP) && !is_later_fragment(ip)) {
			__be16 *ports = take(&cursor, 4);
			if (!ports)
				return XDP_DROP;
			key |= ntohs(ports[1]);
		}
		struct policy *policy = bpf_map_lookup_elem(tenant, &key);
		if (policy) {
			__sync_fetch_and_add(&policy->hits, 1);
			if (policy->drops)
				verdict = XDP_DROP;
			else if (policy->marks) {
				// The class of service is written anew, and the checksum with it.
				__u16 *words = (void *)ip;
				__u16 before = words[0];
				ip->service = policy->marks << 2;
				ip->checksum = ~fold((__u32)(__u16)~ip->checksum + (__u16)~before + words[0]);
				verdict = XDP_TX;
			}
		} else {
			no_policy++;
			struct policy fresh = { .hits = 1 };
			bpf_map_update_elem(tenant, &key, &fresh, BPF_NOEXIST);
		}
	}
	count(ip->service >> 5, verdict);
	return verdict;
}
