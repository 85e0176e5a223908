// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the kernel has, and doing without it on request. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
