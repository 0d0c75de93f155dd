# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: the numbers are never taken anew
# file: core/anew.h
s/#define ROUNDS_TO_AGREE 2/#define ROUNDS_TO_AGREE 200/
