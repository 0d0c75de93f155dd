# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The units: valid, hardened, and the template as much as the other. (That the daemon can do its work in them:
# boot.sh.)
UNITS=(user/shipped/systemd/xdp-tcpstate.service user/shipped/systemd/xdp-tcpstate@.service)

# In a root of its own, with what the units call; there, @ needs an instance.
verify() {
	local root=$WORK/units
	mkdir -p "$root/etc/systemd/system" "$root/usr/sbin" "$root/bin"
	cp user/shipped/systemd/* "$root/etc/systemd/system/"
	cp "$XT" "$root/usr/sbin/"
	cp /bin/kill /bin/sh "$root/bin/"
	# Targets and slices that every unit depends on.
	mkdir -p "$root/lib/systemd"
	cp -R /lib/systemd/system "$root/lib/systemd/"
	systemd-analyze verify --man=no --root="$root" xdp-tcpstate.service xdp-tcpstate@eth0.service 2>&1 |
		grep -F xdp-tcpstate >"$root/said"
	[ ! -s "$root/said" ] || { cat "$root/said" && false; }
}

# exposure UNIT: systemd's score, 0 (best) to 10, is at most 3.0.
exposure() {
	local score
	score=$(systemd-analyze security --offline=true --no-pager "$1" | sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p' | tail -n 1)
	echo "score $score"
	[ -n "$score" ] && awk -v score="$score" 'BEGIN { exit !(score <= 3.0) }'
}

# What hardens the one hardens the other.
same_limits() {
	diff <(sed '1,/^# What it may do/d; /^#/d; /kernel.bpf_stats/d' "${UNITS[0]}") \
		<(sed '1,/^# What it may do/d; /^#/d; /kernel.bpf_stats/d' "${UNITS[1]}")
}

# Each option on the line that starts it is one of run's.
options_of_run() {
	local option help
	help=$("$XT" run --help) || return 1
	for option in $(grep -h '^ExecStart=' "${UNITS[@]}" | grep -oE -- '--[a-z-]+'); do
		grep -qE -- "^ .*$option( |\$)" <<<"$help" || { echo "run has no $option"; return 1; }
	done
}

if has systemd-analyze systemd "units"; then
	check "units: systemd-analyze verify" verify
	for unit in "${UNITS[@]}"; do
		check "${unit##*/}: systemd-analyze security, 3.0 or better" exposure "$unit"
	done
fi
check "units: the template is as limited as the other" same_limits
check "units: what they start has these options" options_of_run
