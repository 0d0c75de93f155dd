# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: an opener that answers a SYN with its own number has had none
# file: core/judge.h
s/if (shows_crossed_syns(f, x, s))/if (false)/
