// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/whose.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

const char *whose_unknown_text(unsigned int unknown)
{
	static const char *const texts[] = {
		[WHOSE_KNOWN] = "",
#define X(name, text) [WHOSE_NOT_##name] = text,
		WHOSE_UNKNOWNS(X)
#undef X
	};

	return unknown < sizeof(texts) / sizeof(texts[0]) ? texts[unknown] : "?";
}

/* As docker ps and crictl ps print it. */
#define SHORT_ID 12

const char *whose_text(char text[WHOSE_TEXT], const struct whose *w)
{
	const struct cgroup_words *in = &w->in;
	int n;

	if (w->unknown) {
		snprintf(text, WHOSE_TEXT, "-");
		return text;
	}
	n = snprintf(text, WHOSE_TEXT, "%s%s (%u)", w->past ? "was " : w->listens ? "listener " : "", w->comm, w->pid);
	if (in->container[0])
		n += snprintf(text + n, WHOSE_TEXT - n, " in %s%s%.*s", in->runtime ?: "", in->runtime ? " " : "", SHORT_ID,
			      in->container);
	if (in->pod[0])
		n += snprintf(text + n, WHOSE_TEXT - n, " of pod %s", in->pod);
	if (in->unit[0] && !in->container[0])
		snprintf(text + n, WHOSE_TEXT - n, " of %.48s", in->unit);
	return text;
}

static void place_json(struct out *out, const struct whose *w)
{
	const struct cgroup_words *in = &w->in;

	if (w->path[0])
		json_string(out, "cgroup", w->path);
	if (in->unit[0])
		json_string(out, "unit", in->unit);
	if (in->container[0]) {
		json_open_object(out, "container");
		json_string(out, "id", in->container);
		json_word_or_null(out, "runtime", in->runtime);
		json_close(out);
	}
	if (in->pod[0]) {
		json_open_object(out, "pod");
		json_string(out, "uid", in->pod);
		json_close(out);
	}
}

void whose_json(struct out *out, const struct whose *w)
{
	if (w->unknown) {
		json_null(out, "process");
		json_string(out, "process_unknown", whose_unknown_text(w->unknown));
		return;
	}
	json_open_object(out, "process");
	json_number(out, "pid", w->pid);
	json_string(out, "comm", w->comm);
	json_number(out, "others", w->others);
	json_bool(out, "past", w->past);
	json_bool(out, "listener", w->listens);
	json_close(out);
	json_number_or_null(out, "netns", w->netns, w->netns);
	place_json(out, w);
}
