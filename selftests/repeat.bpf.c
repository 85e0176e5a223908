// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* At tc egress of a device: each frame is sent 20 times, all within one softirq. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#define TIMES 20
#define MARK 0x7e9ea7 /* of those that were here before */

SEC("tc")
int repeat(struct __sk_buff *skb)
{
	if (skb->mark == MARK)
		return TC_ACT_UNSPEC;
	skb->mark = MARK;
	for (int i = 1; i < TIMES; i++)
		bpf_clone_redirect(skb, skb->ifindex, 0);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "GPL";
