// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the kernel has, and doing without it on request. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include "feature.h"

bool feature_disabled(const char *name)
{
	const char *list = getenv("GENEVE_BPF_WITHOUT");
	size_t len = strlen(name);

	while (list && *list) {
		size_t word = strcspn(list, ",");

		if (word == len && !strncmp(list, name, len))
			return true;
		list += word + (list[word] == ',');
	}
	return false;
}

bool feature_btf(void)
{
	return !access("/sys/kernel/btf/vmlinux", R_OK);
}

const char *feature_missing_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return NULL; /* what is missing will show */
	if (!(data[0].effective >> CAP_SYS_ADMIN & 1))
		return "CAP_SYS_ADMIN";
	return data[0].effective >> CAP_NET_ADMIN & 1 ? NULL : "CAP_NET_ADMIN";
}
