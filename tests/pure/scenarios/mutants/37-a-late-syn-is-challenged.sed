# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: the SYN behind its SYN-ACK is another one
# file: core/judge.h
/The SYN-ACK that we saw it answer/,/return/s/if (f->initiator == x/if (0 \&\& f->initiator == x/
