// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/sums.h"

#include "replay/walk.h"

bool sums_look(const struct parse_choice *choice, const struct link_frame *frame, struct summed *s)
{
	const struct frame f = { frame->data, frame->data + frame->size };
	struct walk w = walk_of(choice, frame);
	const struct tcp_header *tcp;
	struct packet p;

	w.verify_checksum = true;
	begin_walk(&w, NEXT_ETHERNET, &p);
	if (walk_frame(f, &w, &p) || p.icmp_error)
		return false;
	s->key = p.key;
	s->segment = p.seg;
	s->from = p.from & 1;
	s->told = can_be_summed(f, &w);
	s->wrong = p.seg.traits & SEG_BAD_CHECKSUM;
	if (!s->wrong)
		return true;
	tcp = bytes_at(f, w.segment, sizeof(*tcp));
	s->sum = (struct wrong_sum){
		.at = w.segment + offsetof(struct tcp_header, checksum),
		.blank = checksum_fold(pseudo_header_sum(&p, w.end - w.segment)),
		.zero = !tcp->checksum,
	};
	return true;
}
