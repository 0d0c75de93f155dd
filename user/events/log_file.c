// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Events as NDJSON in a file. Lines are whole, whatever happens: what a full
 * disk has cut off is taken out again, and so is what an earlier process may
 * have left unfinished when it was killed.
 */
#include "events/log_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "base/json.h"
#include "events/rotate.h"

#define MODE 0640           /* who talks to whom is not for everybody */
#define FLUSH_AT (64 << 10)  /* below what makes struct out flush by itself */
#define TAIL_MAX (16 << 10) /* no line of ours is longer */
static const char line_begin[] = JSON_BEGIN("ts") "\"";

struct line {
	size_t end;         /* in the buffer */
	struct log_entry entry;
};

struct event_file {
	struct event_log log; /* first, so that it can be cast back */
	struct sink json;
	struct out buffer;
	struct line *lines;
	size_t count, room;
	int fd;
	bool ours;            /* a regular file, and no other xdp-tcpstate writes to it: it can be cut */
	bool linked;          /* its name is a symbolic link: moving that would not move the file */
	bool unfinished;      /* what is there ends inside a line, which could not be cut */
	char path[PATH_MAX];
};

static struct event_file *file_of(struct event_log *log)
{
	return (struct event_file *)log;
}

/* ---- open ---------------------------------------------------------------- */

/* The last byte but one newline: where the last line begins. -1: unknown. */
static ssize_t last_line(const char *tail, ssize_t size)
{
	while (size > 0 && tail[size - 1] != '\n')
		size--;
	return size;
}

/* Cuts off the half line that a process left which was killed while it wrote. */
static void mend(struct event_file *file, off_t size)
{
	static char tail[TAIL_MAX];
	off_t from = size > TAIL_MAX ? size - TAIL_MAX : 0;
	ssize_t got = pread(file->fd, tail, sizeof(tail), from), at;

	if (got <= 0 || tail[got - 1] == '\n')
		return;
	at = last_line(tail, got);
	/* Only what is ours: an event, or what there is of its beginning. */
	if ((at || !from) && !strncmp(tail + at, line_begin, got - at < 7 ? got - at : 7) &&
	    !ftruncate(file->fd, from + at)) {
		notice("%s ended in an event that was never finished; that is taken out", file->path);
		return;
	}
	file->unfinished = true;
}

/* Reading it, too, is for mend(); without waiting, should it be a FIFO. */
static int open_file(struct event_file *file)
{
	int fd = open(file->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
	struct stat st = {}, st_of_name;

	if (fd < 0)
		return -errno;
	if (file->fd >= 0)
		close(file->fd);
	file->fd = fd;
	fstat(fd, &st);
	file->ours = S_ISREG(st.st_mode) && !flock(fd, LOCK_EX | LOCK_NB);
	file->linked = !lstat(file->path, &st_of_name) && S_ISLNK(st_of_name.st_mode);
	file->unfinished = false;
	if (file->ours)
		mend(file, st.st_size);
	return 0;
}

/* ---- write --------------------------------------------------------------- */

/* Take what was written of a line out again, so that the next begins a line. */
static void cut(struct event_file *file, size_t part)
{
	struct stat st;

	if (!part)
		return;
	if (!file->ours || fstat(file->fd, &st) || ftruncate(file->fd, st.st_size - part))
		file->unfinished = true;
}

/* How much to write at once: a pipe takes that much whole or not at all. */
static size_t portion(const struct event_file *file, size_t from, size_t *line)
{
	size_t end = from;

	if (file->ours)
		return file->buffer.len - from;
	while (*line < file->count && (file->lines[*line].end - from <= PIPE_BUF || end == from))
		end = file->lines[(*line)++].end;
	return end - from;
}

/* Returns how much was written; *err: why not all. */
static size_t write_out(struct event_file *file, int *err)
{
	size_t done = 0, line = 0;

	*err = 0;
	if (file->unfinished && write(file->fd, "\n", 1) != 1) {
		*err = -errno;
		return 0;
	}
	file->unfinished = false;
	while (done < file->buffer.len) {
		size_t part = portion(file, done, &line), end = done + part;

		while (done < end) {
			ssize_t n = write(file->fd, file->buffer.data + done, end - done);

			if (n >= 0) {
				done += n;
			} else if (errno != EINTR) {
				*err = -errno;
				return done;
			}
		}
	}
	return done;
}

/*
 * With what is in the buffer the file would be beyond its bound: it gives its name to a new one. If logrotate has
 * moved it away already, its SIGHUP is on its way, and there is nothing to move. 0 or negative errno.
 */
static int make_room(struct event_file *file)
{
	const struct event_log *log = &file->log;
	struct stat st;
	int err = 0;

	if (!log->max_bytes || !file->ours || file->linked || fstat(file->fd, &st) || !st.st_size ||
	    st.st_size + file->buffer.len <= log->max_bytes)
		return 0;
	if (is_named(file->fd, file->path)) {
		err = rotate_file(file->path, log->keep);
		file->log.counts.rotations += !err;
	}
	err = err ?: open_file(file);
	if (err && !log->failing)
		notice("%s is full (--events-max-size), and can't make room for a new one: %s", file->path, strerror(-err));
	return err;
}

static void file_flush(struct event_log *log)
{
	struct event_file *file = file_of(log);
	size_t done = 0, whole = 0;
	int err;

	if (!file->buffer.len)
		return;
	err = make_room(file);
	if (!err)
		done = write_out(file, &err);
	if (err)
		event_log_fails(log, err);
	else
		event_log_works(log);
	for (size_t i = 0; i < file->count; i++) {
		if (file->lines[i].end <= done)
			whole = file->lines[i].end;
		else
			event_log_lose(log, &file->lines[i].entry);
	}
	cut(file, done - whole);
	log->counts.bytes += whole;
	file->buffer.len = 0;
	file->count = 0;
}

/* ---- events -------------------------------------------------------------- */

/* Notes that what has been put into the buffer is one line more. */
static void end_line(struct event_file *file, unsigned int kind, const struct lost_event *loss)
{
	struct log_entry entry = {
		.kind = kind,
		.reason = loss ? loss->reason : LOST_IN_WRITING,
		.count = loss ? loss->count : 1,
		.tells_loss = loss,
	};

	if (!ARRAY_MAKE_ROOM(file->lines, file->room, file->count + 1)) {
		file->buffer.len = file->count ? file->lines[file->count - 1].end : 0;
		event_log_fails(&file->log, -ENOMEM);
		event_log_lose(&file->log, &entry);
		return;
	}
	if (file->buffer.error) { /* out of memory: it has been emptied */
		event_log_fails(&file->log, file->buffer.error);
		for (size_t i = 0; i < file->count; i++)
			event_log_lose(&file->log, &file->lines[i].entry);
		event_log_lose(&file->log, &entry);
		file->buffer.error = 0;
		file->buffer.len = file->count = 0;
		return;
	}
	file->lines[file->count++] = (struct line){ file->buffer.len, entry };
	if (file->buffer.len >= FLUSH_AT)
		file_flush(&file->log);
}

/* Our sink has it from dispatch. */
static struct event_file *begin_line(struct event_log *log)
{
	struct event_file *file = file_of(log);

	file->json.two_msl_ns = log->sink.two_msl_ns;
	file->json.whose = log->sink.whose;
	return file;
}

static void file_state(struct event_log *log, const struct event *event)
{
	struct event_file *file = begin_line(log);

	file->json.state(&file->json, event);
	end_line(file, EVENT_STATE, NULL);
}

static void file_time_wait(struct event_log *log, const struct wait_event *event)
{
	struct event_file *file = begin_line(log);

	file->json.time_wait(&file->json, event);
	end_line(file, EVENT_TIME_WAIT, NULL);
}

static void file_stray(struct event_log *log, const struct stray_event *event)
{
	struct event_file *file = begin_line(log);

	file->json.stray(&file->json, event);
	end_line(file, EVENT_STRAY, NULL);
}

static void file_flow(struct event_log *log, const struct flow_record *record)
{
	struct event_file *file = begin_line(log);

	file->json.flow(&file->json, record);
	end_line(file, EVENT_FLOW, NULL);
}

static void file_lost(struct event_log *log, const struct lost_event *event)
{
	struct event_file *file = begin_line(log);

	file->json.lost(&file->json, event);
	end_line(file, event->kind, event);
}

/* ---- reopen -------------------------------------------------------------- */

static int file_reopen(struct event_log *log)
{
	struct event_file *file = file_of(log);
	int err;

	file_flush(log);
	err = open_file(file);
	if (err)
		return fail(err, "opening %s anew: %s. Events go on into the file that had this name before", file->path,
			    strerror(-err));
	return 0;
}

static void file_check_reopen(const struct event_log *log)
{
	const struct event_file *file = (const struct event_file *)log;
	char copy[PATH_MAX];
	const char *dir;
	struct stat st;

	if (fstat(file->fd, &st) || !S_ISREG(st.st_mode))
		return;
	if (log->max_bytes && (file->linked || !file->ours))
		notice("%s is %s: it can't be moved aside when it is full, and grows without a bound (--events-max-size)",
		       file->path, file->linked ? "a symbolic link" : "locked by another process, which may write to it");
	snprintf(copy, sizeof(copy), "%s", file->path);
	dir = dirname(copy);
	if (!faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) && !faccessat(AT_FDCWD, file->path, W_OK, AT_EACCESS))
		return;
	notice("%s can be written now, but with the capabilities given up it could not be made anew in %s after logrotate has moved it. Give root that directory, or let logrotate make the file (\"create 0640 root\")",
	       file->path, dir);
}

static void file_close(struct event_log *log)
{
	struct event_file *file = file_of(log);

	if (file->fd >= 0)
		close(file->fd);
	out_free(&file->buffer);
	free(file->lines);
	free(file);
}

static const struct log_backend file_backend = {
	.state = file_state,
	.time_wait = file_time_wait,
	.stray = file_stray,
	.flow = file_flow,
	.lost = file_lost,
	.flush = file_flush,
	.reopen = file_reopen,
	.check_reopen = file_check_reopen,
	.close = file_close,
};

int event_log_to_file(struct event_log **log, const char *path, struct wall_clock *clock)
{
	struct event_file *file = calloc(1, sizeof(*file));
	int err;

	*log = NULL;
	if (!file || out_init(&file->buffer, -1)) {
		free(file);
		return fail(-ENOMEM, "out of memory while opening %s", path);
	}
	snprintf(file->path, sizeof(file->path), "%s", path);
	event_log_init(&file->log, &file_backend, file->path, clock);
	json_sink(&file->json, &file->buffer, clock);
	file->fd = -1;
	signal(SIGXFSZ, SIG_IGN); /* a file size limit (ulimit -f) is an error like a full disk, and no end */
	err = open_file(file);
	if (err) {
		fail(err, "opening %s for the events: %s", path, strerror(-err));
		file_close(&file->log);
		return err;
	}
	*log = &file->log;
	return 0;
}
