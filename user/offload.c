// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Device features, through the ethtool ioctl. */
#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "offload.h"

/* Names of the kernel's features (net/ethtool/common.c), and when they are to be off. */
static const struct {
	const char *name;
	bool always; /* else only where the outer checksum is computed */
} off[] = {
	{ "tx-gre-segmentation", true },
	{ "tx-gre-csum-segmentation", true },
	{ "tx-ipxip4-segmentation", true },
	{ "tx-ipxip6-segmentation", true },
	{ "tx-udp_tnl-segmentation", true },
	{ "tx-udp_tnl-csum-segmentation", true },
	{ "tx-sctp-segmentation", true },
	{ "tx-gso-list", true },
	{ "tx-checksum-sctp", false },
	{ "tx-checksum-ip-generic", false },
	{ "tx-tcp-segmentation", false },
	{ "tx-tcp-ecn-segmentation", false },
	{ "tx-tcp-mangleid-segmentation", false },
	{ "tx-tcp6-segmentation", false },
	{ "tx-udp-segmentation", false },
};

static int ethtool(const char *name, void *command)
{
	struct ifreq request = { .ifr_data = command };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		err = -errno;
	close(fd);
	return err;
}

void offload_driver(const char *name, char *driver)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	driver[0] = '\0';
	if (!ethtool(name, &info))
		memcpy(driver, info.driver, sizeof(info.driver));
}

static struct ethtool_gstrings *feature_names(const char *name)
{
	struct {
		struct ethtool_sset_info info;
		__u32 count;
	} sets = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES } };
	struct ethtool_gstrings *names;

	if (ethtool(name, &sets) || !sets.info.sset_mask)
		return NULL;
	names = calloc(1, sizeof(*names) + (size_t)sets.count * ETH_GSTRING_LEN);
	if (!names)
		return NULL;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = sets.count;
	if (ethtool(name, names)) {
		free(names);
		return NULL;
	}
	return names;
}

int offload_set(const char *name, bool outer_csum)
{
	struct ethtool_gstrings *names = feature_names(name);
	struct ethtool_sfeatures *set;
	int err;

	if (!names)
		return -EOPNOTSUPP;
	set = calloc(1, sizeof(*set) + (names->len + 31) / 32 * sizeof(set->features[0]));
	if (!set) {
		free(names);
		return -ENOMEM;
	}
	set->cmd = ETHTOOL_SFEATURES;
	set->size = (names->len + 31) / 32;
	for (__u32 bit = 0; bit < names->len; bit++)
		for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
			struct ethtool_set_features_block *block = &set->features[bit / 32];

			if (strcmp((char *)names->data + (size_t)bit * ETH_GSTRING_LEN,
				   off[i].name))
				continue;
			block->valid |= 1U << bit % 32;
			if (!off[i].always && !outer_csum)
				block->requested |= 1U << bit % 32;
		}
	err = ethtool(name, set);
	free(set);
	free(names);
	return err < 0 ? err : 0;
}
