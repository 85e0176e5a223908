/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The generated frame: 112 bytes over IPv4, 132 over IPv6.  Without a tunnel only the
 * outer headers and the content mean anything.
 */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#define FLOWS 16 /* UDP source ports, of the outer and the inner header; a power of two */
#define PORT_BASE 40000

struct packet {
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

struct headers {
	struct ethhdr eth;
	struct packet packet;
} __attribute__((packed));

struct headers6 {
	struct ethhdr eth;
	struct ipv6hdr ip;
	struct udphdr udp;
} __attribute__((packed));

/* What is in the tunnel: an Ethernet frame, or in L3 mode an IP packet. */
struct inside {
	union {
		__u8 bytes[54];
		struct headers frame;
		struct packet packet;
	};
	__u64 content;
} __attribute__((packed));

struct frame {
	struct headers outer;
	__u8 tunnel[8];
	struct inside inside;
} __attribute__((packed, aligned(8)));

struct frame6 {
	struct headers6 outer;
	__u8 tunnel[8];
	struct inside inside;
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct frame) == 112 && sizeof(struct frame6) == 132, "no hidden padding");

/* Where frames end, those without it do not count. */
#define CONTENT 0x6765676e65766521ULL
#define CONTENT_AT_MAX 128

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
