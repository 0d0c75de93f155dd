// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a filter lets through. */
#include "flow/filter_parts.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "flow/whose.h"

static bool is_text(enum node_kind kind)
{
	return kind == NODE_PROCESS || kind >= NODE_CGROUP;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	if (filter->kind == NODE_AND || filter->kind == NODE_OR || filter->kind == NODE_NOT) {
		filter_free(filter->child[0]);
		filter_free(filter->child[1]);
	}
	if (is_text(filter->kind))
		free(filter->text);
	free(filter);
}

static bool begins_with(const char *text, const char *beginning)
{
	return !strncmp(text, beginning, strlen(beginning));
}

/* It, or one inside it. */
static bool is_in_cgroup(const char *path, const char *cgroup)
{
	size_t len = strlen(cgroup);

	while (len && cgroup[len - 1] == '/')
		len--;
	return path[0] && !strncmp(path, cgroup, len) && (!path[len] || path[len] == '/');
}

static bool is_whose(const struct filter *f, const struct whose *w)
{
	if (w->unknown)
		return false;
	switch (f->kind) {
	case NODE_PROCESS:
		return !fnmatch(f->text, w->comm, 0);
	case NODE_PID:
		return f->pid == w->pid;
	case NODE_CGROUP:
		return is_in_cgroup(w->path, f->text);
	case NODE_CONTAINER:
		return w->in.container[0] && begins_with(w->in.container, f->text);
	default:
		return w->in.pod[0] && begins_with(w->in.pod, f->text);
	}
}

static bool end_matches(const struct filter *f, const struct filter_subject *s, const struct whose *whose, unsigned int end)
{
	__u16 port = ntohs(s->key->port[end]);

	switch (f->kind) {
	case NODE_NET:
		return net_contains(&f->net, s->key->addr[end]);
	case NODE_PORT:
		return f->port.low <= port && port <= f->port.high;
	case NODE_STATE:
		return f->states >> s->state[end] & 1;
	default:
		return is_whose(f, &whose[end]);
	}
}

static bool match(const struct filter *f, const struct filter_subject *s, const struct whose *whose)
{
	switch (f->kind) {
	case NODE_AND:
		return match(f->child[0], s, whose) && match(f->child[1], s, whose);
	case NODE_OR:
		return match(f->child[0], s, whose) || match(f->child[1], s, whose);
	case NODE_NOT:
		return !match(f->child[0], s, whose);
	default:
		break;
	}
	if (f->side == SIDE_INITIATOR)
		return end_matches(f, s, whose, s->initiator);
	if (f->side == SIDE_RESPONDER)
		return end_matches(f, s, whose, !s->initiator);
	return end_matches(f, s, whose, 0) || end_matches(f, s, whose, 1);
}

bool filter_asks_whose(const struct filter *f)
{
	if (!f || f->kind == NODE_NET || f->kind == NODE_PORT || f->kind == NODE_STATE)
		return false;
	if (f->kind == NODE_AND || f->kind == NODE_OR)
		return filter_asks_whose(f->child[0]) || filter_asks_whose(f->child[1]);
	return f->kind == NODE_NOT ? filter_asks_whose(f->child[0]) : true;
}

bool filter_match(const struct filter *f, const struct filter_subject *s)
{
	struct whose whose[2] = { { .unknown = WHOSE_NOT_ASKED }, { .unknown = WHOSE_NOT_ASKED } };

	if (!f)
		return true;
	if (s->whose && filter_asks_whose(f)) {
		const struct whose_life life = {
			.key = s->key, .state = s->state, .initiator = s->initiator, .local = s->local,
			.start = s->start, .changed = s->changed,
		};

		s->whose->find(s->whose->arg, &life, whose);
	}
	return match(f, s, whose);
}
