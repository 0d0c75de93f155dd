// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "classes.h"

#include <stdlib.h>
#include <string.h>

#include "show.h"
#include "shrink.h"

#define CLASSES 4096

#define KIND (sizeof(((struct verdict *)0)->fault) + sizeof(((struct verdict *)0)->slips) + 24)

static struct class {
	char kind[KIND];
	unsigned long count;
	__u64 seed;
	struct schedule schedule;
} class[CLASSES];
static unsigned int class_count;
static unsigned long others;

static unsigned int complexity(const struct schedule *s)
{
	return s->action_count + 3 * s->net_count + 3 * s->slip_count;
}

static void count(const char *kind, unsigned long count, const struct schedule *s, __u64 seed)
{
	unsigned int i = 0;

	while (i < class_count && strcmp(class[i].kind, kind))
		i++;
	if (i == CLASSES) {
		others += count;
		return;
	}
	if (i == class_count) {
		class[i] = (struct class){ .seed = seed, .schedule = *s };
		strcpy(class[class_count++].kind, kind);
	}
	class[i].count += count;
	if (complexity(s) < complexity(&class[i].schedule)) {
		class[i].schedule = *s;
		class[i].seed = seed;
	}
}

static const char *kind_of(const struct verdict *v)
{
	static char kind[KIND];

	snprintf(kind, sizeof(kind), "%s%s%s%s", v->fault, v->far ? ", beyond 2^30" : "",
		 *v->slips ? " |" : "", v->slips);
	return kind;
}

void classes_add(const struct schedule *s, const struct verdict *v, __u64 seed)
{
	count(kind_of(v), 1, s, seed);
}

/* What is the same once all is taken away that it does not need is of one kind. */
static void shrink_all(unsigned int most)
{
	static struct class whole[CLASSES];
	const unsigned int n = class_count;

	memcpy(whole, class, n * sizeof(*class));
	class_count = 0;
	for (unsigned int i = 0; i < n; i++) {
		struct verdict v;

		if (i < 4 * most)
			shrink(&whole[i].schedule);
		judge_schedule(&whole[i].schedule, &v);
		count(kind_of(&v), whole[i].count, &whole[i].schedule, whole[i].seed);
	}
}

static int by_count(const void *a, const void *b)
{
	const struct class *p = a, *q = b;

	return p->count < q->count ? 1 : p->count > q->count ? -1 : strcmp(p->kind, q->kind);
}

void classes_print(FILE *to, const char *word, unsigned int most)
{
	qsort(class, class_count, sizeof(*class), by_count);
	shrink_all(most);
	qsort(class, class_count, sizeof(*class), by_count);
	for (unsigned int i = 0; i < class_count && i < most; i++) {
		struct verdict v;

		fprintf(to, "\n%s %s: %lu times", word, class[i].kind, class[i].count);
		if (class[i].schedule.name)
			fprintf(to, " (%s)\n", class[i].schedule.name);
		else
			fprintf(to, " (seed %llu)\n", (unsigned long long)class[i].seed);
		judge_show(&class[i].schedule, &v, to);
	}
	if (class_count > most || others)
		fprintf(to, "\n... and %lu kinds more\n", class_count > most ? class_count - most + others : others);
}
