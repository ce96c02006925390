// What only the kernel has: functions and variables of its own.
#include "bpf.h"

#define __ksym __attribute__((section(".ksyms")))

char _license[] SEC("license") = "GPL";

struct runqueue;
extern int bpf_xdp_metadata_rx_timestamp(const struct xdp_md *context, __u64 *timestamp) __ksym;
extern int bpf_no_such_function(void) __ksym __weak;
extern const struct runqueue runqueues __ksym;
extern const void bpf_prog_active __ksym __weak;

volatile __u64 latest;

SEC("xdp")
int stamp(struct xdp_md *context)
{
	__u64 timestamp = 0;
	if (!bpf_xdp_metadata_rx_timestamp(context, &timestamp))
		latest = timestamp;
	if (&bpf_prog_active)
		latest++;
	return XDP_PASS;
}

SEC("?tc")
int address(struct __sk_buff *skb)
{
	latest = (__u64)&runqueues;
	return 0;
}
