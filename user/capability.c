// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the hardware below an interface does for it, in FreeBSD's words.  As
 * there, a device lends its checksums only if it has those of tunnel packets,
 * and its segmentation only if it has that of tunnel packets.
 */
#include "address.h"
#include "capability.h"
#include "offload.h"
#include "segment.h"

/* Always there: any MTU, and a carrier that is ours to give. */
#define BASIC (CAPABILITY_JUMBO_MTU | CAPABILITY_LINKSTATE)
#define SENDING (CAPABILITY_TXCSUM | CAPABILITY_TXCSUM_IPV6 | CAPABILITY_TSO4 | CAPABILITY_TSO6)

/* Features, by their bits; the tunnels' are those that nic.c switches. */
enum {
	RX_CSUM = 1 << 0,
	TX_CSUM = 1 << 1,
	TX_CSUM_IPV4 = 1 << 2,
	TX_CSUM_IPV6 = 1 << 3,
	TSO = 1 << 4,
	TSO_IPV6 = 1 << 5,
	TUNNEL_CSUM = 1 << 6,
	TUNNEL_TSO = 1 << 7,
};

static const char *const features[] = { "rx-checksum",
					"tx-checksum-ip-generic",
					"tx-checksum-ipv4",
					"tx-checksum-ipv6",
					"tx-tcp-segmentation",
					"tx-tcp6-segmentation",
					"tx-udp_tnl-csum-segmentation",
					"tx-udp_tnl-segmentation",
					NULL };

/* Each is there with one feature of the tunnels and one of these. */
static const struct {
	__u32 bit, tunnel, any;
} derived[] = {
	{ CAPABILITY_RXCSUM, TUNNEL_CSUM, RX_CSUM },
	{ CAPABILITY_TXCSUM, TUNNEL_CSUM, TX_CSUM | TX_CSUM_IPV4 },
	{ CAPABILITY_TSO4, TUNNEL_TSO, TSO },
	{ CAPABILITY_TSO6, TUNNEL_TSO, TSO_IPV6 },
	{ CAPABILITY_RXCSUM_IPV6, TUNNEL_CSUM, RX_CSUM },
	{ CAPABILITY_TXCSUM_IPV6, TUNNEL_CSUM, TX_CSUM | TX_CSUM_IPV6 },
};

static __u32 derive(__u32 found)
{
	__u32 bits = BASIC;

	for (size_t i = 0; i < sizeof(derived) / sizeof(derived[0]); i++)
		if (found & derived[i].tunnel && found & derived[i].any)
			bits |= derived[i].bit;
	return bits;
}

unsigned int capability_device(const struct session *session, const struct segment *segment)
{
	const struct link *link;

	if (segment->group_dev)
		return segment->group_dev;
	link = segment->dev[0] ? links_find_name(&session->links, segment->dev) : NULL;
	if (link)
		return link->ifindex;
	if (segment->underlay || address_is_unset(&segment->local))
		return segment->underlay;
	return session_owner(session, &segment->local);
}

/* Asked once for the many segments on one device, of which this is a part of the view. */
static void ask_device(const struct session *session, unsigned int ifindex,
		       struct capabilities *capabilities)
{
	const struct link *link = links_find(&session->links, ifindex);
	struct session *memo = (struct session *)session;
	__u32 active = 0, possible = 0;

	if (!memo->hardware.known || memo->hardware.ifindex != ifindex) {
		if (link)
			offload_get(link->name, features, &active, &possible);
		memo->hardware.ifindex = ifindex;
		memo->hardware.options = derive(active);
		memo->hardware.possible = derive(possible);
		memo->hardware.known = true;
	}
	capabilities->options = session->hardware.options;
	capabilities->possible = session->hardware.possible;
}

void capability_get(const struct session *session, const struct segment *segment,
		    struct capabilities *capabilities)
{
	ask_device(session, capability_device(session, segment), capabilities);
	if (segment_sums_outside(segment)) { /* it leaves nothing to the device */
		capabilities->options &= ~SENDING;
		capabilities->possible &= ~SENDING;
	}
}

bool capability_follow(const struct session *session, struct segment *segment)
{
	const __u32 whole = CAPABILITY_TSO4 | CAPABILITY_TSO6;
	struct capabilities capabilities;
	__u32 before = segment->flags;

	ask_device(session, capability_device(session, segment), &capabilities);
	segment->flags &= ~SEGMENT_SOFT_TSO;
	if ((capabilities.options & whole) != whole)
		segment->flags |= SEGMENT_SOFT_TSO;
	return segment->flags != before;
}
