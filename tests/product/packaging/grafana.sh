# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The dashboard: what Grafana expects of one, and expressions that Prometheus understands.
DASHBOARD=user/shipped/grafana/xdp-tcpstate.json

expressions() {
	$PYTHON $HERE/dashboard.py --rules "$DASHBOARD" >"$WORK/dashboard.rules.yml" &&
		promtool check rules "$WORK/dashboard.rules.yml"
}

check "dashboard: what Grafana expects of one" $PYTHON $HERE/dashboard.py "$DASHBOARD"
if has promtool prometheus "dashboard: expressions"; then
	check "dashboard: promtool parses each expression" expressions
fi
