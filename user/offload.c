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
	{ "tx-udp-segmentation", true }, /* see is_datagrams() in bpf/decap_tc.h */
	{ "tx-checksum-sctp", false },
	{ "tx-checksum-ip-generic", false },
	{ "tx-tcp-segmentation", false },
	{ "tx-tcp-ecn-segmentation", false },
	{ "tx-tcp-mangleid-segmentation", false },
	{ "tx-tcp6-segmentation", false },
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

/* The names of one of the driver's sets (ETH_SS_*); NULL if it has none. */
static struct ethtool_gstrings *names_of(const char *name, __u32 set)
{
	struct {
		struct ethtool_sset_info info;
		__u32 count;
	} sets = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << set } };
	struct ethtool_gstrings *names;

	if (ethtool(name, &sets) || !sets.info.sset_mask)
		return NULL;
	names = calloc(1, sizeof(*names) + (size_t)sets.count * ETH_GSTRING_LEN);
	if (!names)
		return NULL;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = set;
	names->len = sets.count;
	if (ethtool(name, names)) {
		free(names);
		return NULL;
	}
	return names;
}

static bool get(const char *name, __u32 command)
{
	struct ethtool_value value = { .cmd = command };

	return !ethtool(name, &value) && value.data;
}

static int set(const char *name, __u32 command, bool on)
{
	struct ethtool_value value = { .cmd = command, .data = on };

	return ethtool(name, &value);
}

bool offload_gro(const char *name)
{
	return get(name, ETHTOOL_GGRO);
}

int offload_set_gro(const char *name, bool on)
{
	return set(name, ETHTOOL_SGRO, on);
}

bool offload_tso(const char *name)
{
	return get(name, ETHTOOL_GTSO);
}

int offload_set_tso(const char *name, bool on)
{
	return set(name, ETHTOOL_STSO, on);
}

int offload_statistics(const char *name, bool (*wanted)(const char *), __u64 *sum)
{
	struct ethtool_gstrings *names = names_of(name, ETH_SS_STATS);
	struct ethtool_stats *stats = NULL;
	int err = names ? 0 : -EOPNOTSUPP;

	*sum = 0;
	if (!err)
		stats = calloc(1, sizeof(*stats) + names->len * sizeof(stats->data[0]));
	if (!err && !stats)
		err = -ENOMEM;
	if (!err) {
		stats->cmd = ETHTOOL_GSTATS;
		stats->n_stats = names->len;
		err = ethtool(name, stats);
	}
	for (__u32 i = 0; !err && i < names->len; i++)
		if (wanted((const char *)names->data + (size_t)i * ETH_GSTRING_LEN))
			*sum += stats->data[i];
	free(stats);
	free(names);
	return err;
}

/* Features to be set, by the names of @names. */
struct wishes {
	struct ethtool_gstrings *names;
	struct ethtool_sfeatures *set;
};

static void wishes_free(struct wishes *wishes)
{
	free(wishes->set);
	free(wishes->names);
}

static int wishes_open(struct wishes *wishes, const char *name)
{
	__u32 blocks;

	wishes->set = NULL;
	wishes->names = names_of(name, ETH_SS_FEATURES);
	if (!wishes->names)
		return -EOPNOTSUPP;
	blocks = (wishes->names->len + 31) / 32;
	wishes->set = calloc(1, sizeof(*wishes->set) + blocks * sizeof(wishes->set->features[0]));
	if (!wishes->set) {
		wishes_free(wishes);
		return -ENOMEM;
	}
	wishes->set->cmd = ETHTOOL_SFEATURES;
	wishes->set->size = blocks;
	return 0;
}

static const char *feature_name(const struct wishes *wishes, __u32 bit)
{
	return (const char *)wishes->names->data + (size_t)bit * ETH_GSTRING_LEN;
}

static void wish(struct wishes *wishes, const char *feature, bool on)
{
	for (__u32 bit = 0; bit < wishes->names->len; bit++) {
		struct ethtool_set_features_block *block = &wishes->set->features[bit / 32];

		if (strcmp(feature_name(wishes, bit), feature))
			continue;
		block->valid |= 1U << bit % 32;
		if (on)
			block->requested |= 1U << bit % 32;
	}
}

int offload_set(const char *name, bool outer_csum)
{
	struct wishes wishes;
	int err = wishes_open(&wishes, name);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		wish(&wishes, off[i].name, !off[i].always && !outer_csum);
	err = ethtool(name, wishes.set);
	wishes_free(&wishes);
	return err < 0 ? err : 0;
}

/* The device's features as they are, by the names of @wishes; NULL if it does not say. */
static struct ethtool_gfeatures *features_now(const struct wishes *wishes, const char *name)
{
	struct ethtool_gfeatures *now;
	__u32 blocks = wishes->set->size;

	now = calloc(1, sizeof(*now) + blocks * sizeof(now->features[0]));
	if (!now)
		return NULL;
	now->cmd = ETHTOOL_GFEATURES;
	now->size = blocks;
	if (ethtool(name, now)) {
		free(now);
		return NULL;
	}
	return now;
}

/* How many of the wishes came true. */
static int count_true(const struct wishes *wishes, const char *name)
{
	struct ethtool_gfeatures *now = features_now(wishes, name);
	int count = 0;

	for (__u32 i = 0; now && i < wishes->set->size; i++) {
		const struct ethtool_set_features_block *block = &wishes->set->features[i];
		__u32 differs = now->features[i].active ^ block->requested;

		count += __builtin_popcount(block->valid & ~differs);
	}
	free(now);
	return count;
}

int offload_switch(const char *name, const char *const *features, bool on)
{
	struct wishes wishes;
	int err = wishes_open(&wishes, name);

	if (err)
		return err;
	for (size_t i = 0; features[i]; i++)
		wish(&wishes, features[i], on);
	err = ethtool(name, wishes.set);
	if (err >= 0) {
		err = count_true(&wishes, name);
		err = err > 0 ? 0 : err ?: -EOPNOTSUPP;
	}
	wishes_free(&wishes);
	return err;
}

static __u32 bit_of(const struct wishes *wishes, const char *const *features, __u32 bit)
{
	for (size_t i = 0; features[i]; i++)
		if (!strcmp(feature_name(wishes, bit), features[i]))
			return 1U << i;
	return 0;
}

void offload_get(const char *name, const char *const *features, __u32 *active, __u32 *possible)
{
	struct ethtool_gfeatures *now;
	struct wishes wishes;

	*active = *possible = 0;
	if (wishes_open(&wishes, name))
		return;
	now = features_now(&wishes, name);
	for (__u32 bit = 0; now && bit < wishes.names->len; bit++) {
		const struct ethtool_get_features_block *block = &now->features[bit / 32];
		__u32 mine = bit_of(&wishes, features, bit);

		if (block->active & 1U << bit % 32)
			*active |= mine;
		if ((block->active | block->available) & 1U << bit % 32)
			*possible |= mine;
	}
	free(now);
	wishes_free(&wishes);
}
