// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet with a new inner source address, again and again, to a program that
 * strips it, by a tail call.  What there is from the call to the next run is
 * counted as the program's time.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>

#include "bench_frames.h"

#define PREEMPTED 50000 /* ns: so long, it was something else that ran */

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} program SEC(".maps");

struct frame frame;
__u32 number; /* of the next address */
__u64 start, spent, runs;

static __always_inline void account(void)
{
	__u64 ns = bpf_ktime_get_ns() - start;

	if (!start || ns > PREEMPTED)
		return;
	spent += ns;
	runs++;
}

/* The packet as it was, with the next address; 0 or -1. */
static __always_inline int restore(struct __sk_buff *skb)
{
	struct frame *out;

	int room = sizeof(frame) - skb->len;

	if (room && bpf_skb_adjust_room(skb, room, BPF_ADJ_ROOM_MAC, BPF_F_ADJ_ROOM_FIXED_GSO))
		return -1;
	if (bpf_skb_pull_data(skb, sizeof(frame)))
		return -1;
	out = (void *)(long)skb->data;
	if ((void *)(out + 1) > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(out, &frame, sizeof(*out));
	bench_mac(out->inside.frame.eth.h_source, number++);
	return 0;
}

SEC("tc")
int bench_learn(struct __sk_buff *skb)
{
	account();
	if (restore(skb))
		return TC_ACT_SHOT;
	start = bpf_ktime_get_ns();
	bpf_tail_call(skb, &program, 0);
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
