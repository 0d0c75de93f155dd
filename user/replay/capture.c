// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "replay/pcapng.h"
#include "replay/place.h"
#include "tcpstate/units.h"

#define BUFFER_SIZE (256 << 10)
/* Whoever writes into the pipe gets the same Ctrl-C, and has some last packets for us. */
#define LAST_PACKETS_MS 500

/* ---- input --------------------------------------------------------------- */

static bool is_stopped(const struct capture *c)
{
	return c->stop && *c->stop;
}

/* Is there something to read (or the end)? Waits for it if it has to. */
static bool wait_for_input(struct capture *c)
{
	struct pollfd fds = { .fd = c->fd, .events = POLLIN };

	if (poll(&fds, 1, is_stopped(c) ? 0 : c->patience_ms) > 0)
		return true;
	if (c->idle && !c->idle(c->idle_arg))
		return false;
	for (;;) {
		bool last = is_stopped(c);
		int n = poll(&fds, 1, last ? LAST_PACKETS_MS : -1);

		if (n > 0)
			return true;
		if (n == 0 || (last && n < 0))
			return false;
	}
}

/* stdio reads through this: one read(2), so that what has come in is not held up by what has not. */
static ssize_t read_input(void *cookie, char *buffer, size_t size)
{
	struct capture *c = cookie;
	ssize_t n;

	if (c->head_left) {
		n = size < c->head_left ? size : c->head_left;
		memcpy(buffer, c->head + sizeof(c->head) - c->head_left, n);
		c->head_left -= n;
		return n;
	}
	if (c->is_regular ? is_stopped(c) : !wait_for_input(c)) {
		c->at_end = true;
		return 0;
	}
	do
		n = read(c->fd, buffer, size);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		c->read += n;
	c->at_end = n == 0;
	return n;
}

static int close_input(void *cookie)
{
	struct capture *c = cookie;
	int err = c->fd > STDIN_FILENO ? close(c->fd) : 0;

	c->fd = -1;
	return err;
}

/* ---- what is it? --------------------------------------------------------- */

static int open_file(struct capture *c, const char *path)
{
	struct stat status;

	if (!strcmp(path, "-")) {
		c->name = "standard input";
		c->fd = STDIN_FILENO;
		if (isatty(STDIN_FILENO))
			return fail_usage("replay -: the standard input is a terminal; give it a capture: tcpdump -w - | xdp-tcpstate replay -");
	} else {
		c->name = path;
		c->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (c->fd < 0)
			return fail(-errno, "opening the capture %s: %s", path, strerror(errno));
	}
	if (fstat(c->fd, &status))
		return fail(-errno, "%s: %s", c->name, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return fail(-EISDIR, "%s is a directory; which of its captures? %s/*.pcap, perhaps", c->name,
			    c->name);
	c->is_regular = S_ISREG(status.st_mode);
	c->size = c->is_regular ? status.st_size : 0;
	c->start = c->is_regular ? lseek(c->fd, 0, SEEK_CUR) : 0;
	return 0;
}

struct magic {
	__u8 bytes[4];
	const char *what;
};

/* What people have lying beside their captures, or have made of them. */
static const struct magic others[] = {
	{ { 0x1f, 0x8b }, "compressed by gzip: zcat %s | xdp-tcpstate replay -" },
	{ { 0x28, 0xb5, 0x2f, 0xfd }, "compressed by zstd: zstdcat %s | xdp-tcpstate replay -" },
	{ { 0xfd, '7', 'z', 'X' }, "compressed by xz: xzcat %s | xdp-tcpstate replay -" },
	{ { 'B', 'Z', 'h' }, "compressed by bzip2: bzcat %s | xdp-tcpstate replay -" },
	{ { 0x04, 0x22, 0x4d, 0x18 }, "compressed by lz4: lz4cat %s | xdp-tcpstate replay -" },
	{ { 's', 'n', 'o', 'o' }, "a snoop capture; editcap -F pcap %s OUT makes a pcap of it" },
};

static int report_format(const struct capture *c)
{
	char hint[CAPTURE_ERROR];

	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		size_t len = strnlen((const char *)others[i].bytes, sizeof(others[i].bytes));

		if (memcmp(c->head, others[i].bytes, len))
			continue;
		snprintf(hint, sizeof(hint), others[i].what, c->fd == STDIN_FILENO ? "FILE" : c->name);
		return fail(-EINVAL, "%s is no capture as it is, but %s", c->name, hint);
	}
	return fail(-EINVAL, "%s is no capture: it begins neither as a pcap nor as a pcapng, which tcpdump -w or Wireshark write",
		    c->name);
}

/* The magic number, with which both formats begin. */
static int read_head(struct capture *c)
{
	size_t got = 0;

	while (got < sizeof(c->head)) {
		ssize_t n = c->is_regular || wait_for_input(c) ? read(c->fd, c->head + got, sizeof(c->head) - got) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(-errno, "reading %s: %s", c->name, strerror(errno));
		if (n == 0)
			return got ? report_format(c) : fail(-ENODATA, "%s is empty: not even a capture's header is there", c->name);
		got += n;
	}
	c->head_left = got;
	c->read = got;
	return 0;
}

static bool is_pcap(const __u8 head[4])
{
	/* pcap-savefile(5): us and ns; Alexey Kuznetzov's; Navtel's; each in either byte order */
	static const __u32 magics[] = { 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0xa12b3c4d };
	__u32 word;

	memcpy(&word, head, sizeof(word));
	for (unsigned int i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (word == magics[i] || word == __builtin_bswap32(magics[i]))
			return true;
	return false;
}

static int open_pcap(struct capture *c)
{
	char error[PCAP_ERRBUF_SIZE] = "";

	c->pcap = pcap_fopen_offline_with_tstamp_precision(c->file, PCAP_TSTAMP_PRECISION_NANO, error);
	if (c->pcap)
		return 0;
	if (c->at_end)
		return fail(-EINVAL, "%s: the capture ends in its header", c->name);
	return fail(-EINVAL, "%s: %s", c->name, error);
}

static int open_pcapng(struct capture *c)
{
	c->pcapng = pcapng_new(c->file);
	return c->pcapng ? 0 : fail(-ENOMEM, "out of memory while starting");
}

/* c->fd and c->name are set. */
static int begin(struct capture *c)
{
	static const cookie_io_functions_t input = { .read = read_input, .close = close_input };
	int err = read_head(c);

	if (!err && !is_pcap(c->head) && !is_pcapng(c->head))
		err = report_format(c);
	if (err)
		return err;
	c->file = fopencookie(c, "r", input);
	c->buffer = malloc(BUFFER_SIZE);
	if (!c->file || !c->buffer)
		return fail(-ENOMEM, "out of memory while starting");
	setvbuf(c->file, c->buffer, _IOFBF, BUFFER_SIZE);
	return is_pcap(c->head) ? open_pcap(c) : open_pcapng(c);
}

int capture_open(struct capture *c, const char *path)
{
	int err = open_file(c, path);

	err = err ?: begin(c);
	if (err)
		capture_close(c);
	return err;
}

int capture_open_again(struct capture *again, const struct capture *c)
{
	char path[32];
	int err = 0;

	*again = (struct capture){ .name = c->name, .is_regular = true, .size = c->size, .start = c->start, .stop = c->stop };
	snprintf(path, sizeof(path), "/proc/self/fd/%d", c->fd);
	/* A file description of its own, and so a position of its own. */
	again->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (again->fd < 0 || lseek(again->fd, c->start, SEEK_SET) < 0)
		err = fail(-errno, "reading %s twice, for its checksums: %s", c->name, strerror(errno));
	err = err ?: begin(again);
	if (err)
		capture_close(again);
	return err;
}

void capture_close(struct capture *c)
{
	if (c->pcap)
		pcap_close(c->pcap); /* and with it the file */
	else if (c->file)
		fclose(c->file);
	else if (c->fd > STDIN_FILENO)
		close(c->fd);
	pcapng_free(c->pcapng);
	free(c->buffer);
	c->pcap = NULL;
	c->pcapng = NULL;
	c->file = NULL;
	c->buffer = NULL;
	c->fd = -1;
}

/* ---- packets ------------------------------------------------------------- */

/* libpcap reads the file's unsigned seconds as signed ones, and leaves absurd fractions as they are. */
static __u64 pcap_time(const struct timeval *t)
{
	__u64 seconds = (__u32)t->tv_sec;
	__u64 ns = t->tv_usec < 0 ? 0 : t->tv_usec;

	return seconds * NS_PER_SECOND + (ns < NS_PER_SECOND ? ns : NS_PER_SECOND - 1);
}

static int next_pcap(struct capture *c, struct capture_packet *p)
{
	struct pcap_pkthdr *header;
	int n = pcap_next_ex(c->pcap, &header, &p->data);

	if (n == PCAP_ERROR_BREAK)
		return 0;
	if (n != 1) {
		snprintf(c->error, sizeof(c->error), "%s", pcap_geterr(c->pcap));
		return -EBADMSG;
	}
	p->time = pcap_time(&header->ts);
	p->captured = header->caplen;
	p->length = header->len;
	p->link_type = pcap_datalink(c->pcap);
	p->interface = 0;
	return 1;
}

int capture_next(struct capture *c, struct capture_packet *p)
{
	char what[CAPTURE_ERROR];
	int n;

	if (is_stopped(c) && c->is_regular)
		return 0;
	n = c->pcap ? next_pcap(c, p) : pcapng_next(c->pcapng, p, c->error, sizeof(c->error));
	if (n > 0) {
		c->packets++;
		p->place = place_of(p);
		return n;
	}
	if (n == 0 || is_stopped(c))
		return 0;
	snprintf(what, sizeof(what), "%s", c->error);
	if (ferror(c->file) && !c->at_end)
		snprintf(c->error, sizeof(c->error), "reading it behind packet %llu failed: %.300s", c->packets, what);
	else if (c->at_end)
		snprintf(c->error, sizeof(c->error),
			 "the capture is cut off in the middle of packet %llu; the %llu before it were replayed",
			 c->packets + 1, c->packets);
	else
		snprintf(c->error, sizeof(c->error), "the capture is damaged behind packet %llu, which was the last to be replayed: %.300s",
			 c->packets, what);
	return n;
}
