// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "options/file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/error.h"
#include "flow/filter.h"
#include "options/parser.h"
#include "flow/track_expression.h"

#define LINE_MAX_BYTES 8192

struct config {
	const char *path;
	struct options *options;
	const struct option_group *const *groups;
};

/* ---- a line -------------------------------------------------------------- */

static char *skip_blanks(char *text)
{
	return text + strspn(text, " \t");
}

static void cut_blanks(char *text)
{
	size_t len = strlen(text);

	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = 0;
}

/* A comment begins with the line, or after a blank: an interface's name may have # inside. */
static void cut_comment(char *text)
{
	for (char *c = text; *c; c++)
		if (*c == '#' && (c == text || isblank((unsigned char)c[-1])))
			*c = 0;
}

/* What is in quotes is taken as it is. 0 or USAGE_ERROR. */
static int unquote(char **value)
{
	char quote = **value, *end;

	if (quote != '"' && quote != '\'') {
		cut_comment(*value);
		cut_blanks(*value);
		return 0;
	}
	end = strchr(++*value, quote);
	if (!end)
		return fail_usage("%c begins a quotation that does not end on this line", quote);
	*end++ = 0;
	cut_comment(end);
	cut_blanks(end);
	return *end ? fail_usage("\"%s\" follows a quotation: what is it?", end) : 0;
}

/* Expressions are read for good only later, but what is wrong with them belongs to this line. */
static int check_expression(const char *name, const char *value)
{
	struct filter *filter;
	struct track *track;
	int err;

	if (!strcmp(name, "filter")) {
		err = filter_parse(value, FILTER_EVENTS, &filter);
		if (!err)
			filter_free(filter);
		return err;
	}
	if (strcmp(name, "track"))
		return 0;
	track = malloc(sizeof(*track));
	err = track ? track_parse(value, track) : fail(-ENOMEM, "out of memory while reading track");
	free(track);
	return err;
}

static int unknown(const struct config *config, const char *name)
{
	const char *word = name + strspn(name, "-");
	const char *near = options_find(config->groups, word, strlen(word)) ? word : options_near(config->groups, word);

	if (near)
		return fail_usage("unknown option %s; did you mean %s?", name, near);
	return fail_usage("unknown option %s; \"xdp-tcpstate run --help\" lists what there is", name);
}

/* Options that are about the command line itself have no place in a file. */
static bool is_out_of_place(const char *name)
{
	return !strcmp(name, "help") || !strcmp(name, "config");
}

/* The value of an option that takes none: 1: yes, 0: no; -1: neither. */
static int yes_or_no(const char *value)
{
	static const char *const yes[] = { "yes", "true", "on", "1", NULL }, *const no[] = { "no", "false", "off", "0", NULL };

	for (int i = 0; yes[i]; i++) {
		if (!strcasecmp(value, yes[i]))
			return 1;
		if (!strcasecmp(value, no[i]))
			return 0;
	}
	return -1;
}

/* An option that takes a word, and was a flag before: yes and no are still understood. */
static bool is_choice_or_flag(const struct option_def *def)
{
	return def->argument[0] == '[' && strchr(def->argument, '|');
}

static int set_flag(const struct config *config, const struct option_def *def, const char *value)
{
	switch (value ? yes_or_no(value) : 1) {
	case 1:
		return def->set(config->options, NULL);
	case 0:
		return 0; /* as if the line were not there */
	default:
		return fail_usage("%s = %s: expected yes or no", def->name, value);
	}
}

static int set(const struct config *config, const char *name, const char *value)
{
	const struct option_def *def = options_find(config->groups, name, strlen(name));
	int err;

	if (!def)
		return unknown(config, name);
	if (is_out_of_place(name))
		return fail_usage("%s belongs on the command line", name);
	if (!def->argument || (is_choice_or_flag(def) && value && yes_or_no(value) >= 0))
		return set_flag(config, def, value);
	if (def->argument && def->argument[0] != '[' && (!value || !*value))
		return fail_usage("%s needs a value: %s = %s", name, name, def->argument);
	if (!value)
		return def->set(config->options, NULL);
	value = options_keep(config->options, value, strlen(value));
	if (!value)
		return fail(-ENOMEM, "out of memory while reading %s", config->path);
	err = def->set(config->options, value);
	return err ?: check_expression(name, value);
}

static int take_line(const struct config *config, char *line)
{
	char *name = skip_blanks(line), *value;
	int err = 0;

	if (!*name || *name == '#')
		return 0;
	value = strchr(name, '=');
	if (value && value > name + strcspn(name, "#"))
		value = NULL; /* that is of a comment */
	if (value) {
		*value++ = 0;
		value = skip_blanks(value);
		err = unquote(&value);
	} else {
		cut_comment(name);
	}
	cut_blanks(name);
	if (err)
		return err;
	if (!*name)
		return fail_usage("\"= %s\": an option's name is missing", value);
	if (strpbrk(name, " \t"))
		return fail_usage("\"%s\": expected \"option = value\", or an option alone", name);
	return set(config, name, value);
}

/* ---- a file -------------------------------------------------------------- */

static int read_lines(const struct config *config, FILE *file)
{
	char *line = malloc(LINE_MAX_BYTES);
	int err = 0;

	if (!line)
		return fail(-ENOMEM, "out of memory while reading %s", config->path);
	for (unsigned int number = 1; err != -ENOMEM; number++) {
		size_t len = 0;
		int c, mistake;

		while ((c = getc(file)) != EOF && c != '\n' && c && len < LINE_MAX_BYTES - 1)
			line[len++] = c;
		line[len] = 0;
		messages_of_file(config->path, number);
		if (c != EOF && c != '\n') {
			/* A file with such a line is no configuration: what follows is not read. */
			err = fail_usage(c ? "this line is longer than %d bytes" : "no text: it has a NUL byte within %d bytes",
					 LINE_MAX_BYTES - 1);
			break;
		}
		if (len && line[len - 1] == '\r')
			line[len - 1] = 0;
		mistake = take_line(config, line);
		err = mistake ?: err;
		if (c == EOF)
			break;
	}
	messages_of_file(NULL, 0);
	free(line);
	return err;
}

int config_read(const char *path, struct options *options, const struct option_group *const *groups)
{
	const struct config config = { path, options, groups };
	FILE *file = fopen(path, "re");
	struct stat st;
	int err;

	if (!file)
		return fail(-errno, "reading the configuration %s: %s", path, strerror(errno));
	if (!fstat(fileno(file), &st) && S_ISDIR(st.st_mode))
		err = fail(-EISDIR, "reading the configuration %s: %s", path, strerror(EISDIR));
	else
		err = read_lines(&config, file);
	if (!err && ferror(file))
		err = fail(-EIO, "reading the configuration %s: %s", path, strerror(EIO));
	fclose(file);
	return err;
}

int config_apply(struct options *fresh, const struct options *given, const struct option_group *const *groups,
		 const char *command)
{
	int err;

	options_init(fresh);
	if (!fresh->words)
		return fail(-ENOMEM, "out of memory while starting");
	err = given->config ? config_read(given->config, fresh, groups) : 0;
	/* A filter's words on the command line would follow the file's. */
	if (given->words[0])
		fresh->words[0] = 0;
	err = err ?: options_parse(fresh, groups, command, given->argc, given->argv);
	if (err)
		options_free(fresh);
	return err;
}
