# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The arithmetic, natively.

while IFS= read -r line; do
	case $line in
	"ok "*) ok "${line#ok }" ;;
	"not ok "*) not_ok "${line#not ok }" "see below" ;;
	*" passed, "*) ;;
	*) echo "$line" ;;
	esac
done < <(tests/pure/unit/run.sh "$BUILD/tests/top-unit")
