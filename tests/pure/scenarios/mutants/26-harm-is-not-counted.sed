# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 26: harm is not counted
# file: tell/describe.h
s/h->harmful++;/;/
