// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What a request's headers ask for. They are what anybody sent: of any length, and of any bytes but 0. */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "serve/http_parts.h"

/* A piece of a header, without the blanks around it. */
struct piece {
	const char *at;
	size_t len;
};

static struct piece trimmed(const char *at, size_t len)
{
	while (len && (*at == ' ' || *at == '\t'))
		at++, len--;
	while (len && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	return (struct piece){ at, len };
}

/* The next piece of *rest up to the separator, which is consumed. */
static struct piece next_piece(struct piece *rest, char separator)
{
	const char *end = memchr(rest->at, separator, rest->len);
	size_t len = end ? (size_t)(end - rest->at) : rest->len;
	struct piece piece = trimmed(rest->at, len);

	rest->at += len + !!end;
	rest->len -= len + !!end;
	return piece;
}

static bool is_word(struct piece piece, const char *word)
{
	return piece.len == strlen(word) && !strncasecmp(piece.at, word, piece.len);
}

/* 0 to 1 with three digits (RFC 9110 12.4.2), in thousandths; 0 for what is no such number. */
static unsigned int weight(struct piece text)
{
	unsigned int value = 0, place = 1000;

	for (size_t i = 0; i < text.len && i < 5; i++) {
		if (i == 1 && text.at[i] == '.')
			continue;
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		value += (text.at[i] - '0') * place;
		place /= 10;
	}
	return value < 1000 ? value : 1000;
}

struct range {
	struct piece type;
	unsigned int q;  /* thousandths */
	bool known;      /* no version, or the one that there is */
};

/* TYPE;version=1.0.0;q=0.5 */
static struct range parse_range(struct piece text)
{
	struct range range = { .type = next_piece(&text, ';'), .q = 1000, .known = true };

	while (text.len) {
		struct piece value = next_piece(&text, ';'), name = next_piece(&value, '=');

		value = trimmed(value.at, value.len);
		if (is_word(name, "q"))
			range.q = weight(value);
		else if (is_word(name, "version"))
			range.known = is_word(value, "1.0.0") || is_word(value, "\"1.0.0\"");
	}
	return range;
}

bool wants_openmetrics(const char *accept)
{
	struct piece rest = { accept, accept ? strlen(accept) : 0 };
	unsigned int openmetrics = 0, plain = 0;

	while (rest.len) {
		struct range range = parse_range(next_piece(&rest, ','));

		if (is_word(range.type, "application/openmetrics-text") && range.known && range.q > openmetrics)
			openmetrics = range.q;
		else if (is_word(range.type, "text/plain") && range.q > plain)
			plain = range.q;
	}
	return openmetrics && openmetrics >= plain;
}

static bool is_port(const char *text)
{
	return !*text || (*text == ':' && strspn(text + 1, "0123456789") == strlen(text + 1));
}

bool is_address_or_localhost(const char *host)
{
	bool bracketed = *host == '[';
	size_t len = strcspn(host += bracketed, bracketed ? "]" : ":");
	char name[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (len >= sizeof(name) || (bracketed && !host[len]) || !is_port(host + len + bracketed))
		return false;
	memcpy(name, host, len);
	name[len] = 0;
	if (bracketed)
		return inet_pton(AF_INET6, name, &address) == 1;
	return !strcasecmp(name, "localhost") || inet_pton(AF_INET, name, &address) == 1;
}
