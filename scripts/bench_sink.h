/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where frames end: a program at tc ingress of a device, which was not there before, or at XDP. */
#ifndef BENCH_SINK_H
#define BENCH_SINK_H

#include <stdbool.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <net/if.h>

#include "bench_helper.h"

struct sink {
	const char *netns;
	struct bpf_tc_hook hook;
	struct bpf_tc_opts filter;
	bool created; /* the qdisc */
};

static inline void sink_open(struct sink *sink, const char *netns, const char *device, int program)
{
	libbpf_print_fn_t log;
	int err;

	netns_enter(netns);
	*sink = (struct sink) {
		.netns = netns,
		.hook = { .sz = sizeof(sink->hook),
			  .ifindex = if_nametoindex(device),
			  .attach_point = BPF_TC_INGRESS },
		.filter = { .sz = sizeof(sink->filter),
			    .handle = 1,
			    .priority = 1,
			    .prog_fd = program },
	};
	log = libbpf_set_print(NULL); /* it would speak of a qdisc that is there */
	sink->created = !bpf_tc_hook_create(&sink->hook);
	libbpf_set_print(log);
	err = bpf_tc_attach(&sink->hook, &sink->filter);
	if (err) {
		errno = -err;
		die("%s: cannot attach the program", device);
	}
}

static inline void sink_close(struct sink *sink)
{
	netns_enter(sink->netns);
	sink->filter.flags = sink->filter.prog_fd = sink->filter.prog_id = 0;
	bpf_tc_detach(&sink->hook, &sink->filter);
	if (sink->created) {
		sink->hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
		bpf_tc_hook_destroy(&sink->hook);
	}
}

/* At XDP, in the mode of @flags; as long as what is returned is open, if it is no error. */
static inline int consumer_open(const char *netns, const char *device, int program, __u32 flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = flags);

	netns_enter(netns);
	return bpf_link_create(program, if_nametoindex(device), BPF_XDP, &options);
}

#endif
