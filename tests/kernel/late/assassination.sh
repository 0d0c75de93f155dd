# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# TIME-WAIT assassination, honoured and refused.

make_path
watch_at assassination-watch "$SERVER_NS" server0 || return
run_part assassination assassination.py "$(watcher assassination-watch)"
stop assassination-watch
