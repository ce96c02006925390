// Needs -mcpu=v4: signed division.
// Statistics of signed numbers in packets: differences of lengths and times, their means and deviations, with all that the fourth version of the instruction set has:
// signed division and remainder, loads and moves that extend the sign, byte swaps, far jumps.
#include "packet.h"

char _license[] SEC("license") = "MIT";

struct series {
	__s64 sum;
	__s64 squares;
	__s32 least;
	__s32 greatest;
	__s16 latest;
	__s8 smallest;
	__u8 used;
	__u32 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct series);
} series SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __s64);
} results SEC(".maps");

volatile __s32 divisor = -7;
volatile __s64 wide_divisor = -1000003;
volatile __s64 least_number = -0x7fffffffffffffffLL - 1;
volatile __s32 least_word = -0x7fffffff - 1;

static __always_inline void add(__u32 which, __s64 value)
{
	__s64 *result = bpf_map_lookup_elem(&results, &which);
	if (result)
		*result += value;
}

static __noinline __s64 note(__u32 which, __s32 value)
{
	struct series *known = bpf_map_lookup_elem(&series, &which);
	if (!known)
		return 0;
	if (!known->used || value < known->least)
		known->least = value;
	if (!known->used || value > known->greatest)
		known->greatest = value;
	known->used = 1;
	known->latest = value;
	if ((__s8)value < known->smallest)
		known->smallest = value;
	known->sum += value;
	known->squares += (__s64)value * value;
	known->count++;
	return known->sum / (__s64)known->count;
}

static __noinline __s32 divide(__s32 a, __s32 b)
{
	// Zero is not looked for, and neither is the one quotient that has no place.
	return a / b * 3 + a % b;
}

static __noinline __s64 divide_wide(__s64 a, __s64 b)
{
	return a / b * 5 + a % b;
}

SEC("xdp")
int arithmetic(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__s32 length = cursor.end - cursor.position;
	const __s8 *bytes = take(&cursor, 32);
	if (!bytes)
		return XDP_DROP;
	const __s16 *shorts = (const void *)bytes;
	const __s32 *words = (const void *)bytes;
	const __s64 *doubles = (const void *)bytes;

	__s64 mean = note(0, length - 100) + note(1, bytes[20]) + note(2, shorts[11]) + note(3, words[6]);
	add(0, mean);
	// Loads that extend the sign, of each width.
	add(1, (__s64)bytes[14] + bytes[23] * 3);
	add(2, (__s64)shorts[8] * shorts[9]);
	add(3, (__s64)words[7] - words[6]);
	// Moves that do.
	__u64 raw = doubles[2];
	add(4, (__s64)(__s8)raw + (__s16)(raw >> 8));
	add(5, (__s64)(__s32)(raw >> 16));
	__u32 narrow = words[5];
	add(6, (__s32)(__s8)narrow * 2 + (__s32)(__s16)(narrow >> 3));
	// Divisions.
	add(8, divide(words[4], divisor));
	add(9, divide(words[5], bytes[25]));
	add(10, divide(least_word, -1));
	add(11, divide(words[6], 0 * length));
	add(12, divide_wide(doubles[2], wide_divisor));
	add(13, divide_wide(doubles[3], shorts[10]));
	add(14, divide_wide(least_number, -1));
	add(15, divide_wide(doubles[1], length - length));
	add(16, (__u64)doubles[2] / (__u32)(length | 1));
	add(17, (__u64)doubles[3] % (__u32)(length | 1));
	// Swaps.
	add(20, __builtin_bswap64(doubles[3]));
	add(21, __builtin_bswap32(words[4]));
	add(22, __builtin_bswap16(shorts[9]));
	add(23, __builtin_bswap32((__u32)doubles[2]) + __builtin_bswap16((__u16)narrow));

	// Signed comparisons of both widths decide.
	if (words[6] < divisor)
		return doubles[3] < least_number / 2 ? XDP_TX : XDP_PASS;
	if ((__s8)narrow < 0 && shorts[11] >= -1000)
		return XDP_ABORTED;
	return bytes[31] < 0 ? XDP_DROP : XDP_PASS;
}

// The same far away: the code between is longer than a short jump is wide.
#define ROUND(n) sum = (sum ^ (n) * 0x9e3779b1U) * 31 + (sum >> 7);
#define ROUNDS_8(n) ROUND(n) ROUND(n + 1) ROUND(n + 2) ROUND(n + 3) ROUND(n + 4) ROUND(n + 5) ROUND(n + 6) ROUND(n + 7)
#define ROUNDS_64(n) ROUNDS_8(n) ROUNDS_8(n + 8) ROUNDS_8(n + 16) ROUNDS_8(n + 24) ROUNDS_8(n + 32) ROUNDS_8(n + 40) ROUNDS_8(n + 48) ROUNDS_8(n + 56)
#define FAR asm volatile goto("gotol %l[far]" : : : : far)

SEC("xdp")
int far_jumps(struct xdp_md *xdp)
{
	struct cursor cursor = packet_of(xdp);
	__u32 *words = take(&cursor, 16);
	if (!words)
		return XDP_DROP;
	__u32 sum = words[2] + words[3];
	if (sum & 1)
		FAR;
	ROUNDS_64(1)
	ROUNDS_64(65)
far:
	sum ^= words[1];
	add(30, sum);
	return sum & 2 ? XDP_PASS : XDP_TX;
}
