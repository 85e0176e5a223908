/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HOOK_H
#define HOOK_H

#include <stdbool.h>
#include <linux/types.h>

/*
 * Where a program sits.  Nothing is held by a file descriptor or a pin: what
 * is attached stays until it is detached or the device goes.
 */
enum hook {
	HOOK_INGRESS,  /* tc, of an underlay device: tcx where the kernel has it */
	HOOK_BARE,     /* the same, where packets have no Ethernet header */
	HOOK_PORT,     /* tc ingress of a port, in clsact */
	HOOK_EGRESS,   /* tc egress of an interface, in clsact: see bpf/geneve.bpf.c */
	HOOK_AGE,      /* tc egress of a port, in clsact */
	HOOK_METADATA, /* tc ingress of an external interface, before what others have there */
	HOOK_XDP,      /* native XDP */
};

/* The id of our program there, 0 for none; -errno.  @name is the program's. */
int hook_query(enum hook hook, unsigned int ifindex, const char *name, __u32 *id);

/*
 * Attaches program @fd.  *@clsact_ours says on return whether the qdisc had to
 * be made (ingress only).  -EBUSY if another XDP program is there.
 */
int hook_attach(enum hook hook, unsigned int ifindex, int fd, bool *clsact_ours);

/* Detaches program @id; with @clsact_ours the qdisc too. */
int hook_detach(enum hook hook, unsigned int ifindex, __u32 id, bool clsact_ours);

/* The program in the XDP hook, of whoever: 0 if it is free. */
__u32 hook_xdp_holder(unsigned int ifindex);

/* Whether the kernel has tcx (6.6). */
bool hook_has_tcx(void);

#endif
