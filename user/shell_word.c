// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Words as a shell reads them, by the rules of POSIX.1-2017, XCU 2.2 (Quoting) and 2.3. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "shell_word.h"

int shell_error(const struct shell_text *text, const char *format, ...)
{
	char where[PATH_MAX + 128], what[256];
	va_list args;

	snprintf(where, sizeof(where), "%s:%u%s%s", text->file, text->line,
		 text->within ? ": " : "", text->within ?: "");
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return refuse(EUSAGE, where, "%s", what);
}

static int not_taken(const struct shell_text *text, char c)
{
	return shell_error(text,
			   "\"%c\" is not taken (\"\\%c\" is the character); "
			   "rc.conf is not run by a shell",
			   c, c);
}

static int not_closed(struct shell_text *text, unsigned int opened, char quote)
{
	text->line = opened;
	return shell_error(text, "the quote %c is not closed", quote);
}

static char next(struct shell_text *text)
{
	char c = *text->at;

	text->at += c != '\0';
	text->line += c == '\n';
	return c;
}

static int take_single_quoted(struct shell_text *text, char **out)
{
	unsigned int opened = text->line;
	char c;

	while ((c = next(text)) != '\'') {
		if (!c)
			return not_closed(text, opened, '\'');
		*(*out)++ = c;
	}
	return 0;
}

static int take_double_quoted(struct shell_text *text, char **out)
{
	unsigned int opened = text->line;
	char c;

	while ((c = next(text)) != '"') {
		if (!c)
			return not_closed(text, opened, '"');
		if (c == '$' || c == '`')
			return not_taken(text, c);
		/* Before any other character the backslash is one itself. */
		if (c == '\\' && *text->at && strchr("$`\"\\\n", *text->at)) {
			c = next(text);
			if (c == '\n')
				continue;
		}
		*(*out)++ = c;
	}
	return 0;
}

static int take_escaped(struct shell_text *text, char **out)
{
	char c = next(text);

	if (!c)
		return shell_error(text, "nothing follows the backslash");
	if (c != '\n')
		*(*out)++ = c;
	return 0;
}

int shell_word(struct shell_text *text, char **word, char *end)
{
	char *out = text->at;
	int err = 0;

	*word = out;
	while (!err) {
		char c = next(text);

		/* Inside a value the semicolon cannot part assignments. */
		if (!c || strchr(text->within ? " \t\n" : " \t\n;", c)) {
			*out = '\0';
			*end = c;
			return 0;
		}
		if (c == '\'')
			err = take_single_quoted(text, &out);
		else if (c == '"')
			err = take_double_quoted(text, &out);
		else if (c == '\\')
			err = take_escaped(text, &out);
		else if (strchr("$`&|<>()~;", c))
			err = not_taken(text, c);
		else
			*out++ = c;
	}
	return err;
}

int shell_skip(struct shell_text *text)
{
	for (;;) {
		char c = *text->at;

		if (c == '#' && text->within)
			return not_taken(text, c); /* would hide the rest of the value */
		if (c == '#')
			text->at += strcspn(text->at, "\n");
		else if (c == '\\' && text->at[1] == '\n')
			next(text);
		else if (!c || !strchr(" \t\n", c))
			return 0;
		next(text);
	}
}
