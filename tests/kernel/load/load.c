// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * load: opens and closes real connections between two network namespaces, at a
 * rate or as fast as it goes, and counts exactly what it did. See usage() below.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "worker.h"

struct load_options options = {
	.client = { .addr4.s_addr = 0 },
	.families = { AF_INET, AF_INET6 },
	.family_count = 2,
	.workers = 1,
	.at_once = 100,
	.bytes = 200,
	.sources = 1,
};

atomic_bool stop_opening, let_go;

static struct worker workers[WORKERS_MAX];
static double seconds; /* 0: no limit */
static double report_every;

static void usage(FILE *out)
{
	fputs("usage: load --client NETNS,IPV4,IPV6 --server NETNS,IPV4,IPV6 [--sources N]\n"
	      "            [--rate N] [--count N] [--seconds S] [--mix WAY=N[,WAY=N...]] [--family 4|6|both]\n"
	      "            [--workers N] [--at-once N] [--hold N] [--bytes N] [--report S] [--patience S]\n"
	      "Opens and closes connections: N a second (default: as fast as it goes), until there were\n"
	      "--count or S seconds are over, or until SIGUSR1. What is open then comes to its end, and\n"
	      "the last line on stdout has the exact totals (JSON); a line each --report S, too.\n"
	      "The client's addresses count up from the one given: --sources of them, each with 55,000\n"
	      "ports, so that addresses and ports come again only after that many connections. With --hold\n"
	      "N more are opened first and kept, half of them half-closed; when all others are over the\n"
	      "program prints a line with \"holding\" and keeps them until SIGINT or SIGTERM, at which it\n"
	      "lets go of all in any case.\n"
	      "A worker is a thread with its own CPU (default 1 of them) and --at-once connections (100).\n"
	      "Ways (default: one of each, in turn):\n", out);
	for (int i = 0; i < WAYS_TO_CHOOSE; i++)
		fprintf(out, "  %-14s %s\n", ways[i].name, ways[i].what);
}

_Noreturn void fail(const char *format, ...)
{
	va_list arguments;

	flockfile(stderr);
	fputs("load: ", stderr);
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
	fprintf(stderr, "load: %s: %s\n", what, value);
	usage(stderr);
	exit(2);
}

/* ---- options ---- */

static double parse_number(const char *what, const char *text, double least, double most)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || *end || !(number >= least && number <= most))
		bad_usage(what, text);
	return number;
}

static void parse_side(struct side *side, char *text)
{
	char *netns = strtok(text, ","), *addr4 = strtok(NULL, ","), *addr6 = strtok(NULL, ",");

	if (!netns || !addr4 || !addr6 || strlen(netns) >= sizeof(side->netns) ||
	    inet_pton(AF_INET, addr4, &side->addr4) != 1 || inet_pton(AF_INET6, addr6, &side->addr6) != 1)
		bad_usage("not NETNS,IPV4,IPV6", text);
	strcpy(side->netns, netns);
}

static void parse_family(const char *text)
{
	if (!strcmp(text, "both"))
		return;
	if (strcmp(text, "4") && strcmp(text, "6"))
		bad_usage("family", text);
	options.families[0] = *text == '4' ? AF_INET : AF_INET6;
	options.family_count = 1;
}

/* Ways of weight N come N times in the mix, spread over it. */
static void spread(const unsigned int weights[WAYS_TO_CHOOSE])
{
	int credit[WAYS_TO_CHOOSE] = { 0 }, sum = 0;

	for (int i = 0; i < WAYS_TO_CHOOSE; i++)
		sum += weights[i];
	if (!sum || sum > MIX_MAX)
		bad_usage("mix", "its numbers must sum up to 1 to 256");
	for (options.mix_size = 0; options.mix_size < (unsigned int)sum; options.mix_size++) {
		int best = 0;

		for (int i = 0; i < WAYS_TO_CHOOSE; i++) {
			credit[i] += weights[i];
			if (credit[i] > credit[best])
				best = i;
		}
		credit[best] -= sum;
		options.mix[options.mix_size] = best;
	}
}

static void parse_mix(char *text)
{
	unsigned int weights[WAYS_TO_CHOOSE] = { 0 };

	for (char *word = strtok(text, ","); word; word = strtok(NULL, ",")) {
		char *number = strchr(word, '=');
		int way = 0;

		if (number)
			*number++ = '\0';
		while (way < WAYS_TO_CHOOSE && strcmp(word, ways[way].name))
			way++;
		if (way == WAYS_TO_CHOOSE)
			bad_usage("no such way", word);
		weights[way] = number ? parse_number("mix", number, 0, MIX_MAX) : 1;
	}
	spread(weights);
}

static void parse_options(int argc, char **argv)
{
	enum { CLIENT_SIDE = 'c', SERVER_SIDE = 's', SOURCES = 'S', RATE = 'r', COUNT = 'n', SECONDS = 't', MIX = 'm',
	       FAMILY = 'f', WORKERS = 'w', AT_ONCE = 'a', HOLD = 'H', BYTES = 'b', REPORT = 'R', PATIENCE = 'p' };
	static const struct option known[] = {
		{ "client", required_argument, NULL, CLIENT_SIDE }, { "server", required_argument, NULL, SERVER_SIDE },
		{ "sources", required_argument, NULL, SOURCES }, { "rate", required_argument, NULL, RATE },
		{ "count", required_argument, NULL, COUNT }, { "seconds", required_argument, NULL, SECONDS },
		{ "mix", required_argument, NULL, MIX }, { "family", required_argument, NULL, FAMILY },
		{ "workers", required_argument, NULL, WORKERS }, { "at-once", required_argument, NULL, AT_ONCE },
		{ "hold", required_argument, NULL, HOLD }, { "bytes", required_argument, NULL, BYTES },
		{ "report", required_argument, NULL, REPORT }, { "patience", required_argument, NULL, PATIENCE },
		{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 },
	};
	static const unsigned int one_each[WAYS_TO_CHOOSE] = { 1, 1, 1, 1, 1, 1 };
	int option;

	spread(one_each);
	while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (option) {
		case CLIENT_SIDE: parse_side(&options.client, optarg); break;
		case SERVER_SIDE: parse_side(&options.server, optarg); break;
		case SOURCES: options.sources = parse_number("sources", optarg, 1, 60000); break;
		case RATE: options.rate = parse_number("rate", optarg, 0, 1e7); break;
		case COUNT: options.count = parse_number("count", optarg, 1, 1e12); break;
		case SECONDS: seconds = parse_number("seconds", optarg, 0.001, 1e7); break;
		case MIX: parse_mix(optarg); break;
		case FAMILY: parse_family(optarg); break;
		case WORKERS: options.workers = parse_number("workers", optarg, 1, WORKERS_MAX); break;
		case AT_ONCE: options.at_once = parse_number("at-once", optarg, 1, 10000); break;
		case HOLD: options.hold = parse_number("hold", optarg, 0, 100000); break;
		case BYTES: options.bytes = parse_number("bytes", optarg, 1, 1e9); break;
		case REPORT: report_every = parse_number("report", optarg, 0.1, 1e6); break;
		case PATIENCE: patience_s = parse_number("patience", optarg, 1, 1e6); break;
		case 'h': usage(stdout); exit(0);
		default: usage(stderr); exit(2);
		}
	}
	if (optind < argc || !*options.client.netns || !*options.server.netns)
		bad_usage("needs", "--client and --server");
	if (options.sources < (unsigned int)options.workers)
		bad_usage("each worker needs an address of its own", "more --sources");
}

/* ---- what was done ---- */

static uint64_t sum_of(size_t offset)
{
	uint64_t sum = 0;

	for (int i = 0; i < options.workers; i++)
		sum += atomic_load_explicit((_Atomic uint64_t *)((char *)&workers[i].totals + offset), memory_order_relaxed);
	return sum;
}

#define SUM(member) sum_of(offsetof(struct totals, member))

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* phase: "running", "holding", "done" */
static void print_totals(const char *phase, double elapsed)
{
	uint64_t closes[CLOSE_KINDS] = { 0 }, done = 0;

	printf("{\"phase\":\"%s\",\"seconds\":%.3f,\"opened\":%ju,\"ways\":{", phase, elapsed, SUM(opened));
	for (int i = 0; i < WAY_COUNT; i++) {
		uint64_t of_way = SUM(done[i]);

		printf("%s\"%s\":%ju", i ? "," : "", ways[i].name, of_way);
		closes[ways[i].close] += of_way;
		done += of_way;
	}
	printf("},\"done\":%ju,\"closes\":{", done);
	for (int i = 0; i < CLOSE_KINDS; i++)
		printf("%s\"%s\":%ju", i ? "," : "", close_names[i], closes[i]);
	printf("},\"ipv4\":%ju,\"ipv6\":%ju,\"holding\":%ju,\"client_bytes\":%ju,\"server_bytes\":%ju,\"per_second\":%.0f}\n",
	       SUM(of_family[0]), SUM(of_family[1]), SUM(holding), SUM(bytes[0]), SUM(bytes[1]),
	       elapsed > 0 ? done / elapsed : 0);
	fflush(stdout);
}

/* ---- the run ---- */

static void start_workers(void)
{
	cpu_set_t allowed;
	int cpu = CPU_SETSIZE;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		fail("sched_getaffinity: %s", strerror(errno));
	if (options.workers > CPU_COUNT(&allowed))
		fail("%d workers need as many CPUs; there are %d", options.workers, CPU_COUNT(&allowed));
	for (int i = 0; i < options.workers; i++) {
		do
			cpu--;
		while (!CPU_ISSET(cpu, &allowed));
		workers[i].number = i;
		workers[i].cpu = cpu;
		if (pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]))
			fail("cannot start a thread: %s", strerror(errno));
	}
}

static bool all_idle(void)
{
	for (int i = 0; i < options.workers; i++)
		if (!atomic_load(&workers[i].idle))
			return false;
	return true;
}

/* A signal, or 0 after at most this long. */
static int await_signal(const sigset_t *signals, double at_most)
{
	struct timespec timeout = { .tv_sec = at_most, .tv_nsec = (at_most - (long)at_most) * 1e9 };
	int got = sigtimedwait(signals, NULL, &timeout);

	return got > 0 ? got : 0;
}

int main(int argc, char **argv)
{
	struct rlimit files = { 1 << 20, 1 << 20 };
	double began, next_report, now;
	sigset_t signals;
	int got, ended = 0;

	parse_options(argc, argv);
	setrlimit(RLIMIT_NOFILE, &files); /* where that is refused, accept or socket says so */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	began = now_s();
	next_report = began + report_every;
	start_workers();

	while (!all_idle()) {
		got = await_signal(&signals, 0.02);
		ended |= got && got != SIGUSR1;
		if (got || (seconds && now_s() - began >= seconds))
			atomic_store(&stop_opening, true);
		now = now_s();
		if (report_every && now >= next_report) {
			print_totals("running", now - began);
			next_report += report_every;
		}
	}
	now = now_s();
	if (options.hold) {
		print_totals("holding", now - began);
		while (!ended) {
			got = await_signal(&signals, 1);
			ended = got && got != SIGUSR1;
		}
	}
	atomic_store(&let_go, true);
	for (int i = 0; i < options.workers; i++)
		pthread_join(workers[i].thread, NULL);
	print_totals("done", now - began);
	return 0;
}
