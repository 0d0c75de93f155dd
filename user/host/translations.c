// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/translations.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "flow/address.h"

#define TABLE "/proc/net/nf_conntrack"
#define COUNT "/proc/sys/net/netfilter/nf_conntrack_count" /* there as soon as connections are tracked in a namespace */

/* ---- one line ------------------------------------------------------------- */

struct tuple {
	__u8 addr[2][16];    /* source, destination */
	__be16 port[2];
	unsigned int seen;   /* bits of what was told */
};

/* One word of the line, such as "dport=80". */
static bool take_word(struct tuple *t, const char *word)
{
	static const char *const addresses[] = { "src=", "dst=" }, *const ports[] = { "sport=", "dport=" };

	for (int i = 0; i < 2; i++) {
		size_t len = strlen(addresses[i]);

		if (!strncmp(word, addresses[i], len) && address_parse(word + len, strlen(word + len), t->addr[i]))
			t->seen |= 1 << i;
		len = strlen(ports[i]);
		if (!strncmp(word, ports[i], len)) {
			t->port[i] = htons(strtoul(word + len, NULL, 10));
			t->seen |= 4 << i;
		}
	}
	return t->seen == 15;
}

/* Sorts the ends into the key, and says which is the source's. */
static __u8 key_of(const struct tuple *t, struct flow_key *key)
{
	int order = memcmp(t->addr[0], t->addr[1], 16);
	bool first = order ? order < 0 : ntohs(t->port[0]) <= ntohs(t->port[1]);
	__u8 source = first ? 0 : 1;

	*key = (struct flow_key){};
	memcpy(key->addr[source], t->addr[0], 16);
	memcpy(key->addr[!source], t->addr[1], 16);
	key->port[source] = t->port[0];
	key->port[!source] = t->port[1];
	return source;
}

/* Two tuples and whatever is between them: "tcp 6 431999 ESTABLISHED src=... dport=... src=... dport=... [ASSURED]". */
static bool parse_line(char *line, struct translation *found)
{
	struct tuple tuple[2] = {};
	int at = 0;
	bool tcp = false;

	for (char *rest = line, *word; at < 2 && (word = strsep(&rest, " \t\n"));) {
		tcp |= !strcmp(word, "tcp");
		at += take_word(&tuple[at], word);
	}
	if (!tcp || at < 2)
		return false;
	found->original_client = key_of(&tuple[0], &found->original);
	found->reply_client = !key_of(&tuple[1], &found->reply);
	return memcmp(&found->original, &found->reply, sizeof(found->original)) != 0;
}

/* ---- all of them ----------------------------------------------------------- */

static int add(struct translations *found, const struct translation *one)
{
	struct translation *place = ARRAY_ADD(found->list, found->count, found->room);

	if (!place)
		return -ENOMEM;
	*place = *one;
	return 0;
}

int translations_parse(FILE *file, struct translations *found)
{
	struct translation one;
	char line[1024];
	int err = 0;

	while (!err && fgets(line, sizeof(line), file))
		if (parse_line(line, &one))
			err = add(found, &one);
	found->known = !err && !ferror(file);
	return err;
}

/* Where connection tracking is a module, translation is one of its own. */
static bool can_translate(void)
{
	return access("/sys/module/nf_conntrack/initstate", F_OK) || !access("/sys/module/nf_nat", F_OK);
}

static bool tracks_any(void)
{
	FILE *file = fopen(COUNT, "re");
	unsigned long count = 0;

	if (file && fscanf(file, "%lu", &count) != 1)
		count = 1; /* who knows */
	if (file)
		fclose(file);
	return count;
}

/* Load balancing by IPVS translates by itself. */
static bool has_ipvs(void)
{
	return !access("/proc/net/ip_vs_conn", F_OK);
}

int translations_read(struct translations *found)
{
	FILE *file;
	int err = 0;

	*found = (struct translations){ .known = !has_ipvs() };
	if (!found->known || !can_translate() || !tracks_any())
		return 0;
	file = fopen(TABLE, "re");
	found->known = file;
	if (file) {
		err = translations_parse(file, found);
		fclose(file);
	}
	if (err)
		translations_free(found);
	return err;
}

void translations_free(struct translations *found)
{
	free(found->list);
	*found = (struct translations){};
}

static bool same_ends(const struct flow_key *a, const struct flow_key *b)
{
	return !memcmp(a->addr, b->addr, sizeof(a->addr)) && !memcmp(a->port, b->port, sizeof(a->port));
}

bool is_translated(const struct translations *found, const struct flow_key *key)
{
	for (size_t i = 0; i < found->count; i++)
		if (same_ends(&found->list[i].original, key) || same_ends(&found->list[i].reply, key))
			return true;
	return false;
}
