/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A growing output buffer. A listing of 131,072 flows has some ten million
 * fields, too many for printf; a line stays whole in memory until it is
 * flushed, so columns can be padded after the fact.
 */
#ifndef TCPSTATE_USER_BASE_OUT_H
#define TCPSTATE_USER_BASE_OUT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct out {
	int fd;
	int error;    /* the first failure, negative errno; nothing is written after it */
	char *data;
	size_t len;
	size_t size;
	/*
	 * Called before each write where the reader may be slow: waits until fd
	 * takes data, 0, or gives up, negative errno. NULL: write may block.
	 */
	int (*wait)(void *arg, int fd);
	void *wait_arg;
};

/* 0 or -ENOMEM. */
int out_init(struct out *out, int fd);
void out_free(struct out *out);

/* Write what is there. 0 or the first error; -EPIPE: the reader has gone. */
int out_flush(struct out *out);

/* Call at the end of a line: flushes when enough has come together. */
int out_line(struct out *out);

/* Room for n more bytes. Out of memory ends in out->error and a scratch area. */
void out_grow(struct out *out, size_t n);

static inline char *out_room(struct out *out, size_t n)
{
	if (out->size - out->len < n)
		out_grow(out, n);
	return out->data + out->len;
}

static inline void out_bytes(struct out *out, const void *bytes, size_t n)
{
	memcpy(out_room(out, n), bytes, n);
	out->len += n;
}

static inline void out_char(struct out *out, char c)
{
	*out_room(out, 1) = c;
	out->len++;
}

static inline void out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

static inline void out_fill(struct out *out, char c, size_t n)
{
	memset(out_room(out, n), c, n);
	out->len += n;
}

/* Decimal digits of value at p; returns how many (at most 20). */
size_t decimal(char *p, __u64 value);

void out_u64(struct out *out, __u64 value);
void out_hex64(struct out *out, __u64 value);               /* 16 digits */
void out_digits(struct out *out, __u32 value, int width);   /* leading zeros */
void out_milliseconds(struct out *out, __u64 ns);           /* ns as 12.345678 */

/* printf is slow: this is for what is printed rarely. */
void out_format(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
