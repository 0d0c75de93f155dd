# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 25: what is late was sent when its sender was heard last
# file: late/sender_clock.h
s/if (ts_older(s->tsval, c->tsval)) {/if (0) {/
