/* SPDX-License-Identifier: GPL-2.0-only */
/* Receive at the tc ingress hook of the underlay device. */
#ifndef GENEVE_BPF_DECAP_TC_H
#define GENEVE_BPF_DECAP_TC_H

#include <linux/if_packet.h>

#include "decap.h"
#include "deliver.h"
#include "packet.h"
#include "udp_csum.h"

/*
 * True if the outer checksum need not be computed: the driver vouched for it
 * (CHECKSUM_UNNECESSARY), or the packet is an aggregate, which no wire carries.
 */
static __always_inline bool csum_vouched(struct __sk_buff *skb)
{
	return skb->gso_size || bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY) >= 0;
}

/*
 * Removes @len bytes, so that the frame with header @eth remains.
 *
 * bpf_skb_adjust_room cuts between Ethernet and IP header and wants a whole
 * outer IP header's length to remain.  An inner IPv4 packet may be shorter
 * than an IPv6 header: the outer packet then becomes IPv4 first.  What is
 * shorter still is padded for the moment; that would not do for IP, because
 * bpf_skb_change_tail refuses an skb marked as encapsulated, and that mark
 * crosses a veth.
 *
 * An aggregate that @crosses the veth may be segmented there, by
 * skb->protocol, which must then be the inner family: the outer packet becomes
 * that, too.
 *
 * The gso_size belongs to the inner packet and stays (FIXED_GSO); of what the
 * driver verified, one level was ours (see enum skb csum_level in skbuff.h);
 * *@verified says whether another is left, the inner packet's.
 */
static __always_inline int skb_strip(struct __sk_buff *skb, __u32 len, const struct ethhdr *eth,
				     bool ipv6, bool crosses, bool *verified)
{
	__u32 remain = skb->len - len - ETH_HLEN, pad = 0;
	__s64 level;
	void *data;
	int err;

	if (ipv6 && (remain < IPV6_HDR_LEN || (crosses && eth->h_proto == bpf_htons(ETH_P_IP)))) {
		err = bpf_skb_change_proto(skb, bpf_htons(ETH_P_IP), 0);
		if (err)
			return err;
		len -= IPV6_HDR_LEN - IPV4_HDR_LEN;
	} else if (!ipv6 && crosses && eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		err = bpf_skb_change_proto(skb, bpf_htons(ETH_P_IPV6), 0);
		if (err)
			return err;
		len += IPV6_HDR_LEN - IPV4_HDR_LEN;
	}
	if (remain < IPV4_HDR_LEN) {
		pad = IPV4_HDR_LEN - remain;
		err = bpf_skb_change_tail(skb, skb->len + pad, 0);
		if (err)
			return err;
	}
	err = bpf_skb_adjust_room(skb, -(__s32)len, BPF_ADJ_ROOM_MAC,
				  BPF_F_ADJ_ROOM_FIXED_GSO | BPF_F_ADJ_ROOM_NO_CSUM_RESET);
	if (err)
		return err;
	level = bpf_csum_level(skb, BPF_CSUM_LEVEL_QUERY);
	*verified = level > 0;
	if (level >= 0)
		bpf_csum_level(skb, BPF_CSUM_LEVEL_DEC);
	data = (void *)(long)skb->data;
	if (data + ETH_HLEN > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(data, eth, ETH_HLEN);
	return pad ? bpf_skb_change_tail(skb, skb->len - pad, 0) : 0;
}

/*
 * Takes the metadata of a frame that our XDP program stripped; false if it is
 * none.  They stay with the frame, so they are struck out: the interface may
 * be the underlay of another one, where this program would meet them again.
 */
static __always_inline bool is_stripped(const struct __sk_buff *skb, struct stripped *stripped)
{
	struct stripped *meta = (void *)(long)skb->data_meta;
	const struct tunnel *tunnel;
	__u32 zero = 0;

	if ((void *)(meta + 1) > (void *)(long)skb->data)
		return false;
	tunnel = bpf_map_lookup_elem(&geneve_tunnel, &zero);
	if (!tunnel || meta->cookie != tunnel->cookie)
		return false;
	*stripped = *meta;
	meta->cookie = 0;
	return true;
}

/*
 * Whatever happens to such a frame, it must not reach the host's stack.  The
 * driver's checksum verdict was about the outer packet, and so is a VLAN tag
 * beside the skb, unless it is the inner frame's own, which the kernel has put
 * there by now (skb_vlan_untag).
 */
static __always_inline int deliver_stripped(struct __sk_buff *skb, const struct stripped *stripped)
{
	const struct segment *segment;
	__u32 id = stripped->segment;

	segment = bpf_map_lookup_elem(&geneve_segment, &id);
	if (!segment || !underlay_here(skb->ifindex)) {
		count(stray_stats(skb->ifindex), COUNTER_rx_no_device);
		return TC_ACT_SHOT;
	}
	bpf_csum_level(skb, BPF_CSUM_LEVEL_DEC);
	if (skb->vlan_present &&
	    VLAN_TAG(bpf_ntohs(CONTEXT(skb, vlan_proto)), CONTEXT(skb, vlan_tci)) != stripped->tag)
		bpf_skb_vlan_pop(skb);
	return deliver(skb, segment, stats_of(segment), NULL, false);
}

/*
 * Makes the headers readable.  A packet with options may need more than the
 * usual length; the byte looked at says so if it is a tunnel packet at all.
 */
static __always_inline struct packet pull_headers(struct __sk_buff *skb)
{
	struct packet pkt = packet_pull(skb, PULL_LEN);
	__u32 udp =
		ETH_HLEN + (skb->protocol == bpf_htons(ETH_P_IPV6) ? IPV6_HDR_LEN : IPV4_HDR_LEN);
	const struct tunnel_hdr *tunnel = packet_at(&pkt, udp + UDP_HDR_LEN);

	if ((const void *)(tunnel + 1) <= pkt.end && tunnel->ver_optlen & GENEVE_OPTLEN_MASK)
		pkt = packet_pull(skb, PULL_LEN_MAX);
	return pkt;
}

/*
 * True for an aggregate of UDP datagrams (UDP_SEGMENT), such as a kernel tunnel
 * across a veth sends.  Stripped, it would still say SKB_GSO_UDP_TUNNEL, which
 * no helper takes away, and udp4_ufo_fragment() would take its own UDP header
 * for the tunnel's when it is segmented for a socket or a device.
 */
static __always_inline bool is_datagrams(struct __sk_buff *skb, const struct decap *d)
{
	struct inner inner = {};

	return skb->gso_size && !skb_inner(skb, d->inner, d->proto, &inner) &&
	       inner.proto == IPPROTO_UDP;
}

static __always_inline int decap_tc(struct __sk_buff *skb)
{
	struct packet pkt = pull_headers(skb);
	struct metadata metadata = {};
	bool verified = false;
	enum counter drop;
	struct decap d;

	if (skb->pkt_type == PACKET_OTHERHOST || (skb->vlan_present && skb->vlan_tci & 0xfff))
		return TC_ACT_UNSPEC; /* another host's, or a VLAN device's */
	switch (decap_judge(&pkt, skb->ifindex, &d)) {
	case VERDICT_PASS:
		return TC_ACT_UNSPEC;
	case VERDICT_DROP:
		return TC_ACT_SHOT;
	case VERDICT_TAKE:
		break;
	}
	if (d.outer.check && !csum_vouched(skb) &&
	    !skb_csum_valid(skb, &d.outer, d.inner, d.proto)) {
		count(d.stats, COUNTER_rx_checksum);
		return TC_ACT_SHOT;
	}
	if (inherits_inward(d.segment, &d.outer)) {
		drop = skb_inherit(skb, d.segment, &d.outer, d.inner, d.proto);
		if (drop) {
			count(d.stats, drop);
			return TC_ACT_SHOT;
		}
	}
	if (is_datagrams(skb, &d) || (skb->vlan_present && bpf_skb_vlan_pop(skb)) ||
	    (skb->len > d.outer.end && bpf_skb_change_tail(skb, d.outer.end, 0)) ||
	    skb_strip(skb, d.cut, &d.eth, d.outer.ipv6,
		      skb->gso_size && !delivers_directly(d.segment), &verified)) {
		count(d.stats, COUNTER_rx_refused);
		return TC_ACT_SHOT;
	}
	if (verified)
		count(d.stats, COUNTER_rx_csum);
	decap_learn(&d);
	if (!(d.segment->flags & SEGMENT_EXTERNAL))
		return deliver(skb, d.segment, d.stats, NULL, gains_by_gro(skb, d.segment));
	metadata.remote = d.outer.src;
	metadata.vni = d.vni;
	metadata.tos = d.outer.tos;
	metadata.ttl = d.outer.ttl;
	return deliver(skb, d.segment, d.stats, &metadata, false);
}

#endif
