# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a copy may come a second later
# file: core/copies.h
s/#define COPY_NS (10 \* /#define COPY_NS (1000 * /
