/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Filling in the generated frame for two hosts, each a network namespace. */
#ifndef BENCH_FILL_H
#define BENCH_FILL_H

#include <ifaddrs.h>
#include <stdbool.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <net/if.h>

#include "bench_checksum.h"
#include "bench_helper.h"

#define DISCARD_PORT 9
#define INSIDE_LEN sizeof(struct inside)

struct end {
	unsigned int ifindex;
	__u8 mac[ETH_ALEN];
	__be32 address; /* the first of the device, 0 for none */
	struct in6_addr address6;
};

static inline void note_address(struct end *end, const struct sockaddr *address)
{
	const struct sockaddr_in6 *in6 = (const void *)address;

	switch (address ? address->sa_family : AF_UNSPEC) {
	case AF_PACKET:
		memcpy(end->mac, ((const struct sockaddr_ll *)address)->sll_addr, ETH_ALEN);
		break;
	case AF_INET:
		if (!end->address)
			end->address = ((const struct sockaddr_in *)address)->sin_addr.s_addr;
		break;
	case AF_INET6:
		if (!IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
			end->address6 = in6->sin6_addr;
	}
}

static inline struct end find_end(const char *netns, const char *device)
{
	struct ifaddrs *all, *one;
	struct end end = {};

	netns_enter(netns);
	end.ifindex = if_nametoindex(device);
	if (!end.ifindex || getifaddrs(&all))
		die("%s", device);
	for (one = all; one; one = one->ifa_next)
		if (!strcmp(one->ifa_name, device))
			note_address(&end, one->ifa_addr);
	freeifaddrs(all);
	return end;
}

/* Without its UDP checksum, as the outer packet over IPv4 is sent. */
static inline void fill_packet(struct packet *packet, const struct end *from, const struct end *to,
			       __u16 port, __u16 len)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons(len),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = from->address,
		.daddr = to->address,
	};

	ip.check = checksum(0, &ip, sizeof(ip));
	packet->ip = ip;
	packet->udp.dest = htons(port);
	packet->udp.len = htons(len - sizeof(ip));
}

static inline void fill_ethernet(struct ethhdr *eth, const struct end *from, const struct end *to,
				 __u16 protocol)
{
	memcpy(eth->h_source, from->mac, ETH_ALEN);
	memcpy(eth->h_dest, to->mac, ETH_ALEN);
	eth->h_proto = htons(protocol);
}

static inline void fill_headers(struct headers *headers, const struct end *from,
				const struct end *to, __u16 port, __u16 len)
{
	fill_ethernet(&headers->eth, from, to, ETH_P_IP);
	fill_packet(&headers->packet, from, to, port, len - sizeof(struct ethhdr));
}

static inline void fill_headers6(struct headers6 *headers, const struct end *from,
				 const struct end *to, __u16 port, __u16 len)
{
	struct ipv6hdr ip = {
		.version = 6,
		.payload_len = htons(len - offsetof(struct headers6, udp)),
		.nexthdr = IPPROTO_UDP,
		.hop_limit = 64,
	};

	fill_ethernet(&headers->eth, from, to, ETH_P_IPV6);
	memcpy(&ip.saddr, &from->address6, sizeof(ip.saddr));
	memcpy(&ip.daddr, &to->address6, sizeof(ip.daddr));
	headers->ip = ip;
	headers->udp.dest = htons(port);
	headers->udp.len = ip.payload_len;
}

static inline void fill_tunnel(__u8 *tunnel, const __u8 *start, __u32 vni)
{
	memcpy(tunnel, start, 4);
	tunnel[4] = vni >> 16;
	tunnel[5] = vni >> 8;
	tunnel[6] = vni;
}

#endif
