# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: the time of a SYN-ACK that was missed is never echoed
# file: core/judge.h
s/== 1 && !may_echo_missed_syn_ack(f, y, s) ?/== 1 ?/
