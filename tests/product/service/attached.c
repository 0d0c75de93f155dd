// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * attached IFACE PIN-DIR OWN-DIR links|filters|receive [stay]: a small daemon. It
 * attaches the programs to an interface (to XDP, and to transmit by TCX, by clsact filters,
 * or not at all), gives up its privileges as run does, and then does all that run
 * has to do from then on, with a line of result each. "stay": then it waits, with a second thread, as
 * run does, until SIGTERM: for others to look at what it still can do. In the
 * place of "stay", "refuse": the same, but all capabilities are kept, and only
 * system calls refused; "keep": nothing is given up.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "daemon/privileges.h"
#include "daemon/refused_calls.h"
#include "host/sock_diag.h"
#include "kernel/sweep.h"
#include "xdp_tcpstate.skel.h"

#define ATTACH_TCX_EGRESS 47 /* enum bpf_attach_type of Linux 6.6 */

static int passed, failed;

static void result(const char *name, int err)
{
	if (err)
		printf("not ok %s: %s\n", name, strerror(-err));
	else
		printf("ok %s\n", name);
	*(err ? &failed : &passed) += 1;
}

/* For what says -1 and errno. */
static int errno_of(int status)
{
	return status < 0 ? -errno : 0;
}

/* ---- before -------------------------------------------------------------- */

static struct xdp_tcpstate *load(void)
{
	struct xdp_tcpstate *skeleton = xdp_tcpstate__open();
	const __u32 sets = 64;

	if (!skeleton)
		return NULL;
	skeleton->rodata->table_sets = sets;
	bpf_map__set_max_entries(skeleton->maps.tags, sets);
	bpf_map__set_max_entries(skeleton->maps.flows, sets * SET_WAYS);
	bpf_map__set_max_entries(skeleton->maps.histories, sets * SET_WAYS);
	bpf_map__set_max_entries(skeleton->maps.events, 4096);
	return xdp_tcpstate__load(skeleton) ? NULL : skeleton;
}

static int create_link(const struct bpf_program *program, unsigned int ifindex, enum bpf_attach_type type)
{
	LIBBPF_OPTS(bpf_link_create_opts, xdp, .flags = XDP_FLAGS_SKB_MODE);

	return bpf_link_create(bpf_program__fd(program), ifindex, type, type == BPF_XDP ? &xdp : NULL);
}

static int add_filter(const struct bpf_program *program, unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = ifindex, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = bpf_program__fd(program), .handle = 1, .priority = 1);
	int err = bpf_tc_hook_create(&qdisc);

	return err && err != -EEXIST ? err : bpf_tc_attach(&qdisc, &filter);
}

static int remove_filter(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = ifindex, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .handle = 1, .priority = 1);
	int err = bpf_tc_detach(&qdisc, &filter);

	qdisc.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	return err ?: bpf_tc_hook_destroy(&qdisc);
}

/* ---- after: what run goes on doing --------------------------------------- */

static int change_track(const struct xdp_tcpstate *s)
{
	struct track_net net = { .prefixlen = 128 }, found;
	int fd = bpf_map__fd(s->maps.track_nets), err;
	__u8 yes = 1;

	err = bpf_map_update_elem(fd, &net, &yes, BPF_ANY);
	err = err ?: bpf_map_get_next_key(fd, NULL, &found);
	return err ?: bpf_map_delete_elem(fd, &found);
}

static int read_batch(const struct xdp_tcpstate *s)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts, .elem_flags = BPF_F_LOCK);
	__u32 keys[4], last, count = 4;
	struct flow flows[4];

	return bpf_map_lookup_batch(bpf_map__fd(s->maps.flows), NULL, &last, keys, flows, &count, &opts);
}

static void use_maps(const struct xdp_tcpstate *s)
{
	int cpus = libbpf_num_possible_cpus();
	struct counters *counters = calloc(cpus, sizeof(*counters));
	struct settings settings;
	__u32 zero = 0;
	int fd = bpf_map__fd(s->maps.settings);

	result("read the counters", bpf_map_lookup_elem(bpf_map__fd(s->maps.counters), &zero, counters));
	result("read the settings", bpf_map_lookup_elem(fd, &zero, &settings));
	result("change the settings (SIGHUP)", bpf_map_update_elem(fd, &zero, &settings, BPF_ANY));
	result("read the table", read_batch(s));
	free(counters);
}

static int look_up_info(int fd)
{
	union {
		struct bpf_prog_info program;
		struct bpf_map_info map;
		struct bpf_link_info link;
	} info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size);
}

static int pin_and_unpin(int fd, const char *dir)
{
	char path[512];
	int err, again;

	snprintf(path, sizeof(path), "%s/later", dir);
	err = bpf_obj_pin(fd, path);
	if (err)
		return err;
	again = bpf_obj_get(path);
	if (again < 0)
		return again;
	close(again);
	return errno_of(unlink(path));
}

static void use_links(const struct xdp_tcpstate *s, int *xdp, int *tcx, unsigned int ifindex, const char *dir)
{
	result("what a program is", look_up_info(bpf_program__fd(s->progs.tcpstate_xdp)));
	result("what a link is", look_up_info(*xdp));
	result("replace the program of a link", bpf_link_update(*xdp, bpf_program__fd(s->progs.tcpstate_xdp), NULL));
	result("detach XDP", bpf_link_detach(*xdp));
	close(*xdp);
	*xdp = create_link(s->progs.tcpstate_xdp, ifindex, BPF_XDP);
	result("attach XDP again", *xdp < 0 ? *xdp : 0);
	if (*tcx >= 0) {
		result("detach TCX", bpf_link_detach(*tcx));
		close(*tcx);
		*tcx = create_link(s->progs.tcpstate_tc_egress, ifindex, ATTACH_TCX_EGRESS);
		result("attach TCX again", *tcx < 0 ? *tcx : 0);
	}
	result("pin a link, find it, unpin it", pin_and_unpin(*xdp, dir));
}

static int listen_to_links(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int err = errno_of(fd) ?: errno_of(bind(fd, (struct sockaddr *)&address, sizeof(address)));

	close(fd);
	return err;
}

static int list_sockets(void)
{
	struct socket_list sockets;
	int err = sockets_read(&sockets);

	if (!err)
		sockets_free(&sockets);
	return err;
}

static int ask_flags(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	struct ifreq request = {};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	err = errno_of(fd) ?: errno_of(ioctl(fd, SIOCGIFFLAGS, &request));
	close(fd);
	return err;
}

/* As sd_notify and the journal do: where nobody listens, that is all that is wrong. */
static int call_unix(void)
{
	struct sockaddr_un nobody = { .sun_family = AF_UNIX, .sun_path = "/nonexistent/socket" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	err = errno_of(fd) ?: errno_of(sendto(fd, "X=1", 3, 0, (struct sockaddr *)&nobody, sizeof(nobody)));
	close(fd);
	return err == -ENOENT ? 0 : err;
}

/* As the event log is opened again, in the directory that it is told of. */
static char own_file[PATH_MAX];

static int write_file(void)
{
	int fd = open(own_file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	int err = errno_of(fd) ?: errno_of(write(fd, "{}\n", 3)) ?: errno_of(ftruncate(fd, 0));

	close(fd);
	return err;
}

static int other_file(void)
{
	int fd = open("/tmp/tcpstate-attached", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	unlink("/tmp/tcpstate-attached");
	close(fd);
	return 0;
}

static int read_file(const char *path)
{
	char text[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = errno_of(fd) ?: errno_of(read(fd, text, sizeof(text)));

	close(fd);
	return err;
}

/* ---- a second thread, as the HTTP server's ------------------------------- */

static void *idle(void *arg)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
	return arg;
}

static int start_thread(void)
{
	pthread_t thread;

	return -pthread_create(&thread, NULL, idle, NULL);
}

static void wait_for_end(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll_fd = epoll_create1(EPOLL_CLOEXEC), signal_fd;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, signal_fd, &event);
	while (epoll_wait(epoll_fd, &event, 1, -1) != 1)
		;
}

/* ---- main ---------------------------------------------------------------- */

static int fatal(const char *what, int err)
{
	fprintf(stderr, "attached: %s: %s\n", what, strerror(-err));
	return 1;
}

int main(int argc, char **argv)
{
	bool filters = argc > 4 && !strcmp(argv[4], "filters"), links = argc > 4 && !strcmp(argv[4], "links");
	const char *then = argc > 5 ? argv[5] : "";
	bool given_up = !then[0] || !strcmp(then, "stay");
	unsigned int ifindex = argc > 4 ? if_nametoindex(argv[1]) : 0;
	struct xdp_tcpstate *s;
	int xdp, tcx = -1, err = 0;
	struct needs needs = { .pin_dir = argv[2], .events_file = own_file };
	char kept[512];

	if (!ifindex) {
		fprintf(stderr, "usage: attached IFACE PIN-DIR OWN-DIR links|filters|receive [stay|refuse|keep]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	s = load();
	if (!s)
		return fatal("loading", -errno);
	xdp = create_link(s->progs.tcpstate_xdp, ifindex, BPF_XDP);
	if (xdp < 0)
		return fatal("attaching XDP", xdp);
	if (filters)
		err = add_filter(s->progs.tcpstate_tc_egress, ifindex);
	else if (links)
		err = tcx = create_link(s->progs.tcpstate_tc_egress, ifindex, ATTACH_TCX_EGRESS);
	if (err < 0)
		return fatal("attaching to transmit", err);

	if (mkdir(argv[2], 0700))
		return fatal("making the directory of the pins", -errno);
	snprintf(own_file, sizeof(own_file), "%s/events", argv[3]);
	needs.tc_filters = filters;
	if (!strcmp(then, "refuse")) {
		err = refuse_calls();
		if (err)
			return fatal("refusing system calls", err);
	} else if (given_up) {
		if (privileges_drop(&needs, kept, sizeof(kept)))
			return 1;
		printf("# keeps %s\n", kept);
	}
	use_maps(s);
	result("change what is tracked", change_track(s));
	err = sweep_step(bpf_program__fd(s->progs.tcpstate_sweep));
	result("sweep", err < 0 ? err : 0);
	use_links(s, &xdp, &tcx, ifindex, argv[2]);
	if (!filters && given_up)
		result("without CAP_NET_ADMIN there are no tc filters",
		       add_filter(s->progs.tcpstate_tc_egress, ifindex) == -EPERM ? 0 : -EEXIST);
	if (filters) {
		result("remove a filter and clsact", remove_filter(ifindex));
		result("add clsact and a filter again", add_filter(s->progs.tcpstate_tc_egress, ifindex));
	}
	result("listen to rtnetlink", listen_to_links());
	result("list sockets by sock_diag", list_sockets());
	result("ask for an interface's flags", ask_flags(argv[1]));
	result("an interface's index", if_nametoindex(argv[1]) == ifindex ? 0 : -errno);
	result("call a UNIX socket", call_unix());
	result("make the events file anew, and write to it", write_file());
	if (given_up)
		result("no other file is written", other_file() == -EACCES ? 0 : -EEXIST);
	result("read /proc/meminfo", read_file("/proc/meminfo"));
	result("start a thread", start_thread());
	if (then[0]) {
		printf("# stays\n");
		wait_for_end();
	}
	result("detach XDP at the end", bpf_link_detach(xdp));
	if (filters)
		result("remove the filter at the end", remove_filter(ifindex));
	else if (links)
		result("detach TCX at the end", bpf_link_detach(tcx));
	result("remove the directory of the pins at the end", errno_of(rmdir(argv[2])));
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
