// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Trying what the kernel can do, instead of asking for its version. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "facts.h"
#include "feature.h"
#include "instance.h"
#include "probe.h"

static int probe_btf(void)
{
	return feature_btf() ? 0 : -EOPNOTSUPP;
}

static int probe_tc(void)
{
	struct instance instance;
	int err = instance_create(&instance) ?: instance_load(&instance);

	instance_close(&instance);
	return err;
}

static int probe_xdp(void)
{
	struct instance instance;
	int fd, err = instance_create(&instance) ?: instance_load(&instance);

	if (!err) {
		fd = instance_program(&instance, PROGRAM_XDP);
		err = fd < 0 ? fd : 0;
	}
	instance_close(&instance);
	return err;
}

static int probe_tcx(void)
{
	return hook_has_tcx() ? 0 : -EOPNOTSUPP;
}

static const struct {
	const char *name;
	int (*probe)(void);
	bool needed;
	const char *yes, *no;
} probes[] = {
	{ "btf", probe_btf, true, "the kernel describes its own types",
	  "no program loads on this kernel (CONFIG_DEBUG_INFO_BTF)" },
	{ "tc", probe_tc, true, "encapsulation and decapsulation load",
	  "no tunnel can work on this kernel" },
	{ "xdp", probe_xdp, false, "receive at the driver's hook, with frames over several buffers",
	  "receive by tc only" },
	{ "tcx", probe_tcx, false, "underlay devices get our program in tcx",
	  "underlay devices get our program in a clsact qdisc" },
};

int probe_run(const struct settings *settings, int argc, char **argv)
{
	struct json_object *all;
	int err = 0;

	if (argc)
		return refuse(EUSAGE, "probe", "unexpected \"%s\"", argv[0]);
	all = json_object_new_object();
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		int missing = probes[i].probe();

		if (missing && probes[i].needed && !err)
			err = missing;
		if (settings->json)
			json_object_object_add(all, probes[i].name,
					       json_object_new_boolean(!missing));
		else
			printf("%-5s %-4s %s\n", probes[i].name, missing ? "no" : "yes",
			       missing ? probes[i].no : probes[i].yes);
	}
	if (settings->json)
		json_print(all);
	else
		json_object_put(all);
	return err;
}
