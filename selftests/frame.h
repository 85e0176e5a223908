/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Frames written byte by byte, and RFC 1071 read byte by byte: the tests' own
 * idea of the wire, which shares no code with the programs.
 */
#ifndef GENEVE_BPF_SELFTESTS_FRAME_H
#define GENEVE_BPF_SELFTESTS_FRAME_H

#include <stdbool.h>
#include <string.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

#include "schema.h"

#define FRAME_MAX 9216

struct frame {
	__u32 len;
	__u8 data[FRAME_MAX];
};

static inline void put_bytes(struct frame *frame, const void *bytes, __u32 len)
{
	memcpy(frame->data + frame->len, bytes, len);
	frame->len += len;
}

static inline void put8(struct frame *frame, __u8 value)
{
	put_bytes(frame, &value, 1);
}

static inline void set16(__u8 *bytes, __u16 value)
{
	bytes[0] = value >> 8;
	bytes[1] = value;
}

static inline __u16 get16(const __u8 *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

static inline void put16(struct frame *frame, __u16 value)
{
	put8(frame, value >> 8);
	put8(frame, value);
}

static inline void put32(struct frame *frame, __u32 value)
{
	put16(frame, value >> 16);
	put16(frame, value);
}

/* Bytes that differ from their neighbours, so that a shift shows. */
static inline void put_payload(struct frame *frame, __u32 len)
{
	for (__u32 i = 0; i < len; i++)
		put8(frame, i * 7 + (i >> 8) + 1);
}

/* The ones' complement sum of big-endian words, an odd byte padded with zero. */
static inline __u16 internet_sum(__u16 start, const void *bytes, __u32 len)
{
	const __u8 *byte = bytes;
	__u32 sum = start;

	for (__u32 i = 0; i < len; i++) {
		sum += i & 1 ? byte[i] : byte[i] << 8;
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return sum;
}

/* An IP address of either family in its own length. */
struct host {
	__u8 len;
	__u8 bytes[16];
};

static const struct host hosts_ipv4[] = {
	{ 4, { 192, 0, 2, 0 } },
	{ 4, { 192, 0, 2, 1 } },
	{ 4, { 192, 0, 2, 2 } },
	{ 4, { 192, 0, 2, 3 } },
};

static const struct host hosts_ipv6[] = {
	{ 16, { 0x20, 0x01, 0x0d, 0xb8 } },
	{ 16, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
	{ 16, { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 } },
	{ 16, { 0x20, 0x01, 0x0d, 0xb8, [15] = 3 } },
};

/* 192.0.2.@number or 2001:db8::@number. */
static inline const struct host *host(bool ipv6, int number)
{
	return ipv6 ? &hosts_ipv6[number] : &hosts_ipv4[number];
}

/* As the maps have it. */
static inline struct address address_of(const struct host *host)
{
	struct address address = {};

	if (host->len == 4)
		address.bytes[10] = address.bytes[11] = 0xff;
	memcpy(address.bytes + 16 - host->len, host->bytes, host->len);
	return address;
}

/* RFC 768 and RFC 8200 section 8.1, each as it is drawn there. */
static inline __u16 pseudo_sum(const struct host *src, const struct host *dst, __u32 len,
			       __u8 proto)
{
	struct frame pseudo = {};

	put_bytes(&pseudo, src->bytes, src->len);
	put_bytes(&pseudo, dst->bytes, dst->len);
	if (src->len == 4) {
		put8(&pseudo, 0);
		put8(&pseudo, proto);
		put16(&pseudo, len);
	} else {
		put32(&pseudo, len);
		put32(&pseudo, proto);
	}
	return internet_sum(0, pseudo.data, pseudo.len);
}

static inline void put_ethernet(struct frame *frame, const __u8 *dst, const __u8 *src, __u16 proto)
{
	put_bytes(frame, dst, ETH_ALEN);
	put_bytes(frame, src, ETH_ALEN);
	put16(frame, proto);
}

/* Writes the header checksum of the IPv4 packet at @ip. */
static inline void seal_ipv4(__u8 *ip)
{
	set16(ip + 10, 0);
	set16(ip + 10, ~internet_sum(0, ip, (ip[0] & 15) * 4));
}

static inline void put_ip(struct frame *frame, const struct host *src, const struct host *dst,
			  __u8 proto, __u16 payload_len)
{
	__u32 start = frame->len;

	if (src->len == 4) {
		put16(frame, 0x4500);
		put16(frame, 20 + payload_len);
		put32(frame, 0);
		put8(frame, 64);
		put8(frame, proto);
		put16(frame, 0);
	} else {
		put32(frame, 0x60000000);
		put16(frame, payload_len);
		put8(frame, proto);
		put8(frame, 64);
	}
	put_bytes(frame, src->bytes, src->len);
	put_bytes(frame, dst->bytes, dst->len);
	if (src->len == 4)
		seal_ipv4(frame->data + start);
}

/* The header's checksum field is left zero. */
static inline void put_udp(struct frame *frame, __u16 sport, __u16 dport, __u16 payload_len)
{
	put16(frame, sport);
	put16(frame, dport);
	put16(frame, 8 + payload_len);
	put16(frame, 0);
}

/* A TCP segment with its checksum, or with the bare sum of the pseudo header. */
static inline void put_tcp(struct frame *frame, const struct host *src, const struct host *dst,
			   __u32 payload_len, bool finished)
{
	__u32 start = frame->len, len = 20 + payload_len;
	__u16 pseudo = pseudo_sum(src, dst, len, IPPROTO_TCP);
	__u8 *tcp = frame->data + start;

	put16(frame, 40000);
	put16(frame, 5201);
	put32(frame, 0x12345678);
	put32(frame, 0x9abcdef0);
	put32(frame, 0x5018ffff);
	put32(frame, 0);
	put_payload(frame, payload_len);
	set16(tcp + 16, finished ? ~internet_sum(pseudo, tcp, len) : pseudo);
}

#define VNI 0x123456
#define TUNNEL_PORT 6081

static inline void put_geneve(struct frame *frame, __u32 vni, __u32 options_len)
{
	put8(frame, options_len / 4);
	put8(frame, 0);
	put16(frame, 0x6558);
	put32(frame, vni << 8);
}

/* @len bytes of options that are not critical, each as long as it may be. */
static inline void put_options(struct frame *frame, __u32 len)
{
	while (len) {
		__u32 option = len < 128 ? len : 128;

		put16(frame, 0x0103);
		put8(frame, 0x7f);
		put8(frame, option / 4 - 1);
		put_payload(frame, option - 4);
		len -= option;
	}
}

#endif
