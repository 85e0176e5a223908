/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ERROR_H
#define ERROR_H

/* Instead of an errno: the command line makes no sense; exit status 1. */
#define EUSAGE 256

/*
 * Prints the one line "geneve-bpf: WHO: WHAT: WHY" on stderr; the format gives
 * what follows WHO, WHY is the text of @err (none for EUSAGE).  Returns -@err.
 */
int fail(int err, const char *who, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with no WHY: the format says it all. */
int refuse(int err, const char *who, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* From now on ends each message with "[@text]", what led to it; NULL: no more. */
void error_context(const char *text);

/* Sets how much of libbpf's own log appears: none, or all of it (-v -v). */
void error_init(int verbose);

#endif
