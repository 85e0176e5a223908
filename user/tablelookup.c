// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Trying a helper's flag: one that the kernel does not know fails for each packet. */
#include <bpf/bpf.h>

#include "feature.h"
#include "instance.h"
#include "tablelookup.h"

bool table_lookup_works(void)
{
	unsigned char frame[64] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame));
	struct instance instance;
	bool works;
	int fd;

	if (feature_disabled("tunnelfib"))
		return false;
	instance_init(&instance);
	fd = instance_program(&instance, PROGRAM_TABLE);
	works = fd >= 0 && !bpf_prog_test_run_opts(fd, &opts) && opts.retval;
	instance_close(&instance);
	return works;
}
