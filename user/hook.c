// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Attaching, detaching and finding programs: tcx, clsact and XDP, on libbpf. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "feature.h"
#include "hook.h"
#include "link.h"

#define TCX_INGRESS 46  /* BPF_TCX_INGRESS, newer than Debian 12's headers */
#define PROGRAMS_MAX 64 /* as many as one tcx hook holds (BPF_MPROG_MAX) */

/* Our filter in a clsact qdisc; the place makes it findable and replaceable. */
#define FILTER_HANDLE 1
#define FILTER_PRIORITY 6081
#define FILTER_PRIORITY_FIRST 1

#define MPROG_BEFORE (1U << 3) /* BPF_F_BEFORE, alone: before all others */

bool hook_has_tcx(void)
{
	__u32 count = 0;

	if (feature_disabled("tcx"))
		return false;
	/*
	 * The loopback device is in each namespace, and a query changes nothing.
	 * EINVAL: the kernel does not know the hook; EPERM: it does not say.
	 */
	return !bpf_prog_query(1, TCX_INGRESS, 0, NULL, NULL, &count) || errno == EPERM;
}

static bool uses_tcx(enum hook hook)
{
	return (hook == HOOK_INGRESS || hook == HOOK_BARE || hook == HOOK_METADATA) &&
	       hook_has_tcx();
}

static __u32 priority(enum hook hook)
{
	return hook == HOOK_METADATA ? FILTER_PRIORITY_FIRST : FILTER_PRIORITY;
}

static enum bpf_tc_attach_point attach_point(enum hook hook)
{
	return hook == HOOK_EGRESS || hook == HOOK_AGE ? BPF_TC_EGRESS : BPF_TC_INGRESS;
}

/* 1 if program @id is called @name, 0 if not or if it is gone, else -errno. */
static int has_name(__u32 id, const char *name)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id), same;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	same = bpf_obj_get_info_by_fd(fd, &info, &len) ? -errno : !strcmp(info.name, name);
	close(fd);
	return same;
}

static int tcx_query(unsigned int ifindex, const char *name, __u32 *id)
{
	__u32 ids[PROGRAMS_MAX], count = PROGRAMS_MAX;
	int same = 0;

	if (bpf_prog_query(ifindex, TCX_INGRESS, 0, NULL, ids, &count))
		return errno == ENOENT ? 0 : -errno;
	for (__u32 i = 0; i < count && same >= 0; i++) {
		same = has_name(ids[i], name);
		if (same > 0)
			*id = ids[i];
	}
	return same < 0 ? same : 0;
}

static int clsact_query(enum hook hook, unsigned int ifindex, const char *name, __u32 *id)
{
	LIBBPF_OPTS(bpf_tc_hook, place, .ifindex = ifindex, .attach_point = attach_point(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = FILTER_HANDLE, .priority = priority(hook));
	int same, err = bpf_tc_query(&place, &filter);

	if (err)
		return err == -ENOENT || err == -EINVAL ? 0 : err; /* no filter, no qdisc */
	same = has_name(filter.prog_id, name);
	if (same > 0)
		*id = filter.prog_id;
	return same < 0 ? same : 0;
}

__u32 hook_xdp_holder(unsigned int ifindex)
{
	return link_xdp_program(ifindex);
}

int hook_query(enum hook hook, unsigned int ifindex, const char *name, __u32 *id)
{
	int err;

	*id = 0;
	if (hook == HOOK_XDP) {
		__u32 holder = hook_xdp_holder(ifindex);
		int same = holder ? has_name(holder, name) : 0;

		*id = same > 0 ? holder : 0;
		return same < 0 ? same : 0;
	}
	if (uses_tcx(hook)) {
		err = tcx_query(ifindex, name, id);
		if (err || *id)
			return err;
	}
	return clsact_query(hook, ifindex, name, id);
}

static int clsact_attach(enum hook hook, unsigned int ifindex, int fd, bool *ours)
{
	LIBBPF_OPTS(bpf_tc_hook, place, .ifindex = ifindex, .attach_point = attach_point(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = FILTER_HANDLE, .priority = priority(hook),
		    .prog_fd = fd, .flags = BPF_TC_F_REPLACE);
	int err = bpf_tc_hook_create(&place);

	*ours = !err;
	if (err && err != -EEXIST)
		return err;
	err = bpf_tc_attach(&place, &filter);
	if (err && *ours) {
		place.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
		bpf_tc_hook_destroy(&place);
	}
	return err;
}

int hook_attach(enum hook hook, unsigned int ifindex, int fd, bool *clsact_ours)
{
	*clsact_ours = false;
	if (hook == HOOK_XDP)
		return bpf_xdp_attach(ifindex, fd, XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST,
				      NULL);
	if (uses_tcx(hook))
		return bpf_prog_attach(fd, ifindex, TCX_INGRESS,
				       hook == HOOK_METADATA ? MPROG_BEFORE : 0)
			       ? -errno
			       : 0;
	return clsact_attach(hook, ifindex, fd, clsact_ours);
}

static int xdp_detach(unsigned int ifindex, int fd)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, old, .old_prog_fd = fd);

	return bpf_xdp_detach(ifindex, XDP_FLAGS_DRV_MODE, &old);
}

static int tc_detach(enum hook hook, unsigned int ifindex, int fd, bool clsact_ours)
{
	LIBBPF_OPTS(bpf_tc_hook, place, .ifindex = ifindex, .attach_point = attach_point(hook));
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = FILTER_HANDLE, .priority = priority(hook));
	int err;

	if (uses_tcx(hook) && !bpf_prog_detach2(fd, ifindex, TCX_INGRESS))
		return 0;
	err = bpf_tc_detach(&place, &filter);
	if (err || !clsact_ours)
		return err;
	place.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	return bpf_tc_hook_destroy(&place);
}

int hook_detach(enum hook hook, unsigned int ifindex, __u32 id, bool clsact_ours)
{
	int err, fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return -errno;
	err = hook == HOOK_XDP ? xdp_detach(ifindex, fd)
			       : tc_detach(hook, ifindex, fd, clsact_ours);
	close(fd);
	return err;
}
