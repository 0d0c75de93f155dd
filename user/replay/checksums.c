// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/checksums.h"

#include <errno.h>
#include <stdlib.h>

#include "replay/capture.h"
#include "base/error.h"
#include "replay/place.h"

int checksums_init(struct checksums *c, const struct parse_choice *parse)
{
	c->parse = *parse;
	c->surveyed = false;
	return senders_init(&c->senders);
}

void checksums_free(struct checksums *c)
{
	senders_free(&c->senders);
}

void checksums_clear(struct checksums *c)
{
	senders_clear(&c->senders);
	c->surveyed = false;
}

static void learn(struct checksums *c, const struct capture_packet *p, struct summed *summed)
{
	__u8 station[6];

	station_of(p, station);
	senders_learn(&c->senders, summed, station, p->interface);
}

/* Where it is damaged it ends, here as well; whoever reads it the first time says so. */
static int read_ahead(struct checksums *c, const struct capture *capture)
{
	struct capture *again = calloc(1, sizeof(*again));
	struct capture_packet p;
	struct link_frame frame;
	struct summed summed;
	int err;

	err = again ? capture_open_again(again, capture) : fail(-ENOMEM, "out of memory while reading the capture twice");
	if (!err) {
		while (capture_next(again, &p) > 0)
			if (link_is_known(p.link_type) && link_to_ethernet(&c->link, &p, &frame) &&
			    sums_look(&c->parse, &frame, &summed))
				learn(c, &p, &summed);
		capture_close(again);
		c->surveyed = true;
	}
	free(again);
	return err;
}

int checksums_look(struct checksums *c, const struct capture *capture, const struct capture_packet *p,
		   const struct link_frame *frame, struct wrong_sum *sum)
{
	struct summed summed;
	__u8 station[6];
	int err = 0;

	if (!sums_look(&c->parse, frame, &summed))
		return 0;
	if (!capture->is_regular)
		learn(c, p, &summed);
	else if (summed.wrong && !c->surveyed)
		err = read_ahead(c, capture);
	if (err || !summed.wrong)
		return err;
	station_of(p, station);
	*sum = summed.sum;
	sum->sender = senders_find(&c->senders, &summed, station, p->interface);
	return 1;
}

bool checksums_wait(const struct checksums *c, const struct wrong_sum *sum)
{
	return !c->surveyed && !sum->zero && senders_verdict(&c->senders, sum->sender) == SENDER_UNDECIDED;
}
