/* DPDK's eBPF (librte_bpf): its interpreter and its JIT. Debian has the library without a header of its own; what is used of it is declared here. */
#include <stddef.h>
#include <stdint.h>

enum { POINTER = 0x10 };

struct argument {
	int type;
	size_t size, buffer;
};

struct parameters {
	const void *instructions;
	uint32_t count;
	const void *symbols;
	uint32_t symbol_count;
	struct argument argument;
};

struct compiled {
	uint64_t (*run)(void *memory);
	size_t size;
};

struct rte_bpf;
struct rte_bpf *rte_bpf_load(const struct parameters *parameters);
uint64_t rte_bpf_exec(const struct rte_bpf *program, void *memory);
int rte_bpf_get_jit(const struct rte_bpf *program, struct compiled *compiled);

/* Checks a program over memory and compiles it; 0: DPDK does not take it. */
void *load_dpdk(const void *instructions, int count, int size)
{
	struct parameters parameters = {
		.instructions = instructions, .count = count, .argument = { .type = POINTER, .size = size },
	};
	return rte_bpf_load(&parameters);
}

/* Runs it so many times, and returns the sum of what it returned. */
long run_dpdk(void *program, int by_jit, void *memory, int count)
{
	long sum = 0;
	struct compiled compiled = { 0 };
	if (by_jit) {
		if (rte_bpf_get_jit(program, &compiled) != 0 || !compiled.run)
			return -1;
		for (int i = 0; i < count; i++)
			sum += compiled.run(memory);
	} else {
		for (int i = 0; i < count; i++)
			sum += rte_bpf_exec(program, memory);
	}
	return sum;
}
