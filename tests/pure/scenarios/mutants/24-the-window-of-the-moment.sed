# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: an ACK is held against the window of the moment
# file: core/plausible.h
s/return size > widest ? size : widest;/return size;/
