# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A server that forgets to close.

make_path
watch_at leaks-watch "$SERVER_NS" server0 || return
run_part leaks leaks.py "$(watcher leaks-watch)"
stop leaks-watch
