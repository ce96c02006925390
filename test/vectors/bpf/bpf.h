// What the programs here need of the kernel's and libbpf's headers.
#include <linux/types.h>
#include <linux/bpf.h>

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, value) typeof(value) *name
#define __array(name, value) typeof(value) *name[]
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))
#define __kconfig __attribute__((section(".kconfig")))
#define LIBBPF_PIN_BY_NAME 1

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_trace_printk)(const char *format, __u32 size, ...) = (void *)6;
static long (*const bpf_tail_call)(void *context, void *programs, __u32 index) = (void *)12;
static long (*const bpf_ringbuf_output)(void *ring, void *data, __u64 size, __u64 flags) = (void *)130;
static long (*const bpf_loop)(__u32 count, void *callback, void *context, __u64 flags) = (void *)181;
