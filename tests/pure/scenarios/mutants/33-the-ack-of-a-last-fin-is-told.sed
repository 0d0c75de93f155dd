# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what may be the ACK of a missed FIN is told when its sender opens anew
# file: core/apply.h
s/ && !may_ack_last_fin(f, &news->refused, x))/)/
