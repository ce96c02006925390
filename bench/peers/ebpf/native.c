/* What the programs of bench/bpf compute, compiled for this machine. */
#include <string.h>
#include "../../bpf/work.h"

#define NOT_FORESEEN __attribute__((noipa))

NOT_FORESEEN static number chain(number seed)
{
	return one_chain(seed);
}

NOT_FORESEEN static number chains(number seed)
{
	return four_chains(seed);
}

NOT_FORESEEN static word hash(const word *words)
{
	return hash_words(words, 0);
}

/* Runs one of them so many times over a packet, and returns the sum of the results as programs return them. */
long run_native(int what, const unsigned char *packet, int count)
{
	number seed;
	long sum = 0;
	memcpy(&seed, packet, sizeof seed);
	for (int i = 0; i < count; i++)
		sum += (word)(what == 0 ? chain(seed) : what == 1 ? chains(seed) : hash((const word *)(packet + 16)));
	return sum;
}
