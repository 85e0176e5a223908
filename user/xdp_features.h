/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef XDP_FEATURES_H
#define XDP_FEATURES_H

#include <linux/types.h>

/* enum netdev_xdp_act of linux/netdev.h, newer than Debian 12's headers. */
#define XDP_FEATURE_REDIRECT (1 << 1) /* its driver knows the verdict XDP_REDIRECT */
#define XDP_FEATURE_NDO_XMIT (1 << 2) /* frames can be redirected to it */

/*
 * What device @ifindex can do in XDP.  0, or -errno: -EOPNOTSUPP where the kernel does
 * not tell (before Linux 6.3).
 */
int xdp_features(unsigned int ifindex, __u64 *features);

#endif
