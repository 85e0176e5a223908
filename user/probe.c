// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Trying what the kernel can do, instead of asking for its version. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"
#include "facts.h"
#include "feature.h"
#include "instance.h"
#include "probe.h"
#include "tablelookup.h"

static int probe_btf(struct instance *instance)
{
	(void)instance;
	return feature_btf() ? 0 : -EOPNOTSUPP;
}

static int probe_tc(struct instance *instance)
{
	return instance_create(instance) ?: instance_load(instance);
}

/* What keeps all programs from being loaded is reported once. */
static bool loads(const struct instance *instance)
{
	return instance->program[PROGRAM_ENCAP] >= 0;
}

/* By a program that is loaded only where something needs it, beside those of tc. */
static int probe_program(struct instance *instance, enum instance_program program)
{
	int fd = loads(instance) ? instance_program(instance, program) : -EOPNOTSUPP;

	return fd < 0 ? fd : 0;
}

static int probe_xdp(struct instance *instance)
{
	return probe_program(instance, PROGRAM_XDP);
}

static int probe_tcx(struct instance *instance)
{
	(void)instance;
	return hook_has_tcx() ? 0 : -EOPNOTSUPP;
}

static int probe_tunnelfib(struct instance *instance)
{
	return loads(instance) && table_lookup_works() ? 0 : -EOPNOTSUPP;
}

static int probe_external(struct instance *instance)
{
	return probe_program(instance, PROGRAM_METADATA);
}

static const struct {
	const char *name;
	int (*probe)(struct instance *instance);
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
	{ "external", probe_external, false, "received frames can have tunnel metadata",
	  "\"geneveexternal\" does not work" },
	{ "tunnelfib", probe_tunnelfib, false, "routes are looked up in a table by its number",
	  "\"tunnelfib\" is refused" },
};

#define PROBES (sizeof(probes) / sizeof(probes[0]))

static void show(const struct settings *settings, const bool *found)
{
	struct json_object *all = settings->json ? json_object_new_object() : NULL;

	for (size_t i = 0; i < PROBES; i++)
		if (all)
			json_object_object_add(all, probes[i].name,
					       json_object_new_boolean(found[i]));
		else
			printf("%-9s %-4s %s\n", probes[i].name, found[i] ? "yes" : "no",
			       found[i] ? probes[i].yes : probes[i].no);
	if (all)
		json_print(all);
}

int probe_run(const struct settings *settings, int argc, char **argv)
{
	struct instance instance;
	bool found[PROBES];
	int err = 0;

	if (argc)
		return refuse(EUSAGE, "probe", "unexpected \"%s\"", argv[0]);
	if (feature_missing_capability())
		return refuse(EPERM, "probe", "not permitted: %s is missing (try as root)",
			      feature_missing_capability());
	instance_init(&instance);
	for (size_t i = 0; i < PROBES; i++) {
		int missing = probes[i].probe(&instance);

		found[i] = !missing;
		if (missing && probes[i].needed && !err)
			err = missing;
	}
	instance_close(&instance);
	if (err != -EPERM) /* that says nothing of the kernel */
		show(settings, found);
	return err;
}
