# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 11: a mid-stream flow is told of at once
# file: core/open.h
s/ | FLOW_QUIET;/;/
