# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Connections that one end has given up.

make_path
watch_at halfopen-client "$CLIENT_NS" client0 || return
watch_at halfopen-server "$SERVER_NS" server0 || return
run_part halfopen halfopen.py "$(watcher halfopen-client)" "$(watcher halfopen-server)"
stop halfopen-client
stop halfopen-server
