/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judging a received packet, the same for tc and XDP: parse, look up, check.
 * Mirrors encap.h.
 */
#ifndef GENEVE_BPF_DECAP_H
#define GENEVE_BPF_DECAP_H

#include "fdb.h"
#include "geneve_options.h"
#include "overhead.h"
#include "outer.h"
#include "stats.h"

enum verdict {
	VERDICT_PASS, /* not ours: unmodified to the host's stack */
	VERDICT_DROP, /* counted */
	VERDICT_TAKE,
};

struct decap {
	struct outer outer;
	const struct segment *segment;
	struct counters *stats;
	__u32 inner;       /* offset of the inner Ethernet header */
	struct ethhdr eth; /* inner */
};

static __always_inline __u32 vni_of(const struct tunnel_hdr *tunnel)
{
	return tunnel->vni[0] << 16 | tunnel->vni[1] << 8 | tunnel->vni[2];
}

static __always_inline struct segment *vtep_lookup(const struct outer *outer, __u32 vni)
{
	struct vtep_key key = { .local = outer->dst, .vni = vni, .port = outer->port };

	return bpf_map_lookup_elem(&geneve_vtep, &key);
}

/*
 * Checks the GENEVE header at offset outer->udp + 8 in the order of RFC 8926
 * section 3: what makes the rest unreadable comes first.  Sets d->inner and
 * returns 0, or the counter of the drop.
 */
static __always_inline enum counter geneve_check(const struct packet *pkt, struct decap *d)
{
	const struct tunnel_hdr *tunnel = packet_at(pkt, d->outer.udp + UDP_HDR_LEN);
	__u32 optlen;

	if (d->outer.fragment)
		return COUNTER_rx_fragment;
	if ((const void *)(tunnel + 1) > pkt->end)
		return COUNTER_rx_truncated;
	if (tunnel->ver_optlen >> 6 != GENEVE_VERSION)
		return COUNTER_rx_version;
	if (tunnel->flags & GENEVE_F_CONTROL)
		return COUNTER_rx_control;
	optlen = (tunnel->ver_optlen & GENEVE_OPTLEN_MASK) * 4;
	d->inner = d->outer.udp + UDP_HDR_LEN + sizeof(*tunnel) + optlen;
	if (d->outer.end > pkt->len || d->outer.udp + d->outer.udp_len != d->outer.end ||
	    d->inner + ETH_HLEN > d->outer.end)
		return COUNTER_rx_truncated;
	if (tunnel->flags & GENEVE_F_CRITICAL) {
		switch (options_judge(tunnel + 1, optlen, pkt->end)) {
		case OPTIONS_CRITICAL:
			return COUNTER_rx_critical;
		case OPTIONS_MALFORMED:
			return COUNTER_rx_truncated;
		case OPTIONS_OK:
			break;
		}
	}
	if (tunnel->proto != bpf_htons(GENEVE_PROTO_ETHERNET))
		return COUNTER_rx_protocol;
	return 0;
}

/*
 * Finds the segment of the packet @pkt that came in by device @ifindex and
 * checks its headers.  A packet to a local address and port that no segment
 * uses is the host's.
 */
static __always_inline enum verdict decap_judge(const struct packet *pkt, __u32 ifindex,
						struct decap *d)
{
	const struct tunnel_hdr *tunnel;
	const struct ethhdr *inner;
	enum counter drop;

	if (!outer_parse(pkt, &d->outer))
		return VERDICT_PASS;
	tunnel = packet_at(pkt, d->outer.udp + UDP_HDR_LEN);
	d->segment = NULL;
	if ((const void *)(tunnel + 1) <= pkt->end)
		d->segment = vtep_lookup(&d->outer, vni_of(tunnel));
	if (!d->segment) {
		if (!vtep_lookup(&d->outer, VNI_UNSET))
			return VERDICT_PASS;
		drop = geneve_check(pkt, d);
		count(stray_stats(ifindex), drop ?: COUNTER_rx_unknown_vni);
		return VERDICT_DROP;
	}
	d->stats = stats_of(d->segment);
	drop = geneve_check(pkt, d);
	if (drop) {
		count(d->stats, drop);
		return VERDICT_DROP;
	}
	if (!d->outer.check && d->outer.ipv6 && !(d->segment->flags & SEGMENT_UDP6_ZERO_CSUM)) {
		count(d->stats, COUNTER_rx_zero_checksum);
		return VERDICT_DROP;
	}
	inner = packet_at(pkt, d->inner);
	if ((const void *)(inner + 1) > pkt->end) {
		count(d->stats, COUNTER_rx_truncated);
		return VERDICT_DROP;
	}
	__builtin_memcpy(&d->eth, inner, sizeof(d->eth));
	return VERDICT_TAKE;
}

#endif
