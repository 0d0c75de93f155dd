# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: the opener's ACK does not prove a SYN-ACK
# file: judge.h
s/if (theirs == STATE_LISTEN && s->seq == me->next)/if (0)/
