// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* rc.conf(5): reading the file into variables, and a value into words. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "rcconf.h"

#define FILE_MAX (256 * 1024) /* ends a read from a device, too */

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_";

static int read_text(int fd, const char *file, char *text)
{
	size_t size = 0;
	ssize_t got;

	do {
		got = read(fd, text + size, FILE_MAX + 1 - size);
		if (got < 0)
			return fail(errno, file, "cannot read it");
		size += got;
	} while (got && size <= FILE_MAX);
	if (size > FILE_MAX)
		return refuse(EFBIG, file, "larger than %d KiB", FILE_MAX / 1024);
	text[size] = '\0';
	return size;
}

/* Lines may end as on other systems; any other control character is a mistake. */
static int clean_text(const char *file, char *text, size_t size)
{
	struct shell_text place = { .line = 1, .file = file };
	char *out = text;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = text[i];

		if (c == '\r' && text[i + 1] == '\n')
			continue;
		if (iscntrl(c) && c != '\n' && c != '\t')
			return shell_error(&place, "a control character (0x%02x)", c);
		place.line += c == '\n';
		*out++ = c;
	}
	*out = '\0';
	return 0;
}

static int load(const char *file, char *text)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), size;

	if (fd < 0 && errno == ENOENT)
		return refuse(ENOENT, file, "no such file (geneve-bpf rc start FILE)");
	if (fd < 0)
		return fail(errno == EACCES ? EPERM : errno, file, "cannot open it");
	size = read_text(fd, file, text);
	close(fd);
	return size < 0 ? size : clean_text(file, text, size);
}

/* The later of two assignments counts: searched from the end. */
static struct rc_variable *find(const struct rcconf *conf, const char *name)
{
	for (size_t i = conf->count; i--;)
		if (!strcmp(conf->variable[i].name, name))
			return &conf->variable[i];
	return NULL;
}

static int set(struct rcconf *conf, const char *name, const char *word, unsigned int line,
	       bool append)
{
	const struct rc_variable *before = append ? find(conf, name) : NULL;
	struct rc_variable *grown, new = { .name = name, .line = line };

	if (asprintf(&new.value, "%s%s", before ? before->value : "", word) < 0)
		return fail(ENOMEM, conf->file, "cannot read it");
	grown = reallocarray(conf->variable, conf->count + 1, sizeof(new));
	if (!grown) {
		free(new.value);
		return fail(ENOMEM, conf->file, "cannot read it");
	}
	conf->variable = grown;
	grown[conf->count++] = new;
	return 0;
}

static int no_assignment(const struct shell_text *text)
{
	int length = 0;

	while (length < 32 && isgraph((unsigned char)text->at[length]))
		length++;
	return shell_error(text, "\"%.*s\" is no NAME=VALUE; rc.conf is not run by a shell", length,
			   text->at);
}

static int take_assignment(struct rcconf *conf, struct shell_text *text)
{
	unsigned int line = text->line;
	char *name = text->at, *word, end;
	size_t length = strspn(name, name_characters);
	bool append = name[length] == '+';

	if (!length || isdigit(name[0]) || name[length + append] != '=')
		return no_assignment(text);
	name[length] = '\0';
	text->at += length + append + 1;
	if (shell_word(text, &word, &end))
		return -EUSAGE;
	if (end == ' ' || end == '\t') {
		text->at += strspn(text->at, " \t");
		text->at += *text->at == ';';
	}
	return set(conf, name, word, line, append);
}

int rcconf_read(const char *file, struct rcconf *conf)
{
	struct shell_text text = { .line = 1, .file = file };
	int err;

	*conf = (struct rcconf) { .file = file, .text = malloc(FILE_MAX + 1) };
	if (!conf->text)
		return fail(ENOMEM, file, "cannot read it");
	text.at = conf->text;
	err = load(file, conf->text) ?: shell_skip(&text);
	while (!err && *text.at)
		err = take_assignment(conf, &text) ?: shell_skip(&text);
	return err;
}

void rcconf_free(struct rcconf *conf)
{
	for (size_t i = 0; i < conf->count; i++)
		free(conf->variable[i].value);
	free(conf->variable);
	free(conf->text);
}

const struct rc_variable *rcconf_get(const struct rcconf *conf, const char *name)
{
	const struct rc_variable *variable = find(conf, name);

	return variable && variable->value[strspn(variable->value, " \t\n")] ? variable : NULL;
}

char rcconf_character(char c)
{
	return isalnum((unsigned char)c) ? c : '_';
}

const struct rc_variable *rcconf_get_for(const struct rcconf *conf, const char *prefix,
					 const char *interface, const char *suffix)
{
	char name[64]; /* "ifconfig_", 15 characters, "_alias" and a number are the longest */

	snprintf(name, sizeof(name), "%s%s%s", prefix, interface, suffix);
	for (char *c = name; *c; c++)
		*c = rcconf_character(*c);
	return rcconf_get(conf, name);
}

struct shell_text rcconf_place(const struct rcconf *conf, const struct rc_variable *variable)
{
	return (struct shell_text) {
		.line = variable->line,
		.file = conf->file,
		.within = variable->name,
	};
}

int rcconf_split(const struct rcconf *conf, const struct rc_variable *variable, char *copy,
		 char ***argv, int *argc)
{
	struct shell_text text = rcconf_place(conf, variable);
	int err;

	text.at = strcpy(copy, variable->value);
	err = shell_skip(&text);
	while (!err && *text.at) {
		char **grown = reallocarray(*argv, *argc + 1, sizeof(*grown));
		char end;

		if (!grown)
			return fail(ENOMEM, conf->file, "cannot read it");
		*argv = grown;
		err = shell_word(&text, &grown[*argc], &end) ?: shell_skip(&text);
		*argc += 1;
	}
	return err;
}
