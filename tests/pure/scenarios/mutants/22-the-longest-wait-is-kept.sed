# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: of several waits the longest is kept
# file: late/reuse.h
s/if (waited_ms < host->shortest_ms)/if (waited_ms > host->shortest_ms)/
