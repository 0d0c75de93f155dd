// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "base/out.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tcpstate/units.h"

#define FIRST_SIZE (64 << 10)
#define FLUSH_AT (128 << 10)

int out_init(struct out *out, int fd)
{
	*out = (struct out){ .fd = fd, .size = FIRST_SIZE };
	out->data = malloc(out->size);
	return out->data ? 0 : -ENOMEM;
}

void out_free(struct out *out)
{
	free(out->data);
	out->data = NULL;
}

void out_grow(struct out *out, size_t n)
{
	size_t size = out->size;
	char *data;

	while (size - out->len < n)
		size *= 2;
	data = realloc(out->data, size);
	if (!data) {
		/* No single piece of output is larger than what was asked for first. */
		out->error = -ENOMEM;
		out->len = 0;
		return;
	}
	out->data = data;
	out->size = size;
}

int out_flush(struct out *out)
{
	size_t done = 0;

	while (done < out->len && !out->error) {
		size_t part = out->len - done;
		ssize_t n;

		if (out->wait) {
			out->error = out->wait(out->wait_arg, out->fd);
			if (out->error)
				break;
			/* A pipe that polls writable takes this much without blocking. */
			if (part > PIPE_BUF)
				part = PIPE_BUF;
		}
		n = write(out->fd, out->data + done, part);
		if (n >= 0)
			done += n;
		else if (errno != EINTR && errno != EAGAIN)
			out->error = -errno;
	}
	out->len = 0;
	return out->error;
}

int out_line(struct out *out)
{
	return out->len < FLUSH_AT ? out->error : out_flush(out);
}

static const char pairs[] =
	"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
	"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

size_t decimal(char *p, __u64 value)
{
	size_t count = 1, at;

	for (__u64 above = 10; count < 20 && value >= above; above *= 10)
		count++;
	for (at = count; at >= 2; value /= 100) {
		at -= 2;
		memcpy(p + at, pairs + value % 100 * 2, 2);
	}
	if (at)
		p[0] = '0' + value;
	return count;
}

void out_u64(struct out *out, __u64 value)
{
	out->len += decimal(out_room(out, 20), value);
}

void out_hex64(struct out *out, __u64 value)
{
	char *p = out_room(out, 16);

	for (int i = 15; i >= 0; i--, value >>= 4)
		p[i] = "0123456789abcdef"[value & 15];
	out->len += 16;
}

void out_digits(struct out *out, __u32 value, int width)
{
	char *p = out_room(out, width);
	int i = width;

	for (; i >= 2; value /= 100) {
		i -= 2;
		memcpy(p + i, pairs + value % 100 * 2, 2);
	}
	if (i)
		p[0] = '0' + value % 10;
	out->len += width;
}

void out_milliseconds(struct out *out, __u64 ns)
{
	out_u64(out, ns / NS_PER_MS);
	if (ns % NS_PER_MS) {
		out_char(out, '.');
		out_digits(out, ns % NS_PER_MS, 6);
		while (out->data[out->len - 1] == '0')
			out->len--;
	}
}

void out_format(struct out *out, const char *format, ...)
{
	char text[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n > 0)
		out_bytes(out, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}
