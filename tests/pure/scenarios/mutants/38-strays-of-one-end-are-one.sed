# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: two strays of one end are one
# file: core/copies.h
s/newest->digest == digest_of(s) && //
