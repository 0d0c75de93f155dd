# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: what comes a minute later explains it, too
# file: core/plausible.h
s/#define DISORDER_NS (100 \* NS_PER_MS)/#define DISORDER_NS (60000 * NS_PER_MS)/
