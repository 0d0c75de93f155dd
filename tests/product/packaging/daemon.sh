# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The example configuration, with all in it that is commented out, is one that the daemon runs with; and what the
# dashboard, the rules and the man page say of metrics is what this daemon exports.
make_path
PIN=/sys/fs/bpf/tcpstate-packaging-$$
trap '[ ! -d "$PIN" ] || "$XT" detach --pin "$PIN" >/dev/null 2>&1; cleanup' EXIT

# Its prose has blanks behind the #, its examples none. Where interfaces and files are, is this test's business.
sed -n 's/^#\([a-z]\)/\1/p' user/shipped/packaging/xdp-tcpstate.conf |
	sed -e '/^interface = .*,/d' -e 's/^interface = .*/interface = server0/' -e '/^journal$/d' -e '/^hook =/s/=.*/= tc/' \
		-e "/^events-file/s|=.*|= $WORK/events.ndjson|" >"$WORK/example.conf"

start daemon nsenter --net="/run/netns/$SERVER_NS" -- "$XT" run --config "$WORK/example.conf" --pin "$PIN"

scrape() {
	in_server $PYTHON -c '
import sys, urllib.request
sys.stdout.write(urllib.request.urlopen("http://127.0.0.1:9436/metrics", timeout=5).read().decode())' \
		>"$WORK/scrape" 2>"$WORK/scrape.err"
}
# Some of them are there only after the first walk over the table.
has_surveyed() {
	runs "${pid_of[daemon]}" || return 0
	scrape && grep -q '^tcpstate_survey_age_seconds ' "$WORK/scrape"
}
await has_surveyed

said() {
	tail -n 3 "$WORK/daemon.err"
	cat "$WORK/scrape.err"
	false
}
check "example configuration: the daemon runs with all of it" grep -q '^tcpstate_build_info' "$WORK/scrape" || said
for file in user/shipped/prometheus/xdp-tcpstate.rules.yml user/shipped/grafana/xdp-tcpstate.json user/shipped/man/xdp-tcpstate.8; do
	check "${file##*/}: the metrics, labels and values that the daemon exports" \
		$PYTHON $HERE/exported.py "$WORK/scrape" "$file"
done
stop daemon TERM
check "example configuration: nothing is left" [ ! -e "$PIN" ]

# What is in the file is what run has, but for what makes no sense in it.
in_example() {
	diff <(sed -n 's/^#\([a-z][a-z-]*\)\( = .*\)\?$/\1/p' user/shipped/packaging/xdp-tcpstate.conf | sort -u) \
		<($PYTHON $HERE/completion_options.py "$XT" | sed -n 's/^run \([^ ]*\) .*/\1/p' | tr , '\n' | sed -n 's/^--//p' |
			grep -vxE 'help|json|verbose|config|pin|keep-attached|discard|no-checksum|count|duration' | sort -u)
}
check "example configuration: all options of run that belong in it" in_example
