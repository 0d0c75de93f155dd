# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 11: a later SYN or SYN-ACK does not correct the roles
# file: core/step.h
s/^\t\tf->initiator = s->flags & TH_ACK ? x ^ 1 : x;/\t\tf->traits |= FLOW_GUESSED_ROLES;/
