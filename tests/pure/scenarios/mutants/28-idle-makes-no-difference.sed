# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 28: a clock that wrapped went backwards
# file: late/reuse.h
s/ && now - pair->time < PAWS_IDLE_NS//
