// SPDX-License-Identifier: MIT
// rxdrop by libxdp's ring functions over rings in this process, without a kernel: what `compare rings` measures Saker's rings and loop against. Descriptors lie ready in RX; to play the
// kernel is to move two indices.
#include <stdint.h>
#include <stdlib.h>
#include <xdp/xsk.h>

enum { RING = 2048, TWICE = 2 * RING, BATCH = 64, FRAME = 4096 };

static struct xsk_ring_cons rx;
static struct xsk_ring_prod fill;
static char *memory;

static void prepare(void)
{
	memory = calloc(RING, FRAME);
	rx = (struct xsk_ring_cons){ .mask = RING - 1, .size = RING, .producer = calloc(1, 64), .consumer = calloc(1, 64), .ring = calloc(RING, sizeof(struct xdp_desc)) };
	fill = (struct xsk_ring_prod){ .mask = TWICE - 1, .size = TWICE, .cached_cons = TWICE, .producer = calloc(1, 64), .consumer = calloc(1, 64), .ring = calloc(TWICE, sizeof(__u64)) };
	for (unsigned i = 0; i < RING; i++)
		((struct xdp_desc *)rx.ring)[i] = (struct xdp_desc){ .addr = (__u64)i * FRAME + 256, .len = 60 };
}

static unsigned step(int touches, long *sum)
{
	long bytes = 0;
	__u32 from, to;
	unsigned received = xsk_ring_cons__peek(&rx, BATCH, &from);
	if (!received)
		return 0;
	if (xsk_ring_prod__reserve(&fill, received, &to) != received)
		abort();
	for (unsigned i = 0; i < received; i++) {
		const struct xdp_desc *packet = xsk_ring_cons__rx_desc(&rx, from++);
		bytes += packet->len;
		if (touches)
			*sum += (unsigned char)memory[xsk_umem__add_offset_to_addr(packet->addr)];
		*xsk_ring_prod__fill_addr(&fill, to++) = xsk_umem__extract_addr(packet->addr) & ~(__u64)(FRAME - 1);
	}

	xsk_ring_prod__submit(&fill, received);
	xsk_ring_cons__release(&rx, received);
	*sum += bytes;
	return received;
}

// Receives and drops so many batches; returns the sum of packets, their bytes, and what was read of them.
long run_rings(int touches, int count)
{
	long packets = 0, sum = 0;
	if (!memory)
		prepare();
	for (int i = 0; i < count; i++) {
		__atomic_store_n(rx.producer, *rx.producer + BATCH, __ATOMIC_RELEASE);
		packets += step(touches, &sum);
		__atomic_store_n(fill.consumer, *fill.consumer + BATCH, __ATOMIC_RELEASE);
	}

	return packets + sum;
}
