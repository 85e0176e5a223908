/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SHELL_WORD_H
#define SHELL_WORD_H

/*
 * The words of sh(1), with nothing expanded and nothing run: quotes, backslash
 * and continued lines mean what they do there; whatever a shell would act upon
 * is reported as an error.  Functions return 0 or -EUSAGE.
 */
struct shell_text {
	char *at;          /* what comes next; ends with a NUL */
	unsigned int line; /* where that is */
	const char *file;
	const char *within; /* the variable whose value it is; NULL: the file itself */
};

/* Prints "FILE:LINE: WITHIN: " and the message.  Returns -EUSAGE. */
int shell_error(const struct shell_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Goes to the next word, over white space, comments and continued lines. */
int shell_skip(struct shell_text *text);

/*
 * Takes one word and the character behind it, *@end (NUL: none).  The word is
 * unquoted in place: neither quotes nor what is joined makes it longer.
 */
int shell_word(struct shell_text *text, char **word, char *end);

#endif
