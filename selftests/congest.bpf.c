// SPDX-License-Identifier: GPL-2.0-only
/* A congested wire, at tc egress: all that can say so leaves with ECN's CE. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int congest(struct __sk_buff *skb)
{
	bpf_skb_ecn_set_ce(skb);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
