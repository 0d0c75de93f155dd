# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A pair of endpoints reused while one of them waits.

make_path
watch_at reuse-watch "$SERVER_NS" server0 || return
watch_at reuse-loopback "$SERVER_NS" lo || return
run_part reuse reuse.py "$(watcher reuse-watch)" "$(watcher reuse-loopback)"
stop reuse-watch
stop reuse-loopback
