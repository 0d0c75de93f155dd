# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A pair of endpoints reused while one of them waits.

make_path
# Segmentation is left to the NIC then: what an old ISN takes is sent in a second, even where that is emulated.
watch_at reuse-watch "$SERVER_NS" server0 --hook tc || return
watch_at reuse-loopback "$SERVER_NS" lo || return
run_part reuse reuse.py "$(watcher reuse-watch)" "$(watcher reuse-loopback)"
stop reuse-watch
stop reuse-loopback
