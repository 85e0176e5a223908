/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A GENEVE packet as it arrives: Ethernet, IP, UDP, GENEVE, options, inner frame. */
#ifndef GENEVE_BPF_SELFTESTS_TUNNEL_PACKET_H
#define GENEVE_BPF_SELFTESTS_TUNNEL_PACKET_H

#include "frame.h"

#define SOURCE_PORT 54321

struct tunnel_packet {
	struct frame frame;
	const struct host *src, *dst;
	__u8 *ip, *udp, *tunnel, *options, *inner; /* in frame.data */
};

/* The peer's frames and the flow inside them. */
static const __u8 mac_zero[ETH_ALEN]; /* the address of lo, where test runs receive */
static const __u8 mac_underlay[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 2 };
static const __u8 mac_peer[ETH_ALEN] = { 0x06, 0x11, 0x22, 0x33, 0x44, 0x55 };
static const __u8 mac_own[ETH_ALEN] = { 0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee };
static const __u8 mac_group[ETH_ALEN] = { 0x01, 0, 0x5e, 0, 0, 1 };

/* A frame of @len bytes that is no IP. */
static inline void plain_frame(struct frame *frame, __u32 len)
{
	frame->len = 0;
	put_ethernet(frame, mac_own, mac_peer, 0x88b5);
	put_payload(frame, len - ETH_HLEN);
}

static inline void arp_frame(struct frame *frame)
{
	frame->len = 0;
	put_ethernet(frame, mac_group, mac_peer, ETH_P_ARP);
	put16(frame, 1);
	put16(frame, ETH_P_IP);
	put32(frame, 0x06040001);
	put_payload(frame, 20);
}

static inline void tcp_frame(struct frame *frame, bool ipv6, __u32 payload_len, bool finished)
{
	const struct host *src = host(ipv6, 2), *dst = host(ipv6, 3);

	frame->len = 0;
	put_ethernet(frame, mac_own, mac_peer, ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	put_ip(frame, src, dst, IPPROTO_TCP, 20 + payload_len);
	put_tcp(frame, src, dst, payload_len, finished);
}

static inline void seal_udp(struct tunnel_packet *packet)
{
	__u16 len = get16(packet->udp + 4);
	__u16 sum = pseudo_sum(packet->src, packet->dst, len, IPPROTO_UDP);

	set16(packet->udp + 6, 0);
	sum = ~internet_sum(sum, packet->udp, len);
	set16(packet->udp + 6, sum ? sum : 0xffff);
}

/* Makes the packet one as it should be: no checksum over IPv4, a right one over IPv6. */
static inline void seal(struct tunnel_packet *packet)
{
	if (packet->src->len == 4)
		seal_ipv4(packet->ip);
	else
		seal_udp(packet);
}

/* From host 2 to host 1. */
static inline void wrap(struct tunnel_packet *packet, bool ipv6, __u32 options_len,
			const struct frame *inner)
{
	__u32 len = 8 + options_len + inner->len;
	struct frame *frame = &packet->frame;

	packet->src = host(ipv6, 2);
	packet->dst = host(ipv6, 1);
	frame->len = 0;
	put_ethernet(frame, mac_zero, mac_underlay, ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	packet->ip = frame->data + frame->len;
	put_ip(frame, packet->src, packet->dst, IPPROTO_UDP, 8 + len);
	packet->udp = frame->data + frame->len;
	put_udp(frame, SOURCE_PORT, TUNNEL_PORT, len);
	packet->tunnel = frame->data + frame->len;
	put_geneve(frame, VNI, options_len);
	packet->options = frame->data + frame->len;
	put_options(frame, options_len);
	packet->inner = frame->data + frame->len;
	put_bytes(frame, inner->data, inner->len);
	seal(packet);
}

/* Sets the lengths in the headers to that of the frame, after it was cut or extended. */
static inline void fit(struct tunnel_packet *packet)
{
	__u8 *end = packet->frame.data + packet->frame.len;
	bool ipv6 = packet->src->len == 16;

	set16(packet->ip + (ipv6 ? 4 : 2), end - packet->ip - (ipv6 ? 40 : 0));
	set16(packet->udp + 4, end - packet->udp);
	seal(packet);
}

/* Inserts @len bytes before @place, which stays where the rest is. */
static inline void insert(struct tunnel_packet *packet, __u8 **place, const void *bytes, __u32 len)
{
	__u8 *const all[] = { packet->udp, packet->tunnel, packet->options, packet->inner };
	__u8 *end = packet->frame.data + packet->frame.len, *start = *place;

	memmove(start + len, start, end - start);
	memcpy(start, bytes, len);
	packet->frame.len += len;
	packet->udp = all[0] + (all[0] >= start ? len : 0);
	packet->tunnel = all[1] + (all[1] >= start ? len : 0);
	packet->options = all[2] + (all[2] >= start ? len : 0);
	packet->inner = all[3] + (all[3] >= start ? len : 0);
}

#endif
