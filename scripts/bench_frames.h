/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The generated frame, 112 bytes; without a tunnel, only the outer headers mean anything. */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#define FLOWS 16 /* UDP source ports, of the outer and the inner header */
#define PORT_BASE 40000

struct packet {
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

struct headers {
	struct ethhdr eth;
	struct packet packet;
} __attribute__((packed));

struct frame {
	struct headers outer;
	__u8 tunnel[8];
	union {
		struct headers inner;
		struct packet inner_l3;
		__u8 inside[62];
	};
} __attribute__((packed, aligned(8)));

_Static_assert(sizeof(struct frame) == 112, "no hidden padding");

/* The MAC address of entry @index of a table, below 1 << 24. */
static inline void bench_mac(__u8 *mac, __u32 index)
{
	mac[0] = 2;
	mac[1] = mac[2] = 0;
	mac[3] = index >> 16;
	mac[4] = index >> 8;
	mac[5] = index;
}

#endif
