// Chains of rules in front of the stack.
#define CONTEXT struct xdp_md
#define HOOK "xdp"
#define PACKET_OF packet_of
#define PASSED XDP_PASS
#define REFUSED XDP_DROP
#include "chains.h"

SEC("xdp")
int chains_xdp(struct xdp_md *xdp)
{
	return start(xdp);
}
