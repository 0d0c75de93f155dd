# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: a keepalive before the first byte is a stray
# file: core/judge.h
s/return s->seq + 1 - me->next < FIRST_FLIGHT/return s->seq - me->next < FIRST_FLIGHT/
