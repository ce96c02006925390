// What programs and their native peers compute. Each is given a seed or words from outside, so that no compiler can know the result.
#ifndef WORK_H
#define WORK_H

#define ROUNDS 1000

typedef unsigned int word;
typedef unsigned long long number;

// A round in which every step waits for the one before; with the loop it is eleven instructions of BPF.
#define STEP(x, i) ((x) *= 0x2545f491, (x) ^= (x) >> 15, (x) += (i), (x) ^= (x) << 7)

static inline __attribute__((always_inline)) number one_chain(number x)
{
#pragma clang loop unroll(disable)
	for (word i = 0; i < ROUNDS; i++)
		STEP(x, i);
	return x;
}

// As many rounds in four chains, which do not wait for each other.
static inline __attribute__((always_inline)) number four_chains(number seed)
{
	number a = seed, b = seed + 1, c = seed + 2, d = seed + 3;
#pragma clang loop unroll(disable)
	for (word i = 0; i < ROUNDS / 4; i++) {
		STEP(a, i);
		STEP(b, i);
		STEP(c, i);
		STEP(d, i);
	}
	return a ^ b ^ c ^ d;
}

// Bob Jenkins' lookup3 (2006, public domain) over words, with the length in words as Linux's jhash2 has it.
#define WORDS 16
#define ROTATE(x, k) (((x) << (k)) | ((x) >> (32 - (k))))
#define MIX(a, b, c) ( \
	(a) -= (c), (a) ^= ROTATE(c, 4), (c) += (b), \
	(b) -= (a), (b) ^= ROTATE(a, 6), (a) += (c), \
	(c) -= (b), (c) ^= ROTATE(b, 8), (b) += (a), \
	(a) -= (c), (a) ^= ROTATE(c, 16), (c) += (b), \
	(b) -= (a), (b) ^= ROTATE(a, 19), (a) += (c), \
	(c) -= (b), (c) ^= ROTATE(b, 4), (b) += (a))
#define FINAL(a, b, c) ( \
	(c) ^= (b), (c) -= ROTATE(b, 14), (a) ^= (c), (a) -= ROTATE(c, 11), (b) ^= (a), (b) -= ROTATE(a, 25), \
	(c) ^= (b), (c) -= ROTATE(b, 16), (a) ^= (c), (a) -= ROTATE(c, 4), (b) ^= (a), (b) -= ROTATE(a, 14), \
	(c) ^= (b), (c) -= ROTATE(b, 24))

static inline __attribute__((always_inline)) word hash_words(const word *words, word seed)
{
	word a = 0xdeadbeef + (WORDS << 2) + seed, b = a, c = a;
#pragma clang loop unroll(full)
	for (int i = 0; i < WORDS - 1; i += 3) {
		a += words[i];
		b += words[i + 1];
		c += words[i + 2];
		MIX(a, b, c);
	}
	a += words[WORDS - 1];
	FINAL(a, b, c);
	return c;
}

#endif
