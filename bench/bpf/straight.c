// Programs over plain memory, without loops, maps and helpers: what every engine of eBPF takes. r1 is the memory, of 128 bytes.
#include "work.h"

#define SEC(name) __attribute__((section(name), used))
#define STRAIGHT_ROUNDS 100

SEC("memory") number hash(const unsigned char *memory)
{
	return hash_words((const word *)memory, 0);
}

SEC("memory") number rounds(const unsigned char *memory)
{
	number x = *(const number *)memory;
#pragma clang loop unroll(full)
	for (word i = 0; i < STRAIGHT_ROUNDS; i++)
		STEP(x, i);
	return x;
}
