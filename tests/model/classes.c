// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "classes.h"

#include <stdlib.h>
#include <string.h>

#include "shrink.h"

#define CLASSES 4096

static struct class {
	char kind[sizeof(((struct verdict *)0)->kind)];
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

void classes_add(const struct schedule *s, const struct verdict *v, __u64 seed)
{
	for (unsigned int i = 0; i < class_count; i++) {
		if (strcmp(class[i].kind, v->kind))
			continue;
		class[i].count++;
		if (complexity(s) < complexity(&class[i].schedule)) {
			class[i].schedule = *s;
			class[i].seed = seed;
		}
		return;
	}
	if (class_count == CLASSES) {
		others++;
		return;
	}
	class[class_count] = (struct class){ .count = 1, .seed = seed, .schedule = *s };
	strcpy(class[class_count++].kind, v->kind);
}

static int by_count(const void *a, const void *b)
{
	const struct class *p = a, *q = b;

	return p->count < q->count ? 1 : p->count > q->count ? -1 : strcmp(p->kind, q->kind);
}

void classes_print(FILE *to, unsigned int most)
{
	qsort(class, class_count, sizeof(*class), by_count);
	for (unsigned int i = 0; i < class_count && i < most; i++) {
		struct verdict v;

		fprintf(to, "\nnot ok %s: %lu times", class[i].kind, class[i].count);
		if (class[i].schedule.name)
			fprintf(to, " (%s)\n", class[i].schedule.name);
		else
			fprintf(to, " (seed %llu)\n", (unsigned long long)class[i].seed);
		shrink(&class[i].schedule, class[i].kind);
		judge_schedule(&class[i].schedule, &v, to);
		fprintf(to, "# %s: %s\n", v.kind, v.what);
	}
	if (class_count > most || others)
		fprintf(to, "\n... and %lu kinds more\n", class_count > most ? class_count - most + others : others);
}
