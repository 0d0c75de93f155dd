// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/filter_whose.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "flow/whose.h"

/* ---- values ----------------------------------------------------------------- */

int read_text(const struct value_text *t, struct filter_values *values)
{
	union filter_value value = { .text = t->len ? strndup(t->part, t->len) : NULL };
	int err;

	if (!t->len)
		return bad_value(t);
	if (!value.text)
		return fail(-ENOMEM, "out of memory while reading the filter");
	err = add_value(values, &value);
	if (err)
		free(value.text);
	return err;
}

int read_pid(const struct value_text *t, struct filter_values *values)
{
	unsigned long pid = 0;

	for (size_t i = 0; i < t->len; i++) {
		if (t->part[i] < '0' || t->part[i] > '9' || pid > 0xffffffff / 10)
			return bad_value(t);
		pid = pid * 10 + (t->part[i] - '0');
	}
	return pid && pid <= 0x7fffffff ? read_text(t, values) : bad_value(t);
}

int read_cgroup(const struct value_text *t, struct filter_values *values)
{
	return t->len && t->part[0] == '/' ? read_text(t, values) : bad_value(t);
}

/* ---- does it fit -------------------------------------------------------------- */

static const struct whose *owner_of(const struct filter_subject *s, unsigned int end)
{
	return s->owners && !s->owners[end].unknown ? &s->owners[end] : NULL;
}

static bool begins_with(const char *text, const char *beginning)
{
	return text[0] && !strncmp(text, beginning, strlen(beginning));
}

bool process_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	const struct whose *w = owner_of(s, end);

	return w && !fnmatch(v->text, w->comm, 0);
}

bool pid_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	const struct whose *w = owner_of(s, end);

	return w && strtoul(v->text, NULL, 10) == w->pid;
}

bool cgroup_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	const struct whose *w = owner_of(s, end);
	size_t len = strlen(v->text);

	while (len && v->text[len - 1] == '/')
		len--;
	return w && w->path[0] && !strncmp(w->path, v->text, len) && (!w->path[len] || w->path[len] == '/');
}

bool container_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	const struct whose *w = owner_of(s, end);

	return w && begins_with(w->in.container, v->text);
}

bool pod_fits(const union filter_value *v, const struct filter_subject *s, unsigned int end)
{
	const struct whose *w = owner_of(s, end);

	return w && begins_with(w->in.pod, v->text);
}
