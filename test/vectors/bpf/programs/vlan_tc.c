// Translates VLANs at a port of traffic control: a table says for each identifier whether its tag is taken off, changed, put on, or doubled; the priority comes from the tag.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { TC_OK = 0, TC_SHOT = 2, TC_PIPE = 3 };
enum action { LEAVE, POP, REPLACE, DOUBLE, REFUSE };

struct translation {
	__u32 action;
	__u16 identifier;
	__u16 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 128);
	__type(key, __u32);
	__type(value, struct translation);
} translations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 128);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

const volatile __u16 untagged_vlan = 99;
__u64 failed;

static __noinline void count(__u32 key)
{
	__u64 one = 1, *known = bpf_map_lookup_elem(&packets, &key);
	if (known)
		*known += 1;
	else
		bpf_map_update_elem(&packets, &key, &one, BPF_ANY);
}

static __always_inline int result(struct __sk_buff *skb, long error)
{
	if (error) {
		failed++;
		return TC_SHOT;
	}
	skb->cb[0] = skb->vlan_present;
	skb->cb[1] = skb->vlan_tci;
	skb->cb[2] = skb->vlan_proto;
	skb->cb[3] = skb->len;
	skb->cb[4] = skb->protocol;
	return TC_OK;
}

SEC("tc")
int vlan_tc(struct __sk_buff *skb)
{
	struct cursor cursor = packet_of_skb(skb);
	struct ethernet *ethernet = TAKE(&cursor, struct ethernet);
	if (!ethernet)
		return TC_SHOT;
	// The tag may lie in the frame or beside it; beside it it is first.
	__u32 tci = 0, tagged = skb->vlan_present;
	if (tagged) {
		tci = skb->vlan_tci;
	} else if (ethernet->type == ETHERTYPE_VLAN || ethernet->type == ETHERTYPE_SERVICE_VLAN) {
		struct vlan *vlan = TAKE(&cursor, struct vlan);
		if (!vlan)
			return TC_SHOT;
		tci = ntohs(vlan->tci);
		tagged = 1;
	}
	__u32 identifier = tagged ? tci & 0xfff : 0xffff;
	count(identifier);
	if (!tagged) {
		if (ethernet->type == ETHERTYPE_IPV4 || ethernet->type == ETHERTYPE_IPV6)
			return result(skb, bpf_skb_vlan_push(skb, htons(0x8100), untagged_vlan));
		return TC_PIPE;
	}

	skb->priority = tci >> 13;
	struct translation *translation = bpf_map_lookup_elem(&translations, &identifier);
	if (!translation)
		return TC_OK;
	__u16 wanted = translation->identifier;
	switch (translation->action) {
	case POP:
		return result(skb, bpf_skb_vlan_pop(skb));
	case REPLACE: {
		long error = bpf_skb_vlan_pop(skb);
		return result(skb, error ? error : bpf_skb_vlan_push(skb, htons(0x8100), (tci & 0xe000) | wanted));
	}
	case DOUBLE:
		return result(skb, bpf_skb_vlan_push(skb, htons(0x88a8), wanted));
	case REFUSE:
		return TC_SHOT;
	}
	return TC_OK;
}
