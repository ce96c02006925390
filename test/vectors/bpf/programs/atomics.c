// Needs -mcpu=v3: atomic operations that give what was there.
// Tickets, leaders and masks without locks: every atomic operation, of both widths, with and without what was there before.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct shared {
	__u64 ticket;
	__u64 bits;
	__u64 leader;
	__u64 parity;
	__u32 small_ticket;
	__u32 small_bits;
	__u32 small_leader;
	__u32 small_parity;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct shared);
} tables SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, __u64);
} tickets SEC(".maps");

__u64 global_count = 1000000000000;
__u32 claimed, lost, exchanged;

static __noinline __u64 wide(struct shared *shared, __u64 value, __u64 expected)
{
	if (!shared)
		return 0;
	__u64 result = __sync_fetch_and_add(&shared->ticket, value);
	result ^= __sync_fetch_and_or(&shared->bits, 1ULL << (value & 63));
	result += __sync_fetch_and_and(&shared->bits, ~(1ULL << (result & 63)));
	result ^= __sync_fetch_and_xor(&shared->parity, value * 0x9e3779b97f4a7c15ULL);
	__u64 was = __sync_val_compare_and_swap(&shared->leader, expected, value);
	if (was == expected) {
		claimed++;
	} else {
		lost++;
		if ((value & 7) == 0) {
			result += __sync_lock_test_and_set(&shared->leader, expected);
			exchanged++;
		}
	}
	return result + was;
}

static __noinline __u32 narrow(struct shared *shared, __u32 value, __u32 expected)
{
	if (!shared)
		return 0;
	__u32 result = __sync_fetch_and_add(&shared->small_ticket, value);
	result ^= __sync_fetch_and_or(&shared->small_bits, 1U << (value & 31));
	result += __sync_fetch_and_and(&shared->small_bits, ~(1U << (result & 31)));
	result ^= __sync_fetch_and_xor(&shared->small_parity, value * 0x9e3779b1U);
	__u32 was = __sync_val_compare_and_swap(&shared->small_leader, expected, value);
	if (was != expected && value & 1)
		result += __sync_lock_test_and_set(&shared->small_leader, expected);
	return result + was;
}

SEC("xdp")
int atomics(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u64 length = cursor.end - cursor.position;
	__u32 *words = take(&cursor, 32);
	if (!words)
		return XDP_DROP;
	__u32 which = (words[0] ^ words[2] ^ words[5]) & 3;
	struct shared *shared = bpf_map_lookup_elem(&tables, &which);
	if (!shared)
		return XDP_ABORTED;
	__u64 value = (__u64)words[6] << 32 | words[7];
	__u64 result = wide(shared, value, words[3] & 1 ? 0 : shared->leader);
	result += narrow(shared, words[7], words[6] & 1 ? shared->small_leader : 0);

	// Without what was there.
	__sync_fetch_and_add(&global_count, length);
	__sync_fetch_and_or(&shared->bits, length);
	__sync_fetch_and_xor(&shared->small_parity, words[4]);
	__sync_fetch_and_and(&shared->parity, 0x7fffffffffffffffULL);

	__u64 key = result & 127, number = __sync_fetch_and_add(&shared->ticket, 1);
	bpf_map_update_elem(&tickets, &key, &number, BPF_ANY);
	return result & 64 ? XDP_TX : XDP_PASS;
}
