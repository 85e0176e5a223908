// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Messages.  Functions report once, where they know what to say, and return -errno. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <bpf/libbpf.h>

#include "error.h"

static int libbpf_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int libbpf_loud(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return vfprintf(stderr, format, args);
}

void error_init(int verbose)
{
	libbpf_set_print(verbose > 1 ? libbpf_loud : libbpf_quiet);
}

static const char *why(int err)
{
	if (err == EPERM || err == EACCES)
		return "not permitted (root, or CAP_SYS_ADMIN and CAP_NET_ADMIN, is needed)";
	if (err == ENOSYS)
		return "the kernel has no BPF (CONFIG_BPF_SYSCALL is needed)";
	return strerror(err);
}

static const char *context;

void error_context(const char *text)
{
	context = text;
}

static int report(int err, const char *who, const char *format, va_list args, int with_why)
{
	char what[512];

	vsnprintf(what, sizeof(what), format, args);
	fprintf(stderr, "%s: %s%s%s%s%s%s%s%s\n", program_invocation_short_name, who ?: "",
		who ? ": " : "", what, with_why ? ": " : "", with_why ? why(err) : "",
		context ? " [" : "", context ?: "", context ? "]" : "");
	return -err;
}

int fail(int err, const char *who, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err = report(err, who, format, args, err != EUSAGE);
	va_end(args);
	return err;
}

int refuse(int err, const char *who, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err = report(err, who, format, args, 0);
	va_end(args);
	return err;
}
