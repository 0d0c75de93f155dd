# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Alert and recording rules: valid, each alert tested, each with what to do.
RULES=user/shipped/prometheus/xdp-tcpstate.rules.yml
RULES_TEST=$HERE/rules.test.yml

# promtool says SUCCESS and how many there are; what else it says is a complaint.
check_rules() {
	local said
	said=$(promtool check rules "$RULES" 2>&1) || { echo "$said"; return 1; }
	! grep -vE '^(Checking .*|  SUCCESS: [0-9]+ rules found|)$' <<<"$said"
}

each_is_tested() {
	local name missing=
	for name in $(sed -n 's/^ *- \(alert\|record\): //p' "$RULES"); do
		grep -qF "$name" "$RULES_TEST" || missing+=" $name"
	done
	[ -z "$missing" ] || { echo "no test of$missing" && false; }
}

# An alert that does not say which command, file or setting to turn to is of no use at night.
each_says_what_to_do() {
	awk '/- alert:/ { name = $3; alerts++ }
	     /summary:/ { summaries++ }
	     /description:/ { descriptions++ }
	     END { print alerts, summaries, descriptions; exit !(alerts && alerts == summaries && alerts == descriptions) }' "$RULES"
}

if has promtool prometheus "alert rules"; then
	check "alert rules: promtool check rules" check_rules
	check "alert rules: promtool test rules" promtool test rules "$RULES_TEST"
fi
check "alert rules: each rule has a test" each_is_tested
check "alert rules: each alert says what to do" each_says_what_to_do
