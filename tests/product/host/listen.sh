# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What --listen opens, and whom the HTTP server believes.

PIN=$BPFFS/listen

opens() { # NAME LISTEN REGEX
	run_daemon -i server0 --pin "$PIN" --listen "$2"
	check "$1" eval "[ \"\$(grep -c 'is open to the network' '$WORK/run.err')\" = 1 ] && grep -qE '$3' '$WORK/run.err'"
	stop run TERM
}
stays() { # NAME LISTEN
	run_daemon -i server0 --pin "$PIN" --listen "$2"
	check "$1" eval "! grep -q 'open to the network' '$WORK/run.err'"
	stop run TERM
}
opens "--listen :PORT opens it to the network, and says so" :9451 'without a password.*firewall.*--listen 127\.0\.0\.1'
opens "so does one address of the host's" 10.77.0.2:9451 '10\.77\.0\.2:9451'
opens "and IPv6" '[fd77::2]:9451' '\[fd77::2\]:9451'
stays "127.0.0.1 does not" 127.0.0.1:9451
stays "nor ::1" '[::1]:9451'

# asked PORT REQUEST: the status of the answer to a request as it is, \r\n between its lines.
asked() {
	in_server $PYTHON -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
s.sendall(sys.argv[2].replace("|", "\r\n").encode() + b"\r\n\r\n")
print(s.recv(65536).split(b" ")[1].decode())' "$@"
}
for listen in 127.0.0.1:9451 :9451; do
	run_daemon -i server0 --pin "$PIN" --listen "$listen"
	equal "$listen: one Host" 200 "$(asked 9451 'GET /metrics HTTP/1.1|Host: localhost')"
	equal "$listen: none" 400 "$(asked 9451 'GET /metrics HTTP/1.1')"
	for second in 'Host: localhost' 'Host: evil.example' 'HOST: evil.example' 'host:'; do
		equal "$listen: a second one, $second" 400 "$(asked 9451 "GET /metrics HTTP/1.1|Host: localhost|X: y|$second")"
	done
	equal "$listen: a second one before it" 400 "$(asked 9451 'GET /api/summary HTTP/1.1|Host: evil.example|Host: localhost')"
	equal "$listen: of whatever method" 400 "$(asked 9451 'POST / HTTP/1.1|Host: localhost|Host: localhost')"
	equal "$listen: X-Host is none" 200 "$(asked 9451 'GET / HTTP/1.1|Host: localhost|X-Host: evil.example')"
	stop run TERM
done
