# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: a sender that goes on behind missed data proves nothing
# file: step.h
s/^\tbelieve_pending_ack(f, x, s);//
