// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Loading the programs. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/random.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "feature.h"
#include "geneve.skel.h"
#include "instance.h"
#include "netns.h"
#include "task.h"

static struct bpf_program *program_of(const struct geneve_bpf *skeleton, int program)
{
	struct bpf_program *const programs[_PROGRAM_MAX] = {
		[PROGRAM_ENCAP] = skeleton->progs.geneve_encap,
		[PROGRAM_DECAP] = skeleton->progs.geneve_decap,
		[PROGRAM_BARE] = skeleton->progs.geneve_bare,
		[PROGRAM_XDP] = skeleton->progs.geneve_xdp,
		[PROGRAM_METADATA] = skeleton->progs.geneve_metadata,
		[PROGRAM_AGE] = skeleton->progs.geneve_age,
		[PROGRAM_TABLE] = skeleton->progs.geneve_table,
	};

	return programs[program];
}

/* Ties all maps to each program, whichever it uses: any one of them then leads to all. */
static int bind_maps(const struct instance *instance, unsigned int wanted)
{
	for (int program = 0; program < _PROGRAM_MAX; program++)
		for (int map = 0; wanted >> program & 1 && map < _MAP_MAX; map++)
			if (bpf_prog_bind_map(instance->program[program], instance->map[map], NULL))
				return -errno;
	return 0;
}

/*
 * Loads the programs of @wanted, a bit set, with the maps that the instance
 * has already.
 */
static int load(struct instance *instance, unsigned int wanted)
{
	struct geneve_bpf *skeleton = geneve_bpf__open();
	int err = skeleton ? 0 : -errno;

	for (int i = 0; !err && i < _PROGRAM_MAX; i++)
		err = bpf_program__set_autoload(program_of(skeleton, i), wanted >> i & 1);
	if (!err)
		err = bpf_map__set_autocreate(skeleton->maps.fdb_template, false)
			      ?: bpf_map__set_autocreate(skeleton->maps.stats_template, false);
	for (int i = 0; !err && i < _MAP_MAX; i++)
		if (instance->map[i] >= 0)
			err = bpf_map__reuse_fd(
				bpf_object__find_map_by_name(skeleton->obj, map_name(i)),
				instance->map[i]);
	if (!err)
		err = geneve_bpf__load(skeleton);
	for (int i = 0; !err && i < _MAP_MAX; i++)
		if (instance->map[i] < 0)
			instance->map[i] = dup(bpf_map__fd(
				bpf_object__find_map_by_name(skeleton->obj, map_name(i))));
	for (int i = 0; !err && i < _PROGRAM_MAX; i++)
		if (wanted >> i & 1)
			instance->program[i] = dup(bpf_program__fd(program_of(skeleton, i)));
	geneve_bpf__destroy(skeleton);
	return err ?: bind_maps(instance, wanted);
}

/*
 * Why programs were not loaded.  Without the kernel's own types the verifier does
 * not know the context among the arguments of a global function
 * (btf_get_prog_ctx_type), so it refuses our first one.
 */
static int report(int err, const char *who)
{
	if (err == -EACCES && feature_missing_capability())
		err = -EPERM; /* the verifier is stricter with others than root */
	if (err == -EACCES && !feature_btf())
		return refuse(EOPNOTSUPP, who,
			      "the kernel lacks BTF (CONFIG_DEBUG_INFO_BTF), "
			      "without which no BPF program here works (take another kernel)");
	if (err == -EACCES)
		return refuse(EACCES, who,
			      "the kernel's verifier refuses the BPF programs "
			      "(give -v -v to see why)");
	return fail(-err, who, "cannot load the BPF programs");
}

int instance_program(struct instance *instance, enum instance_program program)
{
	if (instance->program[program] < 0) {
		int err = load(instance, 1 << program);

		if (err)
			return report(err, program_name(program));
	}
	return instance->program[program];
}

int instance_create(struct instance *instance)
{
	struct tunnel tunnel = { .schema = SCHEMA_VERSION, .netns = netns_cookie() };
	__u32 zero = 0;
	int err;

	instance_init(instance);
	err = load(instance, 0);
	if (err)
		return fail(-err, NULL, "cannot create the BPF maps");
	while (!tunnel.cookie) /* zero is "no mark" */
		if (getrandom(&tunnel.cookie, sizeof(tunnel.cookie), 0) < 0)
			return fail(errno, NULL, "no random number");
	if (bpf_map_update_elem(instance->map[MAP_TUNNEL], &zero, &tunnel, BPF_ANY))
		return fail(errno, NULL, "cannot write map geneve_tunnel");
	return 0;
}

static int load_receive(void *instance)
{
	return load(instance, 1 << PROGRAM_DECAP | 1 << PROGRAM_AGE);
}

/* The verifier takes so long for each direction that they share it out among two CPUs. */
int instance_load(struct instance *instance)
{
	struct task receive;
	int err, other;

	task_start(&receive, load_receive, instance);
	err = load(instance, 1 << PROGRAM_ENCAP);
	other = task_finish(&receive);
	err = err ?: other;
	return err ? report(err, NULL) : 0;
}
