/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <linux/types.h>
#include <net/if.h>

/*
 * The link group of every port.  It is set by the very request that creates
 * the pair, so a port is known as ours whatever happens to the command.
 */
#define PORT_GROUP 0x67656e76 /* "genv" */

#define DESCRIPTION_LEN 256 /* IFALIASZ in linux/if.h */

#define PORT_MTU 65535 /* never in the way */

struct link {
	unsigned int ifindex;
	unsigned int flags; /* IFF_* */
	unsigned int type;  /* ARPHRD_* */
	unsigned int mtu;
	unsigned int gso_max; /* the larger of IPv4's and the other's */
	unsigned int group;
	unsigned int peer;   /* ifindex of the device that it is stacked on or paired with */
	unsigned int bridge; /* ifindex of the one that it is a member of, or of another master */
	bool peer_elsewhere; /* in another namespace: the index means nothing here */
	bool xdp;            /* it has an XDP program in its driver */
	char name[IFNAMSIZ];
	char kind[16]; /* "veth", ...; empty for hardware */
	__u8 mac[6];
};

/* Whether its packets have an Ethernet header, as the programs expect (linux/if_arp.h). */
bool link_is_ethernet(const struct link *link);

struct nlmsghdr;

/* Reads what RTM_NEWLINK says. */
void link_parse(const struct nlmsghdr *header, struct link *link);

/*
 * Creates the pair: @name (at most IFNAMSIZ - 1) with @mac, if not NULL, and
 * @mtu, without ARP for @noarp, and the port, named by the kernel from
 * @port_template.  0 or -errno.
 */
int link_create_pair(const char *name, const char *port_template, unsigned int mtu, bool noarp,
		     const __u8 *mac);

int link_delete(unsigned int ifindex);
int link_set_up(unsigned int ifindex, bool up);

/* Sets those of IFF_* that are in @mask as they are in @flags. */
int link_set_flags(unsigned int ifindex, unsigned int mask, unsigned int flags);
int link_rename(unsigned int ifindex, const char *name);
int link_set_description(unsigned int ifindex, const char *text);

/* The text that people gave it (DESCRIPTION_LEN bytes), "" for none. */
void link_description(unsigned int ifindex, char *text);

/* Makes device @ifindex a member of bridge @bridge; 0: of none. */
int link_set_bridge(unsigned int ifindex, unsigned int bridge);

/* Creates a bridge. */
int link_create_bridge(const char *name);
int link_set_mtu(unsigned int ifindex, unsigned int mtu);

/* Makes the kernel cut aggregates to AGGREGATE_MAX before the device. */
int link_limit_gso(unsigned int ifindex);
int link_set_mac(unsigned int ifindex, const __u8 *mac);

/*
 * The id of the XDP program on the device, 0 for none.  (libbpf's bpf_xdp_query
 * lists all links for that.)
 */
__u32 link_xdp_program(unsigned int ifindex);

/* The device's counters of dropped packets. 0 or -errno. */
int link_dropped(unsigned int ifindex, __u64 *rx, __u64 *tx);

/*
 * Keeps the port silent (no IPv6 of its own) and lets bpf_fib_lookup take it
 * as incoming device (forwarding on): see bpf/route.h.  0 or -errno.
 */
int link_prepare_port(const char *name);

/*
 * Lets the interface keep its addresses as FreeBSD does: IPv6 ones while it is
 * down, and the other IPv4 ones of a network when its first is removed.
 */
int link_prepare_iface(const char *name);

#endif
