// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What hardware does for tunnels.  FreeBSD has a capability for the checksums
 * and one for segmentation, set on the physical interface; the kernel's
 * features that come nearest are listed here.
 */
#include <errno.h>
#include <stddef.h>

#include "error.h"
#include "nic.h"
#include "offload.h"

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

__u8 nic_get(const struct session *session, unsigned int ifindex)
{
	const struct link *link = links_find(&session->links, ifindex);
	__u8 active = 0;

	if (link && offload_active(link->name, csum_features[1]))
		active |= HARDWARE_CSUM;
	if (link && offload_active(link->name, tso_features[0]))
		active |= HARDWARE_TSO;
	return active;
}

int nic_set(const struct session *session, unsigned int ifindex, const struct request *request)
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
	return err;
}

int nic_apply(const struct session *session, const struct request *request)
{
	const struct link *link = links_find_name(&session->links, request->name);

	if (request->destroy)
		return refuse(EINVAL, request->name,
			      "not an interface of geneve-bpf (see \"geneve-bpf list\")");
	return nic_set(session, link ? link->ifindex : 0, request);
}
