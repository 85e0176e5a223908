// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The programs on an underlay device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "offload.h"
#include "stats.h"
#include "tables.h"
#include "underlay.h"
#include "xdp_features.h"

bool underlay_get(const struct session *session, unsigned int ifindex, struct underlay *underlay)
{
	return session->exists &&
	       !bpf_map_lookup_elem(session->instance.map[MAP_UNDERLAY], &ifindex, underlay);
}

bool underlay_is_here(const struct session *session, unsigned int ifindex)
{
	struct session *memo = (struct session *)session;
	__u32 value;

	if (memo->here != ifindex &&
	    !bpf_map_lookup_elem(session->instance.map[MAP_HERE], &ifindex, &value))
		memo->here = ifindex;
	return ifindex && memo->here == ifindex;
}

bool underlay_wants_xdp(const char *driver)
{
	/*
	 * On veth a program takes TSO from the peer (veth_fix_features), on virtio
	 * and tun it switches the guest offloads off: tc gains more there.  What is
	 * no hardware has no driver name or no native XDP; attaching tells.
	 */
	static const char *const not [] = { "", "veth", "virtio_net", "tun" };

	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		if (!strcmp(driver, not [i]))
			return false;
	return true;
}

/*
 * Whether its driver gives frames away.  Before Linux 6.3 the kernel does not tell;
 * these take the verdict for an error, and drop.
 */
static bool can_redirect(unsigned int ifindex, const char *driver)
{
	__u64 features;

	if (!xdp_features(ifindex, &features))
		return features & XDP_FEATURE_REDIRECT;
	return strcmp(driver, "nfp") && strcmp(driver, "ixgbevf");
}

static void program_of_other(__u32 id, char *name)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	strcpy(name, "?");
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		strcpy(name, info.name);
	close(fd);
}

static int acquire_xdp(struct session *session, const struct link *link, enum underlay_mode mode)
{
	char name[BPF_OBJ_NAME_LEN];
	bool unused;
	__u32 holder;
	int fd, err;

	if (!strcmp(link->kind, "bond")) /* bond_xdp_set() has the members run it, as theirs */
		return mode == MODE_AUTO ? -EOPNOTSUPP
					 : refuse(EOPNOTSUPP, link->name,
						  "cannot attach XDP to a bond (use --mode tc)");
	if (instance_attached(&session->instance, HOOK_XDP, link->ifindex))
		return 0;
	holder = hook_xdp_holder(link->ifindex);
	if (holder) {
		if (mode == MODE_AUTO)
			return -EBUSY;
		program_of_other(holder, name);
		return refuse(EBUSY, link->name,
			      "cannot attach XDP: program %u \"%s\" is there (use --mode tc)",
			      holder, name);
	}
	fd = instance_program(&session->instance, PROGRAM_XDP);
	if (fd < 0)
		return fd;
	err = hook_attach(HOOK_XDP, link->ifindex, fd, &unused);
	if (err && mode == MODE_XDP)
		return fail(-err, link->name, "cannot attach native XDP (use --mode tc)");
	return err;
}

static void release_xdp(struct session *session, unsigned int ifindex)
{
	__u32 id = instance_attached(&session->instance, HOOK_XDP, ifindex);

	if (!id)
		return;
	hook_detach(HOOK_XDP, ifindex, id, false);
	tables_synchronize(&session->instance); /* stripped frames are on their way to tc */
}

static enum hook receive_hook(const struct link *link)
{
	return link_is_ethernet(link) ? HOOK_INGRESS : HOOK_BARE;
}

static int acquire_tc(struct session *session, const struct link *link, struct underlay *underlay)
{
	enum hook hook = receive_hook(link);
	bool ours = false;
	int fd, err;

	if (instance_attached(&session->instance, hook, link->ifindex))
		return 0;
	fd = instance_program(&session->instance, instance_program_at(hook));
	if (fd < 0)
		return fd;
	err = hook_attach(hook, link->ifindex, fd, &ours);
	if (err)
		return fail(-err, link->name, "cannot attach the tc program");
	if (ours)
		underlay->flags |= UNDERLAY_CLSACT_OURS;
	return 0;
}

static void release_tc(struct session *session, unsigned int ifindex, bool clsact_ours)
{
	static const enum hook hooks[] = { HOOK_INGRESS, HOOK_BARE };

	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		__u32 id = instance_attached(&session->instance, hooks[i], ifindex);

		if (id)
			hook_detach(hooks[i], ifindex, id, clsact_ours);
	}
}

static int write_underlay(const struct session *session, __u32 ifindex,
			  const struct underlay *underlay)
{
	if (bpf_map_update_elem(session->instance.map[MAP_UNDERLAY], &ifindex, underlay, BPF_ANY) ||
	    bpf_map_update_elem(session->instance.map[MAP_HERE], &ifindex, &ifindex, BPF_ANY))
		return -errno;
	return stats_create_stray(session, ifindex);
}

int underlay_acquire(struct session *session, unsigned int ifindex, enum underlay_mode mode)
{
	const struct link *link = links_find(&session->links, ifindex);
	struct underlay underlay = {};
	char driver[32];
	int err;

	if (!link)
		return refuse(ENODEV, NULL, "underlay device %u is gone", ifindex);
	if (underlay_get(session, ifindex, &underlay) && mode == MODE_AUTO)
		mode = underlay.flags & UNDERLAY_XDP ? MODE_XDP : MODE_TC;
	err = acquire_tc(session, link, &underlay) ?: write_underlay(session, ifindex, &underlay);
	if (err)
		return err;
	offload_driver(link->name, driver);
	underlay.flags &= ~(UNDERLAY_WIRE | UNDERLAY_REDIRECT);
	if (underlay_wants_xdp(driver))
		underlay.flags |= UNDERLAY_WIRE;
	if (can_redirect(ifindex, driver))
		underlay.flags |= UNDERLAY_REDIRECT;
	if (mode == MODE_XDP || (mode == MODE_AUTO && underlay.flags & UNDERLAY_WIRE)) {
		err = acquire_xdp(session, link, mode);
		if (err && mode == MODE_XDP) {
			underlay_release(session, ifindex);
			return err;
		}
	}
	if (mode == MODE_TC)
		release_xdp(session, ifindex);
	underlay.flags &= ~UNDERLAY_XDP;
	if (instance_attached(&session->instance, HOOK_XDP, ifindex))
		underlay.flags |= UNDERLAY_XDP;
	return write_underlay(session, ifindex, &underlay);
}

static bool in_use(const struct session *session, unsigned int ifindex)
{
	struct segment *segments;
	int count = session_segments(session, &segments);
	bool used = false;

	for (int i = 0; i < count; i++)
		used |= (segments[i].underlay == ifindex || segments[i].group_dev == ifindex) &&
			segments[i].flags & SEGMENT_RUNNING;
	free(segments);
	return used;
}

void underlay_release(struct session *session, unsigned int ifindex)
{
	struct underlay underlay = {};

	if (!ifindex || in_use(session, ifindex))
		return;
	underlay_get(session, ifindex, &underlay);
	release_xdp(session, ifindex);
	release_tc(session, ifindex, underlay.flags & UNDERLAY_CLSACT_OURS);
	bpf_map_delete_elem(session->instance.map[MAP_UNDERLAY], &ifindex);
	bpf_map_delete_elem(session->instance.map[MAP_HERE], &ifindex);
	session->here = 0;
	bpf_map_delete_elem(session->instance.map[MAP_STRAYS], &ifindex);
}
