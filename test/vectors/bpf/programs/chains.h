// Chains of rules, each a program of its own, as firewalls have them. A rule jumps to another chain by a tail call out of a function: the other chain takes that function's
// place, and its verdict is what the function returns to the chain that was left. Where there is no such chain, or the run has gone on 33 times already, the jump says so.
//
// Who includes this defines CONTEXT (the type), HOOK (the section), PACKET_OF (the cursor of a context), and the verdicts PASSED and REFUSED.
#include "packet.h"

char _license[] SEC("license") = "MIT";

enum { CHAIN_PORTS, CHAIN_HOSTS, CHAIN_PROTOCOLS, CHAIN_SPIRAL, CHAIN_TREE, CHAIN_CALLBACK, CHAIN_MISSING, CHAINS };

// What chains return beside verdicts.
enum { NEXT = 100, NO_CHAIN = 1000, TURN = 2000 };

int chain_ports(CONTEXT *context);
int chain_hosts(CONTEXT *context);
int chain_protocols(CONTEXT *context);
int chain_spiral(CONTEXT *context);
int chain_tree(CONTEXT *context);
int chain_callback(CONTEXT *context);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, CHAINS);
	__uint(key_size, sizeof(__u32));
	__array(values, int (void *));
} chains SEC(".maps") = {
	.values = {
		[CHAIN_PORTS] = (void *)&chain_ports,
		[CHAIN_HOSTS] = (void *)&chain_hosts,
		[CHAIN_PROTOCOLS] = (void *)&chain_protocols,
		[CHAIN_SPIRAL] = (void *)&chain_spiral,
		[CHAIN_TREE] = (void *)&chain_tree,
		[CHAIN_CALLBACK] = (void *)&chain_callback,
	},
};

// The way of the frame at hand: chains share nothing else.
struct walk {
	__u32 jumps, refused, leaves, trail;
	__be32 source;
	__u16 port;
	__u8 protocol, ttl;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct walk);
} walks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} outcomes SEC(".maps");

volatile __u64 all_jumps, all_refused, all_rounds, all_trails;

static __always_inline struct walk *walk_of(void)
{
	__u32 first = 0;
	return bpf_map_lookup_elem(&walks, &first);
}

static __always_inline void note(struct walk *walk, __u32 what)
{
	walk->trail = (walk->trail << 5 | walk->trail >> 27) ^ what;
}

// A jump out of a function of the chain's own.
static __noinline int jump(CONTEXT *context, __u32 chain)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	walk->jumps++;
	note(walk, chain);
	bpf_tail_call(context, &chains, chain);
	walk->refused++;
	return NO_CHAIN + chain;
}

// A jump out of a function that the kernel's verifier looks at by itself.
__noinline int consult(CONTEXT *context, __u32 chain)
{
	__u32 kept[4] = { chain, chain * 3, chain ^ 0x55, 7 };
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	walk->jumps++;
	HIDE(chain);
	bpf_tail_call(context, &chains, chain);
	walk->refused++;
	note(walk, kept[chain & 3]);
	return NO_CHAIN + TURN;
}

// Three functions deep, so that what a jump leaves behind is more than one frame.
static __noinline int third(CONTEXT *context, __u32 chain)
{
	__u64 kept = chain + 3;
	HIDE(kept);
	return jump(context, chain) + (kept & 1);
}

static __noinline int second(CONTEXT *context, __u32 chain)
{
	volatile __u64 kept = chain + 2;
	int verdict = third(context, chain);
	return verdict + (kept & 1);
}

SEC(HOOK)
int chain_ports(CONTEXT *context)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	note(walk, walk->port);
	return walk->port == 53 || walk->port == 443 ? REFUSED : walk->port ? NEXT : NEXT + 1;
}

SEC(HOOK)
int chain_hosts(CONTEXT *context)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	__u8 last = ntohl(walk->source) & 0xff;
	if (last % 5 == 0)
		return PASSED;
	// Behind the jump goes on what was kept in front of it.
	int verdict = last & 1 ? jump(context, CHAIN_PORTS) : consult(context, CHAIN_PORTS);
	walk = walk_of();
	if (!walk || verdict == REFUSED)
		return REFUSED;
	note(walk, last + verdict);
	return second(context, last & 2 ? CHAIN_MISSING : CHAIN_PORTS) + last;
}

SEC(HOOK)
int chain_protocols(CONTEXT *context)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	switch (walk->protocol) {
	case PROTOCOL_TCP:
		return consult(context, CHAIN_HOSTS);
	case PROTOCOL_UDP:
		// Out of the program itself: this chain is left for good.
		bpf_tail_call(context, &chains, CHAIN_HOSTS);
		return NO_CHAIN;
	case PROTOCOL_ICMP:
		return second(context, CHAIN_SPIRAL);
	default:
		return jump(context, CHAIN_TREE);
	}
}

// Jumps to itself as often as it can, and counts on the way back.
SEC(HOOK)
int chain_spiral(CONTEXT *context)
{
	volatile __u32 kept = 0;
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	kept = walk->jumps;
	int deeper = walk->ttl & 1 ? second(context, CHAIN_SPIRAL) : consult(context, CHAIN_SPIRAL);
	walk = walk_of();
	if (!walk)
		return REFUSED;
	note(walk, kept);
	return deeper + 1;
}

// Jumps to itself twice from each place: all jumps of a run are counted, however deep it is.
SEC(HOOK)
int chain_tree(CONTEXT *context)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	walk->leaves++;
	__u32 left = jump(context, CHAIN_TREE), right = consult(context, CHAIN_TREE);
	return left / 2 + right / 3;
}

struct rounds {
	__u32 sum, factor;
};

static __noinline long add_round(__u32 round, void *data)
{
	struct rounds *rounds = data;
	rounds->sum += round * rounds->factor;
	all_rounds++;
	return rounds->sum > 5000;
}

// Callbacks beside functions that jump, before and behind a jump.
SEC(HOOK)
int chain_callback(CONTEXT *context)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	struct rounds rounds = { .factor = walk->ttl };
	bpf_loop(8, add_round, &rounds, 0);
	int verdict = jump(context, CHAIN_PORTS);
	bpf_loop(verdict & 15, add_round, &rounds, 0);
	walk = walk_of();
	if (!walk)
		return REFUSED;
	note(walk, rounds.sum);
	return verdict;
}

static long count_outcome(void *map, __u32 *key, __u64 *count, __u32 *verdict)
{
	if (*key != *verdict)
		return 0;
	*count += 1;
	*verdict = 0xffffffff;
	return 1;
}

static __always_inline int start(CONTEXT *context)
{
	struct walk *walk = walk_of();
	if (!walk)
		return REFUSED;
	*walk = (struct walk) { 0 };
	struct cursor cursor = PACKET_OF(context);
	if (take_link(&cursor, NULL) != ETHERTYPE_IPV4)
		return PASSED;
	struct ipv4 *ip = take_ipv4(&cursor);
	if (!ip)
		return REFUSED;
	walk->source = ip->source;
	walk->protocol = ip->protocol;
	walk->ttl = ip->ttl;
	__u32 service = ip->service;
	if (ip->protocol == PROTOCOL_TCP || ip->protocol == PROTOCOL_UDP) {
		struct udp *ports = TAKE(&cursor, struct udp);
		if (ports)
			walk->port = ntohs(ports->destination);
	}
	int verdict = consult(context, service ? CHAIN_CALLBACK : CHAIN_PROTOCOLS);
	__u32 key = verdict;
	bpf_for_each_map_elem(&outcomes, count_outcome, &key, 0);
	if (key != 0xffffffff) {
		__u64 one = 1;
		bpf_map_update_elem(&outcomes, &key, &one, 0);
	}
	verdict += jump(context, CHAIN_MISSING + (verdict & 1) * 100);
	walk = walk_of();
	if (!walk)
		return REFUSED;
	all_jumps += walk->jumps;
	all_refused += walk->refused;
	all_trails = (all_trails << 1 | all_trails >> 63) ^ walk->trail;
	return verdict;
}
