/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Filling in the generated frame for two hosts, each a network namespace. */
#ifndef BENCH_FILL_H
#define BENCH_FILL_H

#include <stdbool.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "bench_helper.h"
#include "bench_frames.h"

struct end {
	unsigned int ifindex;
	__u8 mac[ETH_ALEN];
	__be32 address; /* of the device, 0 for none */
};

static inline struct end find_end(const char *netns, const char *device)
{
	struct ifreq request = {};
	struct end end = {};
	int fd;

	netns_enter(netns);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	end.ifindex = if_nametoindex(device);
	if (!end.ifindex || ioctl(fd, SIOCGIFHWADDR, &request))
		die("%s", device);
	memcpy(end.mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	if (!ioctl(fd, SIOCGIFADDR, &request))
		end.address = ((struct sockaddr_in *)&request.ifr_addr)->sin_addr.s_addr;
	close(fd);
	return end;
}

/* The sum of @len bytes, an even number, and of @sum. */
static inline __u32 sum_words(const void *bytes, size_t len, __u32 sum)
{
	__u16 word;

	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		sum += word;
	}
	return sum;
}

static inline __u16 checksum(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* The payload is zero, and so is the source port, which bench_generate adds to the checksum. */
static inline __u16 udp_checksum(const struct packet *packet)
{
	__u32 sum = sum_words(&packet->ip.saddr, 8, htons(IPPROTO_UDP) + packet->udp.len);

	return checksum(sum_words(&packet->udp, sizeof(packet->udp), sum));
}

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

	ip.check = checksum(sum_words(&ip, sizeof(ip), 0));
	packet->ip = ip;
	packet->udp.dest = htons(port);
	packet->udp.len = htons(len - sizeof(ip));
	packet->udp.check = udp_checksum(packet);
}

static inline void fill_headers(struct headers *headers, const struct end *from,
				const struct end *to, __u16 port, __u16 len)
{
	memcpy(headers->eth.h_source, from->mac, ETH_ALEN);
	memcpy(headers->eth.h_dest, to->mac, ETH_ALEN);
	headers->eth.h_proto = htons(ETH_P_IP);
	fill_packet(&headers->packet, from, to, port, len - sizeof(struct ethhdr));
}

static inline void fill_tunnel(__u8 *tunnel, const __u8 *start, __u32 vni)
{
	memcpy(tunnel, start, 4);
	tunnel[4] = vni >> 16;
	tunnel[5] = vni >> 8;
	tunnel[6] = vni;
}

#endif
