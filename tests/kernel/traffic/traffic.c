// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * traffic: real connections by real sockets between two network namespaces.
 * The program is both ends: it enters the one namespace and the other and
 * scripts what their applications do (patterns.c). Prints one line of JSON a
 * connection, once that is over. See usage() below.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "one_cpu.h"
#include "patterns.h"

#define PATTERNS_MAX 64
#define WORKERS_MAX 64
#define CLIENT_PORTS 40000 /* from the first on */

struct side {
	char netns[256];
	struct in_addr addr4;
	struct in6_addr addr6;
};

static struct {
	struct side client;
	struct side server;
	const struct pattern *chosen[PATTERNS_MAX];
	int chosen_count;
	int families[2];
	int family_count;
	unsigned long count;
	int workers;
	unsigned int first_port;
	bool hold;
} options = {
	.families = { AF_INET, AF_INET6 },
	.family_count = 2,
	.workers = 1,
	.first_port = 20000,
};

static atomic_ulong next_number;
static _Thread_local const struct connection *current;

static void usage(FILE *out)
{
	fputs("usage: traffic --client NETNS[,IPV4[,IPV6]] --server NETNS[,IPV4[,IPV6]]\n"
	      "               [--pattern P[,P...]] [--family 4|6|both] [--count N] [--parallel M]\n"
	      "               [--first-port PORT] [--bulk BYTES]\n"
	      "               [--patience S] [--hold]\n"
	      "       traffic --list [--hold]\n"
	      "Makes N connections (default: one of each pattern and family), pattern after pattern,\n"
	      "M at a time. A NETNS is a name of ip-netns(8) or a path. Client ports count up from\n"
	      "PORT (20000), so that no pair of addresses and ports comes twice in a run. The server's\n"
	      "port is 8000 and up, or 7000 and up where nobody listens. Where FINs must cross on the\n"
	      "path it is 9000 and up, for SYNs 9100, for both 9200 (see relay --cross; these are not\n"
	      "chosen by default). With --hold there are patterns that leave connections open, and the\n"
	      "program keeps them until SIGINT or SIGTERM; it says 'holding' on stderr. It gives up\n"
	      "when a step of a connection takes more than S seconds (20).\n", out);
}

_Noreturn void fail(const char *format, ...)
{
	va_list arguments;

	flockfile(stderr);
	fputs("traffic: ", stderr);
	if (current && current->pattern)
		fprintf(stderr, "connection %lu (%s, IPv%d): ", current->number,
			current->pattern->name, current->family == AF_INET ? 4 : 6);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	funlockfile(stderr);
	fflush(stdout);
	_Exit(1);
}

static _Noreturn void bad_usage(const char *what, const char *value)
{
	fprintf(stderr, "traffic: %s: %s\n", what, value);
	usage(stderr);
	exit(2);
}

/* ---- a worker: a thread with its own hosts and listeners ---- */

/* The kinds of port that have a listener. */
static const enum port_kind listening[] = { PORT_LISTENING, PORT_STAYING, PORT_CROSSING };
#define LISTENERS 3

static int listen_at(struct host *host, int family, uint16_t port)
{
	union address local = host_address(host, family, port);
	int fd = host_socket(host, &local);

	if (listen(fd, 16))
		fail("listen: %s", strerror(errno));
	return fd;
}

static void print_seen(const struct end *end)
{
	for (int i = 0; i < end->seen_count; i++)
		printf("%s\"%s\"", i ? "," : "", state_name(end->seen[i]));
}

static void print_end(const struct end *end)
{
	printf("\"%s_end\":{\"seen\":[", end->name);
	print_seen(end);
	printf("],\"before_close\":{\"bytes_sent\":%llu,\"segments_sent\":%u,\"retransmits\":%u}}",
	       end->info.tcpi_bytes_sent, end->info.tcpi_segs_out, end->info.tcpi_total_retrans);
}

static void print_connection(const struct connection *c)
{
	char client[ADDRESS_TEXT], server[ADDRESS_TEXT];

	flockfile(stdout);
	printf("{\"n\":%lu,\"pattern\":\"%s\",\"family\":%d,\"client\":\"%s\",\"server\":\"%s\",",
	       c->number, c->pattern->name, c->family == AF_INET ? 4 : 6,
	       address_text(&c->client.local, client), address_text(&c->server.local, server));
	print_end(&c->client);
	putchar(',');
	print_end(&c->server);
	puts("}");
	fflush(stdout);
	funlockfile(stdout);
}

static void *work(void *argument)
{
	int worker = *(int *)argument, listeners[2][LISTENERS];
	struct host client, server;
	unsigned long number;

	host_open(&client, options.client.netns);
	client.addr4 = options.client.addr4;
	client.addr6 = options.client.addr6;
	host_open(&server, options.server.netns);
	server.addr4 = options.server.addr4;
	server.addr6 = options.server.addr6;
	for (int f = 0; f < options.family_count; f++)
		for (int l = 0; l < LISTENERS; l++)
			listeners[f][l] = listen_at(&server, options.families[f], listening[l] + worker);

	while ((number = atomic_fetch_add(&next_number, 1)) < options.count) {
		const struct pattern *pattern = options.chosen[number % options.chosen_count];
		int f = number / options.chosen_count % options.family_count;
		struct connection c = {
			.number = number,
			.pattern = pattern,
			.family = options.families[f],
			.listener = -1,
			.client = { .name = "client", .host = &client, .fd = -1 },
			.server = { .name = "server", .host = &server, .fd = -1 },
		};

		current = &c;
		for (int l = 0; l < LISTENERS; l++)
			if (listening[l] == pattern->port)
				c.listener = listeners[f][l];
		c.client.local = host_address(&client, c.family, options.first_port + number);
		c.server.local = host_address(&server, c.family, pattern->port + worker);
		c.client.remote = c.server.local;
		c.server.remote = c.client.local;
		pattern->run(&c);
		print_connection(&c);
		current = NULL;
	}
	return NULL;
}

/* ---- the command line ---- */

static void choose_patterns(char *list)
{
	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		int i = 0;

		while (i < pattern_count && strcmp(patterns[i].name, name))
			i++;
		if (i == pattern_count)
			bad_usage("no such pattern (see --list)", name);
		if (options.chosen_count == PATTERNS_MAX)
			bad_usage("too many patterns at", name);
		options.chosen[options.chosen_count++] = &patterns[i];
	}
}

static bool needs_crossing(const struct pattern *pattern)
{
	return pattern->port >= PORT_CROSSING;
}

static bool stays(const struct pattern *pattern)
{
	return pattern->port == PORT_STAYING;
}

static void choose_default_patterns(void)
{
	for (int i = 0; i < pattern_count; i++)
		if (!needs_crossing(&patterns[i]) && !stays(&patterns[i]))
			options.chosen[options.chosen_count++] = &patterns[i];
}

static void choose_family(const char *value)
{
	if (!strcmp(value, "both"))
		return;
	if (strcmp(value, "4") && strcmp(value, "6"))
		bad_usage("no such family", value);
	options.families[0] = value[0] == '4' ? AF_INET : AF_INET6;
	options.family_count = 1;
}

static void parse_side(struct side *side, char *value, const char *ip4, const char *ip6)
{
	char *netns = strtok(value, ","), *given4 = strtok(NULL, ","), *given6 = strtok(NULL, ",");

	if (!netns)
		bad_usage("no network namespace", value);
	snprintf(side->netns, sizeof(side->netns), "%s", netns);
	if (inet_pton(AF_INET, given4 ? given4 : ip4, &side->addr4) != 1)
		bad_usage("not an IPv4 address", given4);
	if (inet_pton(AF_INET6, given6 ? given6 : ip6, &side->addr6) != 1)
		bad_usage("not an IPv6 address", given6);
}

static unsigned long parse_number(const char *value, unsigned long from, unsigned long to)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	if (*end || end == value || number < from || number > to)
		bad_usage("not a number, or out of range", value);
	return number;
}

static void list_patterns(void)
{
	for (int i = 0; i < pattern_count; i++)
		if (!stays(&patterns[i]) || options.hold)
			printf("%-19s %s%s\n", patterns[i].name, patterns[i].what,
			       needs_crossing(&patterns[i]) ? " (needs relay --cross)" : "");
}

static void parse_options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "client", required_argument, NULL, 'c' },
		{ "server", required_argument, NULL, 's' },
		{ "pattern", required_argument, NULL, 'p' },
		{ "family", required_argument, NULL, 'f' },
		{ "count", required_argument, NULL, 'n' },
		{ "parallel", required_argument, NULL, 'm' },
		{ "first-port", required_argument, NULL, 'F' },
		{ "bulk", required_argument, NULL, 'b' },
		{ "patience", required_argument, NULL, 'P' },
		{ "hold", no_argument, NULL, 'H' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ },
	};
	bool list = false;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'c': parse_side(&options.client, optarg, "10.77.0.1", "fd77::1"); break;
		case 's': parse_side(&options.server, optarg, "10.77.0.2", "fd77::2"); break;
		case 'p': choose_patterns(optarg); break;
		case 'f': choose_family(optarg); break;
		case 'n': options.count = parse_number(optarg, 1, CLIENT_PORTS); break;
		case 'm': options.workers = parse_number(optarg, 1, WORKERS_MAX); break;
		case 'F': options.first_port = parse_number(optarg, 1024, 65535); break;
		case 'b': bulk_size_set(parse_number(optarg, 1, 1ul << 30)); break;
		case 'P': patience_s = parse_number(optarg, 1, 3600); break;
		case 'H': options.hold = true; break;
		case 'l': list = true; break;
		case 'h': usage(stdout); exit(0);
		default: usage(stderr); exit(2);
		}
	}
	if (list) {
		list_patterns();
		exit(0);
	}
	if (optind < argc)
		bad_usage("unexpected argument", argv[optind]);
	if (!options.client.netns[0] || !options.server.netns[0])
		bad_usage("missing", "--client and --server");
	if (!options.chosen_count)
		choose_default_patterns();
	for (int i = 0; i < options.chosen_count; i++)
		if (stays(options.chosen[i]) && !options.hold)
			bad_usage("needs --hold", options.chosen[i]->name);
	if (!options.count)
		options.count = (unsigned long)options.chosen_count * options.family_count;
	if (options.first_port + options.count > 65536)
		bad_usage("not enough client ports", "lower --first-port or --count");
}

int main(int argc, char **argv)
{
	pthread_t threads[WORKERS_MAX];
	int numbers[WORKERS_MAX];

	parse_options(argc, argv);
	if (!keep_to_one_cpu())
		fail("cannot keep to one CPU: %s", strerror(errno));
	for (int i = 0; i < options.workers; i++) {
		numbers[i] = i;
		if (pthread_create(&threads[i], NULL, work, &numbers[i]))
			fail("cannot start a thread");
	}
	for (int i = 0; i < options.workers; i++)
		pthread_join(threads[i], NULL);
	if (options.hold) {
		fputs("holding\n", stderr);
		pause();
	}
	return 0;
}
