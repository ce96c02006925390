// SPDX-License-Identifier: MIT
// What a C program on libxdp does with an AF_XDP socket, to measure Saker's against: rxdrop, txonly and l2fwd. install-peers.sh builds it twice: as it is, and with TIMESTAMPS, which
// takes the time around batches that are not empty, without system calls, by the clock by which Saker takes it. It ends with one line of JSON.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <getopt.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <xdp/xsk.h>

static struct {
	const char *work, *device, *object;
	uint32_t queue, batch, size, frames, ring, xdp_flags;
	uint16_t bind_flags;
	uint64_t count;
	double seconds;
	bool polls, touches;
} options = {.object = "samples/xdpsock/xdpsock_kern.o", .batch = 64, .size = 60, .frames = 4096, .ring = 2048, .bind_flags = XDP_USE_NEED_WAKEUP, .count = UINT64_MAX};

static struct {
	struct xsk_ring_prod fill, transmit;
	struct xsk_ring_cons completion, receive;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	uint8_t *memory;
	uint64_t *free;
	uint32_t free_count, outstanding;
	int descriptor;
} port;

static struct {
	uint64_t packets, bytes, batches, wakeups, time, timed;
	uint64_t packets_then;
	double first, last, ended;
} done;

static volatile sig_atomic_t is_over;

static void stop(int signal)
{
	(void)signal;
	is_over = 1;
}

static __attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("xsk: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	exit(1);
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

// The clock of batches, in nanoseconds; nothing where no time is taken.
static inline uint64_t stamp(void)
{
#ifdef TIMESTAMPS
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
#else
	return 0;
#endif
}

// What this thread has used of its processors, in seconds.
static double processor(void)
{
	struct timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

// Who is preempted in a batch spoils the mean of a run: the packets are also counted by the time that one took in its batch, in eighths of a nanosecond.
#define SLOTS 16384
static uint64_t packets_by_time[SLOTS];

static inline void timed(uint64_t began, uint32_t packets)
{
#ifdef TIMESTAMPS
	uint64_t time = stamp() - began;
	done.time += time;
	done.timed += packets;
	if (packets) {
		uint64_t slot = time * 8 / packets;
		packets_by_time[slot < SLOTS ? slot : SLOTS - 1] += packets;
	}
#else
	(void)began;
	(void)packets;
#endif
}

// The nanoseconds that half of the packets took at the most.
static double median(void)
{
	uint64_t counted = 0, slot = 0;
	while (slot < SLOTS - 1 && (counted += packets_by_time[slot]) * 2 < done.timed)
		slot++;
	return slot / 8.0;
}

static inline void worked(uint32_t packets, uint64_t bytes)
{
	// The rate is that from the first batch to the last one that is looked at: traffic may end long before the run does.
	if (!done.packets)
		done.first = now();
	done.packets += packets;
	done.bytes += bytes;
	if (!(++done.batches & 63)) {
		done.last = now();
		done.packets_then = done.packets;
	}
}

static void kick(void)
{
	if (!port.outstanding || ((options.bind_flags & XDP_USE_NEED_WAKEUP) && !xsk_ring_prod__needs_wakeup(&port.transmit)))
		return;
	done.wakeups++;
	if (sendto(port.descriptor, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && errno != EAGAIN && errno != EBUSY && errno != ENOBUFS && errno != ENETDOWN)
		fail("sendto: %s", strerror(errno));
}

static void idle(void)
{
	if (options.polls) {
		struct pollfd descriptor = {.fd = port.descriptor, .events = POLLIN};
		poll(&descriptor, 1, 100);
	} else if (xsk_ring_prod__needs_wakeup(&port.fill)) {
		done.wakeups++;
		recvfrom(port.descriptor, NULL, 0, MSG_DONTWAIT, NULL, NULL);
	}
}

static void rxdrop(void)
{
	uint32_t at = 0, to = 0;
	uint64_t began = stamp(), bytes = 0;
	uint32_t count = xsk_ring_cons__peek(&port.receive, options.batch, &at);
	if (!count) {
		idle();
		return;
	}
	// What came was taken out of the ring of free frames, so that there is room in it, as soon as the kernel says so.
	while (xsk_ring_prod__reserve(&port.fill, count, &to) != count)
		if (is_over)
			return;
	for (uint32_t i = 0; i < count; i++) {
		const struct xdp_desc *packet = xsk_ring_cons__rx_desc(&port.receive, at + i);
		bytes += packet->len;
		if (options.touches)
			(void)*(volatile uint8_t *)(port.memory + xsk_umem__add_offset_to_addr(packet->addr));
		*xsk_ring_prod__fill_addr(&port.fill, to + i) = xsk_umem__extract_addr(packet->addr);
	}
	xsk_ring_prod__submit(&port.fill, count);
	xsk_ring_cons__release(&port.receive, count);
	timed(began, count);
	worked(count, bytes);
}

static void txonly(void)
{
	uint32_t at = 0;
	uint64_t began = stamp();
	uint32_t completed = xsk_ring_cons__peek(&port.completion, options.batch, &at);
	for (uint32_t i = 0; i < completed; i++)
		port.free[port.free_count++] = *xsk_ring_cons__comp_addr(&port.completion, at + i);
	if (completed)
		xsk_ring_cons__release(&port.completion, completed);
	port.outstanding -= completed;
	uint64_t left = options.count - done.packets;
	uint32_t count = options.batch < left ? options.batch : left;
	if (count > port.free_count)
		count = port.free_count;
	if (count && xsk_ring_prod__reserve(&port.transmit, count, &at) == count) {
		for (uint32_t i = 0; i < count; i++) {
			struct xdp_desc *packet = xsk_ring_prod__tx_desc(&port.transmit, at + i);
			packet->addr = port.free[--port.free_count];
			packet->len = options.size;
			packet->options = 0;
		}
		xsk_ring_prod__submit(&port.transmit, count);
		port.outstanding += count;
	} else {
		count = 0;
	}
	if (count || completed)
		timed(began, count);
	if (count)
		worked(count, (uint64_t)count * options.size);
	kick();
}

static void exchange(uint8_t *packet)
{
	uint8_t address[6];
	memcpy(address, packet, 6);
	memcpy(packet, packet + 6, 6);
	memcpy(packet + 6, address, 6);
}

static uint32_t refill(void)
{
	uint32_t at = 0, to = 0;
	uint32_t count = port.outstanding ? xsk_ring_cons__peek(&port.completion, options.batch, &at) : 0;
	if (!count)
		return 0;
	while (xsk_ring_prod__reserve(&port.fill, count, &to) != count)
		if (is_over)
			return 0;
	for (uint32_t i = 0; i < count; i++)
		*xsk_ring_prod__fill_addr(&port.fill, to + i) = *xsk_ring_cons__comp_addr(&port.completion, at + i);
	xsk_ring_prod__submit(&port.fill, count);
	xsk_ring_cons__release(&port.completion, count);
	port.outstanding -= count;
	return count;
}

static void l2fwd(void)
{
	uint32_t at = 0, to = 0;
	uint64_t began = stamp(), bytes = 0;
	uint32_t completed = refill();
	uint32_t count = xsk_ring_cons__peek(&port.receive, options.batch, &at);
	if (!count) {
		if (completed)
			timed(began, 0);
		kick();
		idle();
		return;
	}
	while (xsk_ring_prod__reserve(&port.transmit, count, &to) != count) {
		if (is_over)
			return;
		kick();
		refill();
	}
	for (uint32_t i = 0; i < count; i++) {
		const struct xdp_desc *packet = xsk_ring_cons__rx_desc(&port.receive, at + i);
		struct xdp_desc *back = xsk_ring_prod__tx_desc(&port.transmit, to + i);
		exchange(port.memory + xsk_umem__add_offset_to_addr(packet->addr));
		bytes += packet->len;
		back->addr = packet->addr;
		back->len = packet->len;
		back->options = 0;
	}
	xsk_ring_prod__submit(&port.transmit, count);
	xsk_ring_cons__release(&port.receive, count);
	port.outstanding += count;
	timed(began, count);
	worked(count, bytes);
	kick();
}

// Broadcast from an address of no station, with an EtherType that is for trials.
static void write_frames(void)
{
	static const uint8_t header[14] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
	for (uint32_t i = 0; i < options.frames; i++)
		memcpy(port.memory + (uint64_t)i * 4096, header, sizeof header);
}

static void open_port(void)
{
	uint64_t size = (uint64_t)options.frames * 4096;
	struct xsk_umem_config memory = {.fill_size = options.ring * 2, .comp_size = options.ring, .frame_size = 4096};
	struct xsk_socket_config socket = {.rx_size = options.ring, .tx_size = options.ring, .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD, .bind_flags = options.bind_flags};
	bool sends = strcmp(options.work, "rxdrop") != 0, receives = strcmp(options.work, "txonly") != 0;
	uint32_t at = 0;
	port.memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (port.memory == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	port.free = calloc(options.frames, sizeof *port.free);
	int error = xsk_umem__create(&port.umem, port.memory, size, &port.fill, &port.completion, &memory);
	if (error)
		fail("xsk_umem__create: %s", strerror(-error));
	// After a socket was closed the kernel holds its queue for a while.
	for (int attempts = 0; attempts < 300; attempts++) {
		error = xsk_socket__create(&port.socket, options.device, options.queue, port.umem, receives ? &port.receive : NULL, sends ? &port.transmit : NULL, &socket);
		if (error != -EBUSY)
			break;
		usleep(10000);
	}
	if (error)
		fail("xsk_socket__create at %s, queue %u: %s", options.device, options.queue, strerror(-error));
	port.descriptor = xsk_socket__fd(port.socket);
	if (!receives) {
		write_frames();
		while (port.free_count < options.frames) {
			port.free[port.free_count] = (uint64_t)port.free_count * 4096;
			port.free_count++;
		}
		return;
	}
	uint32_t given = options.frames < options.ring * 2 ? options.frames : options.ring * 2;
	if (xsk_ring_prod__reserve(&port.fill, given, &at) != given)
		fail("the FILL ring has no room for %u frames", given);
	for (uint32_t i = 0; i < given; i++)
		*xsk_ring_prod__fill_addr(&port.fill, at + i) = (uint64_t)i * 4096;
	xsk_ring_prod__submit(&port.fill, given);
}

static void attach(void)
{
	struct bpf_object *object = bpf_object__open(options.object);
	if (!object || bpf_object__load(object))
		fail("%s: it cannot be loaded: %s", options.object, strerror(errno));
	int program = bpf_program__fd(bpf_object__next_program(object, NULL)), map = bpf_object__find_map_fd_by_name(object, "xsks_map");
	LIBBPF_OPTS(bpf_link_create_opts, how, .flags = options.xdp_flags);
	if (bpf_link_create(program, if_nametoindex(options.device), BPF_XDP, &how) < 0)
		fail("no program can be attached to %s: %s", options.device, strerror(errno));
	int error = xsk_socket__update_xskmap(port.socket, map);
	if (error)
		fail("xsks_map takes no socket: %s", strerror(-error));
}

static void read_options(int count, char **words)
{
	static const struct option known[] = {
		{"interface", required_argument, NULL, 'i'}, {"queue", required_argument, NULL, 'q'}, {"object", required_argument, NULL, 'o'}, {"batch", required_argument, NULL, 'b'},
		{"duration", required_argument, NULL, 'd'}, {"count", required_argument, NULL, 'c'}, {"size", required_argument, NULL, 's'}, {"frames", required_argument, NULL, 'f'},
		{"ring", required_argument, NULL, 'r'}, {"native", no_argument, NULL, 'N'}, {"generic", no_argument, NULL, 'S'}, {"copy", no_argument, NULL, 'C'},
		{"zero-copy", no_argument, NULL, 'z'}, {"no-need-wakeup", no_argument, NULL, 'm'}, {"poll", no_argument, NULL, 'p'}, {"touch", no_argument, NULL, 't'}, {0},
	};
	int option;
	while ((option = getopt_long(count, words, "i:q:o:b:d:c:s:f:r:NSCzmpt", known, NULL)) != -1) {
		switch (option) {
		case 'i': options.device = optarg; break;
		case 'q': options.queue = strtoul(optarg, NULL, 0); break;
		case 'o': options.object = optarg; break;
		case 'b': options.batch = strtoul(optarg, NULL, 0); break;
		case 'd': options.seconds = strtod(optarg, NULL); break;
		case 'c': options.count = strtoull(optarg, NULL, 0); break;
		case 's': options.size = strtoul(optarg, NULL, 0); break;
		case 'f': options.frames = strtoul(optarg, NULL, 0); break;
		case 'r': options.ring = strtoul(optarg, NULL, 0); break;
		case 'N': options.xdp_flags = XDP_FLAGS_DRV_MODE; break;
		case 'S': options.xdp_flags = XDP_FLAGS_SKB_MODE; break;
		case 'C': options.bind_flags |= XDP_COPY; break;
		case 'z': options.bind_flags |= XDP_ZEROCOPY; break;
		case 'm': options.bind_flags &= ~XDP_USE_NEED_WAKEUP; break;
		case 'p': options.polls = true; break;
		case 't': options.touches = true; break;
		default: exit(2);
		}
	}
	options.work = optind < count ? words[optind] : "";
	if (!options.device || !if_nametoindex(options.device))
		fail("-i names no device that there is");
	if (!options.batch || options.batch > options.ring || options.ring & (options.ring - 1) || options.size < 14 || options.size > 4096 || !options.frames)
		fail("batch, ring, size or frames make no sense: a batch is at most a ring, which is a power of two; a frame has 14 to 4096 bytes");
}

int main(int count, char **words)
{
	read_options(count, words);
	void (*step)(void) = !strcmp(options.work, "rxdrop") ? rxdrop : !strcmp(options.work, "txonly") ? txonly : !strcmp(options.work, "l2fwd") ? l2fwd : NULL;
	if (!step) {
		fputs("usage: xsk -i DEV [-q QUEUE] [-d SECONDS] [-c COUNT] [-b BATCH] [-s SIZE] [-f FRAMES] [-r RING] [-o OBJECT] [--native|--generic] [--copy|--zero-copy]\n"
		      "           [--no-need-wakeup] [--poll] [--touch] rxdrop|txonly|l2fwd\n", stderr);
		return 2;
	}
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	signal(SIGALRM, stop);
	open_port();
	if (step != txonly)
		attach();
	fputs("ready\n", stderr);
	if (options.seconds > 0) {
		uint64_t microseconds = options.seconds * 1e6;
		struct itimerspec when = {.it_value = {.tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000}};
		timer_t timer;
		timer_create(CLOCK_MONOTONIC, NULL, &timer);
		timer_settime(timer, 0, &when, NULL);
	}
	double used = processor();
	while (!is_over && (done.packets < options.count || (step == txonly && port.outstanding)))
		step();
	done.ended = now();
	used = processor() - used;
	if (!done.packets_then) {
		done.last = done.ended;
		done.packets_then = done.packets;
	}
	double seconds = done.packets ? done.last - done.first : 0;
	struct xdp_options mode = {0};
	socklen_t length = sizeof mode;
	getsockopt(port.descriptor, SOL_XDP, XDP_OPTIONS, &mode, &length);
	printf("{\"work\":\"%s\",\"packets\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"packetsPerSecond\":%.0f,\"batches\":%llu,\"wakeups\":%llu,\"processorSeconds\":%.6f,\"zeroCopy\":%s,",
	       options.work, (unsigned long long)done.packets, (unsigned long long)done.bytes, seconds, seconds > 0 ? done.packets_then / seconds : 0, (unsigned long long)done.batches,
	       (unsigned long long)done.wakeups, used, mode.flags & XDP_OPTIONS_ZEROCOPY ? "true" : "false");
	if (done.timed)
		printf("\"nanosecondsPerPacket\":%.3f,\"medianNanosecondsPerPacket\":%.3f}\n", (double)done.time / done.timed, median());
	else
		puts("\"nanosecondsPerPacket\":null,\"medianNanosecondsPerPacket\":null}");
	xsk_socket__delete(port.socket);
	xsk_umem__delete(port.umem);
	return 0;
}
