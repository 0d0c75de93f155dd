// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/services.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "flow/address.h"

struct service {
	char *name;
	__u16 port;
	bool alias;
};

/* In the order of the file. Kept as long as the process lives. */
static struct service *services;
static size_t service_count, service_room;
static const char *names[65536]; /* by port, the first that the file has */
static bool were_read;

static void add_service(const char *name, __u16 port, bool alias)
{
	struct service *service = ARRAY_ADD(services, service_count, service_room);

	if (!service) /* then the name is not known */
		return;
	*service = (struct service){ strdup(name), port, alias };
	if (!service->name)
		service_count--;
	else if (!alias && !names[port])
		names[port] = service->name;
}

static void read_services(void)
{
	const struct servent *entry;

	if (were_read)
		return;
	were_read = true;
	setservent(1);
	while ((entry = getservent())) {
		__u16 port = ntohs(entry->s_port);

		if (strcmp(entry->s_proto, "tcp"))
			continue;
		add_service(entry->s_name, port, false);
		for (char **alias = entry->s_aliases; *alias; alias++)
			add_service(*alias, port, true);
	}
	endservent();
}

bool service_port(const char *name, size_t len, __u16 *port)
{
	const struct service *found = NULL;

	read_services();
	for (size_t i = 0; i < service_count; i++) {
		const struct service *s = &services[i];

		/* One's own name goes before another's alias. */
		if (strlen(s->name) == len && !memcmp(s->name, name, len) && (!found || (found->alias && !s->alias)))
			found = s;
	}
	if (found)
		*port = found->port;
	return found;
}

const char *service_name(__u16 port)
{
	read_services();
	return names[port];
}

bool ports_or_service(const char *text, size_t len, __u16 *low, __u16 *high)
{
	if (len && *text == ':') {
		text++;
		len--;
	}
	if (ports_parse(text, len, low, high))
		return true;
	if (!len || !service_port(text, len, low))
		return false;
	*high = *low;
	return true;
}
