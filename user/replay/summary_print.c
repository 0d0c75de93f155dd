// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "flow/address.h"
#include "replay/link_layer.h"
#include "flow/names.h"
#include "base/out.h"
#include "replay/replay.h"
#include "replay/senders.h"
#include "base/style.h"
#include "flow/state_style.h"
#include "replay/summary.h"
#include "tcpstate/units.h"
#include "base/clock.h"

#define NAME_WIDTH 24
#define NUMBER_WIDTH 12

static const char *const closer_names[CLOSER_COUNT] = { "initiator", "responder", "both at once", "nobody" };

/* What a newcomer can make of a frame that was passed over. X(NAME) of PASSED_OVER is its label. */
static const char *const passed_texts[PASSED_COUNT] = {
	[PASSED_NOT_IP] = "neither IPv4 nor IPv6: ARP, LLDP and the like",
	[PASSED_NOT_TCP] = "UDP, ICMP and all else that is not TCP",
	[PASSED_TRUNCATED] = "captured too short: the snapshot ends inside a header",
	[PASSED_BAD_IP_HEADER] = "malformed IP header",
	[PASSED_BAD_TCP_HEADER] = "malformed TCP header",
	[PASSED_BAD_LENGTH] = "IP packets longer than their frame",
	[PASSED_BAD_IP_CHECKSUM] = "wrong IPv4 header checksum: the receiver drops them",
	[PASSED_TTL_ZERO] = "TTL or hop limit 0: not to be sent (RFC 1122)",
	[PASSED_PORT_ZERO] = "from or to port 0",
	[PASSED_BAD_ADDRESS] = "multicast, broadcast or no address at an end",
	[PASSED_LOCAL_SOURCE] = "loopback addresses that came in from outside",
	[PASSED_FRAGMENT] = "later fragments, which have no TCP header",
	[PASSED_SHORT_FRAGMENT] = "first fragments without a whole TCP header",
	[PASSED_TOO_DEEP] = "more headers than the parser walks",
	[PASSED_BAD_TUNNEL] = "malformed tunnel header",
	[PASSED_ICMP_ERROR] = "ICMP errors that quote a TCP segment",
	[PASSED_NOT_TRACKED] = "not chosen by --track",
	[PASSED_BAD_FLAGS] = "flags that contradict each other",
	[PASSED_BAD_CHECKSUM] = "wrong TCP checksum: the receiver drops them (--checksum off takes them)",
	[PASSED_NO_FLOW] = "belong to no connection and open none",
	[PASSED_TABLE_FULL] = "no room for their connection (--max-flows)",
};

/* ---- text ------------------------------------------------------------------ */

/* 1,234,567 */
static size_t grouped(char text[32], __u64 value)
{
	char digits[24];
	size_t n = decimal(digits, value), at = 0;

	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	return at;
}

static void number_cell(struct out *out, __u64 value)
{
	char text[32];

	out_cell_right(out, text, grouped(text, value), NUMBER_WIDTH, STYLE_PLAIN, false);
}

static void heading(const struct summary *s, const char *text, const char *const *columns)
{
	struct out *out = s->sink.out;

	out_char(out, '\n');
	out_cell(out, text, strlen(text), columns ? NAME_WIDTH + 2 : 0, STYLE_BOLD, s->sink.colour);
	for (; columns && *columns; columns++)
		out_cell_right(out, *columns, strlen(*columns), NUMBER_WIDTH, STYLE_DIM, s->sink.colour);
	out_char(out, '\n');
}

static void name_cell(struct out *out, const char *name, const char *style, bool colour)
{
	out_text(out, "  ");
	out_cell(out, name, strlen(name), NAME_WIDTH, style, colour);
}

/* One number with its name, and a word on it. */
static void line(const struct summary *s, const char *name, __u64 value, const char *text)
{
	struct out *out = s->sink.out;

	name_cell(out, name, STYLE_PLAIN, false);
	number_cell(out, value);
	if (text) {
		out_text(out, "  ");
		out_cell(out, text, strlen(text), 0, STYLE_DIM, s->sink.colour);
	}
	out_char(out, '\n');
}

static void moment(struct out *out, const char *name, __u64 ns)
{
	time_t t = ns / NS_PER_SECOND;
	char text[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	name_cell(out, name, STYLE_PLAIN, false);
	out_format(out, "%s.%06llu UTC", text, ns % NS_PER_SECOND / 1000);
}

/* Packets that the capture has more than once. */
static void copy_lines(const struct summary *s, const struct summary_frame_counts *c)
{
	const __u64 copies = c->programs->count[COUNT_OBSERVED_TWICE];

	if (copies)
		line(s, "observed twice", copies, "copies of packets that had passed another place, and count there");
	if (c->replay->paths_learnt)
		line(s, "  paths that double", c->replay->paths_learnt, "learnt from what came: pairs of hosts whose packets are all there twice");
}

static void capture_lines(const struct summary *s, const struct replay_counts *c)
{
	struct out *out = s->sink.out;
	char lasted[DURATION_TEXT], bytes[32];

	out_cell(out, "CAPTURE", 7, 0, STYLE_BOLD, s->sink.colour);
	out_char(out, '\n');
	bytes[grouped(bytes, c->bytes)] = 0;
	name_cell(out, "packets", STYLE_PLAIN, false);
	number_cell(out, c->packets);
	out_format(out, "  %s bytes on the wire\n", bytes);
	if (!c->packets)
		return;
	duration_text(lasted, c->last - c->first);
	moment(out, "from", c->first);
	out_char(out, '\n');
	moment(out, "to", c->last);
	out_format(out, "  (%s)\n", lasted);
	if (c->out_of_order) {
		line(s, "out of order", c->out_of_order, "packets with an earlier time than one before them");
		line(s, "  put in order", c->out_of_order - c->late, c->late ? "the others came later than --reorder allows" : NULL);
	}
}

static void conn_state_lines(const struct summary *s)
{
	struct out *out = s->sink.out;

	heading(s, "CONNECTIONS", NULL);
	line(s, "all", s->connections, NULL);
	for (unsigned int i = 0; i < CONN_STATE_COUNT; i++) {
		if (!s->conn_state[i])
			continue;
		name_cell(out, conn_state_name(i), STYLE_PLAIN, false);
		number_cell(out, s->conn_state[i]);
		out_format(out, "  %5.1f %%  ", 100.0 * s->conn_state[i] / s->connections);
		out_cell(out, conn_state_text(i), strlen(conn_state_text(i)), 0, STYLE_DIM, s->sink.colour);
		out_char(out, '\n');
	}
	if (s->living)
		line(s, "in the table at the end", s->living, "not closed, or not yet forgotten");
	if (s->guessed)
		line(s, "roles guessed", s->guessed, "picked up in the middle: by their ports, or by who was heard first");
	if (s->one_sided)
		line(s, "only one end heard", s->one_sided, NULL);
	line(s, "segments", s->packets, NULL);
	line(s, "payload bytes", s->bytes, NULL);
	line(s, "retransmitted segments", s->retransmits, NULL);
	line(s, "out-of-order segments", s->out_of_order, NULL);
	if (s->zero_windows)
		line(s, "zero windows", s->zero_windows, NULL);
}

static void close_lines(const struct summary *s)
{
	static const char *const columns[] = { "FIN", "RST", "timeout", "not yet", NULL };
	static const unsigned int ways[] = { CLOSE_FIN, CLOSE_RST, CLOSE_TIMEOUT, CLOSE_NONE };

	if (!s->connections)
		return;
	heading(s, "CLOSED BY", columns);
	for (unsigned int who = 0; who < CLOSER_COUNT; who++) {
		name_cell(s->sink.out, closer_names[who], STYLE_PLAIN, false);
		for (unsigned int way = 0; way < CLOSE_HOWS; way++)
			number_cell(s->sink.out, s->closed[who][ways[way]]);
		out_char(s->sink.out, '\n');
	}
}

static void left_lines(const struct summary *s)
{
	static const char *const columns[] = { "initiators", "responders", NULL };

	if (!s->living)
		return;
	heading(s, "STATES LEFT", columns);
	for (unsigned int state = 0; state < STATE_SLOTS; state++) {
		if (!s->left[0][state] && !s->left[1][state])
			continue;
		name_cell(s->sink.out, state_name(state), state_style(state), s->sink.colour);
		number_cell(s->sink.out, s->left[0][state]);
		number_cell(s->sink.out, s->left[1][state]);
		out_char(s->sink.out, '\n');
	}
}

static void time_cell(struct out *out, __u32 us)
{
	char text[32];
	int n = us < 10000 ? snprintf(text, sizeof(text), "%u us", us) :
		us < 10000000 ? snprintf(text, sizeof(text), "%.1f ms", us / 1e3) :
				snprintf(text, sizeof(text), "%.1f s", us / 1e6);

	out_cell_right(out, text, n, NUMBER_WIDTH, STYLE_PLAIN, false);
}

static void time_line(const struct summary *s, const char *name, const struct histogram *h)
{
	name_cell(s->sink.out, name, STYLE_PLAIN, false);
	time_cell(s->sink.out, histogram_quantile(h, 500));
	time_cell(s->sink.out, histogram_quantile(h, 900));
	time_cell(s->sink.out, h->max);
	number_cell(s->sink.out, h->count);
	out_char(s->sink.out, '\n');
}

static void handshake_lines(const struct summary *s)
{
	static const char *const columns[] = { "median", "90 %", "longest", "seen", NULL };

	if (!s->syn_to_synack.count && !s->syn_retransmits)
		return;
	heading(s, "HANDSHAKES", columns);
	time_line(s, "SYN to SYN-ACK", &s->syn_to_synack);
	time_line(s, "SYN-ACK to ACK", &s->synack_to_ack);
	line(s, "SYNs sent again", s->syn_retransmits, NULL);
}

static void wait_lines(const struct summary *s)
{
	char whole[DURATION_TEXT + 16];
	__u64 began = s->waits[0] + s->waits[1] + s->both_wait;
	__u64 ended = s->wait_expired + s->wait_reused + s->wait_reset + s->wait_evicted + s->wait_denied;

	if (!began && !ended)
		return;
	strcpy(whole, "2MSL: ");
	duration_text(whole + strlen(whole), s->sink.two_msl_ns);
	heading(s, "TIME_WAIT", NULL);
	line(s, "connections", began, whole);
	if (s->waits[0])
		line(s, "  of initiators", s->waits[0], NULL);
	if (s->waits[1])
		line(s, "  of responders", s->waits[1], NULL);
	if (s->both_wait)
		line(s, "  of both ends", s->both_wait, NULL);
	line(s, "expired", s->wait_expired, NULL);
	if (s->wait_reused)
		line(s, "reused", s->wait_reused, "a new connection took their place");
	if (s->wait_reset)
		line(s, "reset", s->wait_reset, "TIME-WAIT assassination, RFC 1337");
	if (s->wait_evicted)
		line(s, "evicted", s->wait_evicted, "the table was too full: --max-flows");
	if (s->wait_denied)
		line(s, "denied", s->wait_denied, "there was none: its FIN had not arrived");
	if (began > ended)
		line(s, "still waiting", began - ended, NULL);
}

static void passed_over_lines(const struct summary *s, const struct summary_frame_counts *c)
{
	char text[96];
	bool any = c->replay->unknown_link;

	for (unsigned int i = 0; i < PASSED_COUNT; i++)
		any |= summary_passed_over(c, i) != 0;
	if (!any)
		return;
	heading(s, "NOT FOLLOWED", NULL);
	for (unsigned int i = 0; i < PASSED_COUNT; i++)
		if (summary_passed_over(c, i))
			line(s, passed_over_name(i), summary_passed_over(c, i), passed_texts[i]);
	if (c->replay->unknown_link) {
		snprintf(text, sizeof(text), "of a link type that is not read, such as %s",
			 link_name(c->replay->unknown_link_type));
		line(s, "link_type", c->replay->unknown_link, text);
	}
}

static const char *verdict_text(const struct senders *senders, __u32 sender)
{
	enum sender_verdict verdict = senders_verdict(senders, sender);

	if (senders_offload_assumed(senders, sender))
		return verdict == SENDER_OFFLOADS ? "transmit offload: the peer acknowledges them" : "transmit offload: all are 0";
	return verdict == SENDER_CORRUPT ? "corruption: sent again with a right one" : "corruption: nothing shows that they arrived";
}

#define SENDERS_SHOWN 20

/* What was assumed for whom (--checksum auto). */
static void checksum_lines(const struct summary *s, const struct summary_frame_counts *c)
{
	static const char *const columns[] = { "taken", "left out", NULL };
	char address[ADDRESS_TEXT];

	if (!c->replay->sums_taken && !c->replay->sums_left_out)
		return;
	heading(s, "WRONG CHECKSUMS", columns);
	name_cell(s->sink.out, "all", STYLE_PLAIN, false);
	number_cell(s->sink.out, c->replay->sums_taken);
	number_cell(s->sink.out, c->replay->sums_left_out);
	out_char(s->sink.out, '\n');
	for (__u32 i = 0; c->senders && i < c->senders->count && i < SENDERS_SHOWN; i++) {
		const struct sender *one = &c->senders->list[i];
		const char *verdict = verdict_text(c->senders, i);

		address[address_text(address, one->key.address)] = 0;
		name_cell(s->sink.out, address, STYLE_PLAIN, false);
		number_cell(s->sink.out, one->taken);
		number_cell(s->sink.out, one->left_out);
		out_text(s->sink.out, "  ");
		out_cell(s->sink.out, verdict, strlen(verdict), 0, STYLE_DIM, s->sink.colour);
		out_char(s->sink.out, '\n');
	}
	if (c->senders && c->senders->count > SENDERS_SHOWN)
		out_format(s->sink.out, "  and %u more senders: --json has them all\n", c->senders->count - SENDERS_SHOWN);
}

void summary_text(const struct summary *s, const struct summary_frame_counts *c)
{
	if (s->passed_on)
		out_char(s->sink.out, '\n');
	capture_lines(s, c->replay);
	copy_lines(s, c);
	conn_state_lines(s);
	close_lines(s);
	left_lines(s);
	handshake_lines(s);
	wait_lines(s);
	checksum_lines(s, c);
	passed_over_lines(s, c);
}
