# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The modules by themselves.

tests/pure/unit/run.sh "$BUILD/tests/service-unit" >"$WORK/unit"
grep -vE '^[0-9]+ passed' "$WORK/unit"
counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$WORK/unit")
tap_passed=$((tap_passed + ${counts%% *}))
failures=${counts#*, }
tap_failed=$((tap_failed + ${failures%% *}))
rm -f "$BUILD/tests/service-unit.tap"
