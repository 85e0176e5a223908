// SPDX-License-Identifier: GPL-2.0-only
/* The programs, each at its hook. */
#include <linux/errno.h>

#include "age.h"
#include "decap_bare.h"
#include "decap_tc.h"
#include "decap_xdp.h"
#include "encap.h"

/* XDP of the underlay device. */
SEC("xdp.frags")
int geneve_xdp(struct xdp_md *ctx)
{
	return decap_xdp(ctx);
}

/* tc ingress of the underlay device. */
SEC("tc")
int geneve_decap(struct __sk_buff *skb)
{
	struct stripped stripped;

	return is_stripped(skb, &stripped) ? deliver_stripped(skb, &stripped) : decap_tc(skb);
}

/* tc ingress of an underlay device without Ethernet headers; XDP has no such devices. */
SEC("tc")
int geneve_bare(struct __sk_buff *skb)
{
	return decap_bare(skb);
}

/*
 * tc egress of the interface and tc ingress of its port.  Both in clsact,
 * because the kernel removes that when a device moves to another namespace,
 * where ifindexes mean other devices; a tcx program would stay.
 */
SEC("tc")
int geneve_encap(struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	const struct segment *segment = bpf_map_lookup_elem(&geneve_segment, &ifindex);

	return segment ? encap(skb, segment, ifindex == segment->port) : TC_ACT_SHOT;
}

/* tc egress of a port: what the kernel asks the neighbour of age.h for. */
SEC("tc")
int geneve_age(struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	struct segment *segment;

	if (skb->protocol != bpf_htons(ETH_P_ARP) || !is_age_request(skb))
		return TC_ACT_UNSPEC;
	segment = bpf_map_lookup_elem(&geneve_segment, &ifindex);
	if (segment)
		age(segment);
	return TC_ACT_SHOT;
}

/* tc ingress of an external interface: received frames get their metadata back. */
SEC("tc")
int geneve_metadata(struct __sk_buff *skb)
{
	__u32 ifindex = skb->ifindex;
	const struct segment *segment = bpf_map_lookup_elem(&geneve_segment, &ifindex);
	struct metadata metadata;
	enum external external = external_take(skb, &metadata);

	if (external == EXTERNAL_NONE)
		return TC_ACT_UNSPEC;
	if (segment && external == EXTERNAL_GIVEN && !external_write(skb, segment, &metadata))
		return TC_ACT_UNSPEC;
	count(segment ? stats_of(segment) : NULL, COUNTER_rx_refused);
	return TC_ACT_SHOT;
}

/* Nowhere: the command runs it to find out whether the kernel looks into a table by its number. */
SEC("tc")
int geneve_table(struct __sk_buff *skb)
{
	const struct segment segment = { .table = ~0U, .port = 1 };
	const struct address nobody = {};
	struct bpf_fib_lookup fib;

	return route_ask(skb, &segment, &nobody, &nobody, 0, &fib) != -EINVAL;
}

char _license[] SEC("license") = "GPL";
