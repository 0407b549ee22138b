# s3world.bash: an S3 server and the proxy that spoils requests, for the scripts of tests/real; to be read with `.` after count.sh.
# Both end with the script, however it ends. A server that does not start is a failure, not a skip: tests/run.sh installs it.
# shellcheck shell=bash
rgw=$here/rgw.sh # $here: the folder of the scripts
rgw_proxy=
port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# five free ports in a row, below those that the kernel gives out; S3PORT picks the first to try
free_ports() {
	local p
	for p in ${S3PORT:-} $(shuf -i 8400-9900 -n 50); do
		if port_free "$p" && port_free $((p + 1)) && port_free $((p + 2)) && port_free $((p + 3)) && port_free $((p + 4)); then
			echo "$p"
			return
		fi
	done
}

world_stop() {
	# shellcheck disable=SC2086 # a list
	[ -z "$rgw_proxy" ] || kill $rgw_proxy 2>/dev/null
	[ ! -e "$dir/rgw" ] || "$rgw" stop "$dir/rgw"
}

# world_start: sets S3 (http), S3TLS (https), CA, PROXY (http, through the proxy), PROXYLOG and the client's environment
world_start() {
	local port tool
	for tool in radosgw ceph-mon ceph-osd aws s3cmd; do
		command -v $tool >/dev/null || { echo "no $tool: see tools/need.sh"; exit 77; }
	done
	at_end=world_stop
	port=$(free_ports)
	if ! "$rgw" start "$dir/rgw" "$port" 2>"$dir/start.err"; then
		cat "$dir/start.err"
		bad "no S3 server"
		sum_up
		exit 1
	fi
	. "$dir/rgw/env"
	CA=$dir/rgw/ca.pem PROXYLOG=$dir/proxy.log PROXY=http://127.0.0.1:$((port + 3))
	python3 "$here/s3proxy.py" $((port + 3)) "$port" "$PROXYLOG" 2>"$dir/proxy.err" &
	rgw_proxy=$!
	until curl -sf -o "$dir/count" --noproxy '*' "$PROXY/-/count"; do
		kill -0 $rgw_proxy || { cat "$dir/proxy.err"; bad "no proxy"; sum_up; exit 1; }
		sleep 0.05
	done
}

# arm [FAULT [AT [TIMES]]]: request number AT (from 0) meets the fault; the log begins anew
arm() { curl -sSf --noproxy '*' "$PROXY/-/arm${1:+?fault=$1&at=${2:-0}&times=${3:-1}}"; }
# settled: waits until each request that was begun stands in the log, and counts them
settled() {
	local n i
	n=$(curl -sSf --noproxy '*' "$PROXY/-/count")
	for i in {1..100}; do
		[ "$(wc -l <"$PROXYLOG")" = "$n" ] && break
		sleep 0.05
	done
	echo "$n"
}
aws3() { timeout 100 /usr/bin/aws --endpoint-url "$S3" "$@"; }
# signed ARG...: curl with the keys of the environment
signed() {
	curl -sS --noproxy '*' --max-time 20 --aws-sigv4 aws:amz:us-east-1:s3 --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
		-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} "$@"
}
