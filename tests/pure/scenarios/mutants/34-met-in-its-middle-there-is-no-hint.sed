# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: of a connection met in its middle, nobody is known to be one beyond
# file: core/numbers.h
s/ && !(end == s->seq && end == me->next + 1))/)/
