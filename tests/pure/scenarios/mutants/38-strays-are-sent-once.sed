# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a stray that comes again at its place was sent once
# file: core/copies.h
s/ && newest->place != short_place(place)//
