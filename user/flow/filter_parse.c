// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* From the words of a FILTER to its tree. */
#include "flow/filter_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/words.h"
#include "flow/names.h"

#define MAX_DEPTH 64 /* of parentheses and "not", so that no input exhausts the stack */

static const char *const keywords[] = { "host", "net", "port", "state", "process", "pid", "cgroup", "container", "pod",
					    "src", "dst", "not", "and", "or", NULL };

static int new_node(enum node_kind kind, struct filter **node)
{
	*node = calloc(1, sizeof(**node));
	if (!*node)
		return fail(-ENOMEM, "out of memory while reading the filter");
	(*node)->kind = kind;
	return 0;
}

/* *left becomes (*left kind right); right is the new node's whatever happens. */
static int join(enum node_kind kind, struct filter **left, struct filter *right)
{
	struct filter *node;
	int err = new_node(kind, &node);

	if (err) {
		filter_free(right);
		return err;
	}
	node->child[0] = *left;
	node->child[1] = right;
	*left = node;
	return 0;
}

static int bad_value(const struct words *w, const char *part, size_t len, const char *expected)
{
	if (!len)
		return fail_at(w->text, part - w->text, 1, "filter: expected %s here", expected);
	return fail_at(w->text, part - w->text, len, "filter: \"%.*s\" is not %s", (int)len, part, expected);
}

static int parse_pid(const struct words *w, const char *part, size_t len, struct filter *node)
{
	__u64 pid = 0;

	for (size_t i = 0; i < len && pid <= ~0u; i++)
		pid = part[i] >= '0' && part[i] <= '9' ? 10 * pid + part[i] - '0' : ~0ull;
	if (!pid || pid > ~0u)
		return bad_value(w, part, len, "a process id, such as 812");
	node->kind = NODE_PID;
	node->pid = pid;
	return 0;
}

static int parse_whose(const struct words *w, const char *what, const char *part, size_t len, struct filter *node)
{
	static const struct {
		const char *word, *value;
		enum node_kind kind;
	} kinds[] = {
		{ "process", "the name of a process, such as nginx", NODE_PROCESS },
		{ "cgroup", "the path of a cgroup, such as /system.slice/nginx.service", NODE_CGROUP },
		{ "container", "the beginning of a container's id, such as 3f2a9c", NODE_CONTAINER },
		{ "pod", "the beginning of a pod's uid, such as 8a1b2c3d", NODE_POD },
	};
	int i = 0;

	if (!strcmp(what, "pid"))
		return parse_pid(w, part, len, node);
	while (strcmp(kinds[i].word, what))
		i++;
	if (!len || (kinds[i].kind == NODE_CGROUP && part[0] != '/'))
		return bad_value(w, part, len, kinds[i].value);
	node->text = strndup(part, len);
	if (!node->text)
		return fail(-ENOMEM, "out of memory while reading the filter");
	node->kind = kinds[i].kind;
	return 0;
}

static int parse_value(const struct words *w, const char *what, const char *part, size_t len, struct filter *node)
{
	unsigned int state;

	if (!strcmp(what, "host")) {
		node->kind = NODE_NET;
		if (memchr(part, '/', len) || !net_parse(part, len, &node->net))
			return bad_value(w, part, len, "an address, such as 10.0.0.1 or 2001:db8::1");
	} else if (!strcmp(what, "net")) {
		node->kind = NODE_NET;
		if (!net_parse(part, len, &node->net))
			return bad_value(w, part, len, "a prefix, such as 10.0.0.0/8 or 2001:db8::/32");
	} else if (!strcmp(what, "port")) {
		node->kind = NODE_PORT;
		if (!ports_parse(part, len, &node->port.low, &node->port.high))
			return bad_value(w, part, len, "a port or range, such as 443 or 8000-8100");
	} else if (strcmp(what, "state")) {
		return parse_whose(w, what, part, len, node);
	} else {
		state = state_by_name(part, len);
		if (!state) {
			char word[32];
			const char *near = NULL;

			if (len < sizeof(word)) {
				memcpy(word, part, len);
				word[len] = 0;
				for (char *p = word; *p; p++)
					*p = *p == '-' ? '_' : (*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
				near = nearest(word, state_names);
			}
			return fail_at(w->text, part - w->text, len ? len : 1,
				       "filter: \"%.*s\" is not a state%s%s%s", (int)len, part,
				       near ? "; did you mean " : ", such as ESTABLISHED or TIME_WAIT",
				       near ? near : "", near ? "?" : "");
		}
		node->kind = NODE_STATE;
		node->states = 1u << state;
	}
	return 0;
}

static int parse_test(struct words *w, struct filter **result)
{
	static const char *const tests[] = { "host", "net", "port", "state", "process", "pid", "cgroup", "container", "pod", NULL };
	enum side side = SIDE_EITHER;
	const char *what = NULL, *part = NULL;
	struct filter *node;
	size_t len = 0;
	int err;

	if (words_are(w, "src") || words_are(w, "dst")) {
		side = words_are(w, "src") ? SIDE_INITIATOR : SIDE_RESPONDER;
		words_next(w);
	}
	for (int i = 0; tests[i]; i++)
		if (words_are(w, tests[i]))
			what = tests[i];
	if (!what) {
		char word[32] = "";
		const char *near = NULL;

		if (words_end(w))
			return fail_at(w->text, w->at, 1, "filter: expected host, net, port, state, process, pid, cgroup, container or pod here");
		if (w->len < sizeof(word)) {
			memcpy(word, w->text + w->at, w->len);
			word[w->len] = 0;
			near = nearest(word, side ? tests : keywords);
		}
		return fail_at(w->text, w->at, w->len, "filter: expected host, net, port, state, process, pid, cgroup, container or pod, found \"%.*s\"%s%s%s",
			       (int)w->len, w->text + w->at, near ? "; did you mean " : "", near ? near : "",
			       near ? "?" : "");
	}
	words_next(w);
	if (words_end(w))
		return fail_at(w->text, w->at, 1, "filter: \"%s\" needs a value after it", what);
	while (words_list(w, &part, &len)) {
		err = new_node(NODE_NET, &node);
		if (err)
			return err;
		node->side = side;
		err = parse_value(w, what, part, len, node);
		if (err) {
			free(node);
			return err;
		}
		if (!*result)
			*result = node;
		else if ((err = join(NODE_OR, result, node)))
			return err;
	}
	words_next(w);
	return 0;
}

static int parse_expression(struct words *w, struct filter **result, int depth);

static int parse_factor(struct words *w, struct filter **result, int depth)
{
	size_t open = w->at;
	int err;

	if (depth > MAX_DEPTH)
		return fail_at(w->text, w->at, w->len, "filter: more than %d levels deep", MAX_DEPTH);
	if (words_are(w, "not") || words_are(w, "!")) {
		words_next(w);
		err = parse_factor(w, result, depth + 1);
		return err ? err : join(NODE_NOT, result, NULL);
	}
	if (!words_are(w, "("))
		return parse_test(w, result);
	words_next(w);
	err = parse_expression(w, result, depth + 1);
	if (err)
		return err;
	if (!words_are(w, ")")) {
		if (words_end(w))
			return fail_at(w->text, open, 1, "filter: this parenthesis is never closed");
		return fail_at(w->text, w->at, w->len, "filter: expected and, or, or \")\", found \"%.*s\"", (int)w->len,
			       w->text + w->at);
	}
	words_next(w);
	return 0;
}

static int parse_term(struct words *w, struct filter **result, int depth)
{
	int err = parse_factor(w, result, depth);

	while (!err && (words_are(w, "and") || words_are(w, "&&"))) {
		struct filter *right = NULL;

		words_next(w);
		err = parse_factor(w, &right, depth);
		if (err)
			filter_free(right);
		else
			err = join(NODE_AND, result, right);
	}
	return err;
}

static int parse_expression(struct words *w, struct filter **result, int depth)
{
	int err = parse_term(w, result, depth);

	while (!err && (words_are(w, "or") || words_are(w, "||"))) {
		struct filter *right = NULL;

		words_next(w);
		err = parse_term(w, &right, depth);
		if (err)
			filter_free(right);
		else
			err = join(NODE_OR, result, right);
	}
	return err;
}

bool filter_begins_with(const char *text)
{
	struct words w;

	words_start(&w, text);
	if (words_are(&w, "("))
		return true;
	for (const char *const *keyword = keywords; *keyword; keyword++)
		if (words_are(&w, *keyword))
			return true;
	return false;
}

const char *filter_word_near(const char *word)
{
	return nearest(word, keywords);
}

int filter_parse(const char *text, struct filter **filter)
{
	struct words w;
	int err;

	*filter = NULL;
	words_start(&w, text ? text : "");
	if (words_end(&w))
		return 0;
	err = parse_expression(&w, filter, 0);
	if (!err && !words_end(&w))
		err = fail_at(w.text, w.at, w.len, words_are(&w, ")") ? "filter: this parenthesis was never opened"
						   : "filter: expected and, or, or the end, found \"%.*s\"",
			      (int)w.len, w.text + w.at);
	if (err) {
		filter_free(*filter);
		*filter = NULL;
	}
	return err;
}
