// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What hardware does for tunnels.  FreeBSD has a capability for the checksums
 * and one for segmentation, set on the physical interface; the kernel's
 * features that come nearest are listed here.
 */
#include <errno.h>
#include <stdlib.h>

#include "capability.h"
#include "error.h"
#include "nic.h"
#include "offload.h"
#include "segment.h"

/* To look into tunnel packets, which inner checksums need, is one feature for receive. */
static const char *const csum_features[] = { "rx-udp_tunnel-port-offload",
					     "tx-udp_tnl-csum-segmentation", NULL };
static const char *const tso_features[] = { "tx-udp_tnl-segmentation", NULL };

static int set(const struct link *link, const char *what, const char *const *features, bool on)
{
	int err = offload_switch(link->name, features, on);

	if (err == -EOPNOTSUPP)
		return refuse(EOPNOTSUPP, link->name,
			      "cannot switch its %s of tunnel packets: the device has none "
			      "(see \"ethtool -k %s\")",
			      what, link->name);
	return err ? fail(-err, link->name, "cannot switch its %s of tunnel packets", what) : 0;
}

static bool active(const struct link *link, const char *feature)
{
	const char *const features[] = { feature, NULL };
	__u32 is, could;

	offload_get(link->name, features, &is, &could);
	return is;
}

__u8 nic_get(const struct session *session, unsigned int ifindex)
{
	const struct link *link = links_find(&session->links, ifindex);
	__u8 does = 0;

	if (link && active(link, csum_features[1]))
		does |= HARDWARE_CSUM;
	if (link && active(link, tso_features[0]))
		does |= HARDWARE_TSO;
	return does;
}

/* The segments on the device learn of it at once. */
static void follow(struct session *session, unsigned int ifindex)
{
	struct segment *segments;
	int count;

	session->hardware.known = false;
	count = session_segments(session, &segments);
	for (int i = 0; i < count; i++)
		if (capability_device(session, &segments[i]) == ifindex &&
		    capability_follow(session, &segments[i]))
			segment_write(session, &segments[i]);
	free(segments);
}

int nic_set(struct session *session, unsigned int ifindex, const struct request *request)
{
	__u8 asked = request->hardware_on | request->hardware_off;
	const struct link *link = links_find(&session->links, ifindex);
	int err = 0;

	if (!asked)
		return 0;
	if (!link)
		return refuse(ENODEV, request->name, "it has no underlay device yet (give \"up\")");
	if (asked & HARDWARE_CSUM)
		err = set(link, "checksums", csum_features, request->hardware_on & HARDWARE_CSUM);
	if (!err && asked & HARDWARE_TSO)
		err = set(link, "segmentation", tso_features, request->hardware_on & HARDWARE_TSO);
	follow(session, ifindex);
	return err;
}

int nic_apply(struct session *session, const struct request *request)
{
	const struct link *link = links_find_name(&session->links, request->name);

	if (request->destroy)
		return refuse(EINVAL, request->name,
			      "not an interface of geneve-bpf (see \"geneve-bpf list\")");
	return nic_set(session, link ? link->ifindex : 0, request);
}
