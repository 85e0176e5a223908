// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The neighbour of a port that the kernel asks for again and again. */
#include <errno.h>
#include <arpa/inet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "ageing.h"
#include "netlink.h"

/*
 * NTF_EXT_MANAGED has the kernel resolve it every interval_probe_time (5 s);
 * as NTF_EXT_LEARNED it does not count towards gc_thresh3, which 4,096 of them
 * would exceed.  The kernel forgets it when the port goes down.
 */
static int add_neighbour(unsigned int port)
{
	struct request_message message;
	struct ndmsg *info;
	int err;

	info = netlink_request(&message, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, sizeof(*info));
	info->ndm_family = AF_INET;
	info->ndm_ifindex = port;
	info->ndm_flags = NTF_EXT_LEARNED;
	mnl_attr_put_u32(message.header, NDA_DST, htonl(AGE_NEIGHBOUR));
	mnl_attr_put_u32(message.header, NDA_FLAGS_EXT, NTF_EXT_MANAGED);
	err = netlink_talk(&message, NULL, NULL);
	return err == -EEXIST ? 0 : err;
}

int ageing_start(struct session *session, const struct segment *segment)
{
	bool unused;
	int fd, err = 0;

	if (segment->layer != LAYER_L2)
		return 0;
	if (!instance_attached(&session->instance, HOOK_AGE, segment->port)) {
		fd = instance_program(&session->instance, PROGRAM_AGE);
		err = fd < 0 ? fd : hook_attach(HOOK_AGE, segment->port, fd, &unused);
	}
	return err ?: add_neighbour(segment->port);
}
