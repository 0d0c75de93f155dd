# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What watch remembers of who waits, natively.
check "the table of waits against a plain array" "$BUILD/tests/time-waits"
