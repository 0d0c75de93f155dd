# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# TIME_WAIT's times, watched at the server. It takes a minute until the last one
# has run out: the other parts run meanwhile, in namespaces of their own.

make_path
watch_at timers-watch "$SERVER_NS" server0 || return
start timers "$PYTHON" tests/kernel/late/wait_timers.py "$(watcher timers-watch)"
await_line "$WORK/timers.out" '^waiting' timers

finish_timers() {
	PATIENCE=90 ends timers
	finish_part timers
	stop timers-watch
}
