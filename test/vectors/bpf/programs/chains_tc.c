// Chains of rules in traffic control.
#define CONTEXT struct __sk_buff
#define HOOK "tc"
#define PACKET_OF packet_of_skb
#define PASSED 0
#define REFUSED 2
#include "chains.h"

SEC("tc")
int chains_tc(struct __sk_buff *skb)
{
	return start(skb);
}
