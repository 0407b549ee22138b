#!/bin/sh
# rgw.sh: a real S3 server for tests, Ceph RGW on loopback, its objects in memory. What is written ends with `stop`.
#   rgw.sh start DIR PORT               http on PORT, https on PORT+1 (its CA: DIR/ca.pem), the monitor on PORT+2
#   rgw.sh user DIR NAME ID SECRET      one more user; `start` makes "test" (its keys: DIR/env, to be read with `.`)
#   rgw.sh token DIR [SECONDS]          keys of a session of "test" that ends after SECONDS (900), as export lines
#   rgw.sh stop DIR                     ends the three daemons and waits until they are gone
# DIR is made by `start`, which refuses one that is there, and removed by the caller. RGW_BYTES is the room for objects (2 GiB).
# Versioning and object lock are the client's to switch on.
set -eu
usage() {
	sed -n '2,8s/^# //p' "$0" >&2
	exit 2
}
[ $# -ge 2 ] || usage
PATH=$PATH:/usr/sbin:/sbin
what=$1
case $2 in /*) dir=$2 ;; *) dir=$PWD/$2 ;; esac
conf=$dir/ceph.conf
export CEPH_CONF="$conf"
id=AKIDTEST0000000000
secret=secretsecretsecretsecretsecretsecretsecr

# A pid is ours when its command line names our settings; a number that was given to another program is left alone.
ours() { tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qxF "$conf"; }

stop() {
	for one in client.rgw osd.0 mon.a; do
		pid=$(cat "$dir/run/$one.pid" 2>/dev/null) && [ -n "$pid" ] && ours "$pid" || continue
		kill -CONT "$pid" 2>/dev/null || true
		# Nothing here is worth an orderly end: the objects are in memory and the folder is thrown away.
		kill -KILL "$pid" 2>/dev/null || true
		tries=100
		while ours "$pid" && [ $tries -gt 0 ]; do
			tries=$((tries - 1))
			sleep 0.05
		done
		if ours "$pid"; then
			echo "rgw.sh: $one ($pid) does not end" >&2
			exit 1
		fi
	done
}

settings() {
	cat <<-END
		[global]
		fsid = $fsid
		mon host = v1:127.0.0.1:$((port + 2))
		public addr = 127.0.0.1
		cluster addr = 127.0.0.1
		ms bind ipv6 = false
		auth cluster required = none
		auth service required = none
		auth client required = none
		run dir = $dir/run
		admin socket = $dir/run/\$name.asok
		pid file = $dir/run/\$name.pid
		log file = $dir/log/\$name.log
		crash dir = $dir/run
		mon data = $dir/mon
		mon data avail crit = 1
		mon data avail warn = 1
		mon allow pool size one = true
		mon max pg per osd = 1000
		paxos propose interval = 0.05
		paxos min wait = 0.01
		osd data = $dir/osd
		osd journal = $dir/osd/journal
		osd objectstore = memstore
		memstore device bytes = ${RGW_BYTES:-2147483648}
		osd pool default size = 1
		osd pool default min size = 1
		osd pool default pg num = 1
		osd pool default pgp num = 1
		osd pool default pg autoscale mode = off
		osd crush chooseleaf type = 0
		osd crush update on start = false
		osd class update on start = false
		osd max pg per osd hard ratio = 100
		rgw data = $dir/run
		rgw thread pool size = 32
		rgw dns name = localhost
		rgw enable usage log = false
		rgw lc debug interval = 0
		rgw sts key = tests-only-16-by
		rgw s3 auth use sts = true
		rgw s3 auth order = local, sts
		rgw sts min session duration = 1
	END
}

# A CA of our own and a certificate by it for the names of this machine.
certificates() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=backstay tests $fsid" -keyout "$dir/ca.key" -out "$dir/ca.pem"
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout "$dir/tls.key" -out "$dir/tls.req"
	printf 'subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1\n' >"$dir/tls.ext"
	openssl x509 -req -in "$dir/tls.req" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -set_serial 1 -days 2 -extfile "$dir/tls.ext" -out "$dir/tls.crt"
	cat "$dir/tls.crt" "$dir/tls.key" >"$dir/tls.pem"
}

# A client whose first command overtakes the monitor's map does not know the fsid yet and is refused (EPERM): it tries again, which
# an osd does not; so its place is told here and not by itself.
again() {
	tries=50
	until ceph -c "$conf" --connect-timeout 30 "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

daemons() {
	monmaptool --create --clobber --fsid "$fsid" --addv a "[v1:127.0.0.1:$((port + 2))]" "$dir/monmap"
	ceph-mon --mkfs -i a --monmap "$dir/monmap" -c "$conf"
	ceph-mon -i a -c "$conf"
	again osd create # without a uuid: the one of a memstore is all zeroes
	again osd crush add osd.0 1 root=default host=localhost
	ceph-osd -i 0 --mkfs -c "$conf"
	ceph-osd -i 0 -c "$conf"
	radosgw -n client.rgw -c "$conf" \
		--rgw_frontends="beast endpoint=127.0.0.1:$port ssl_endpoint=127.0.0.1:$((port + 1)) ssl_certificate=$dir/tls.pem"
}

# Nobody else listens there: a server of another run would answer in our place.
port_free() { ! curl -s -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$1/"; }

answers() {
	tries=150
	until curl -sf -o /dev/null --noproxy '*' "http://127.0.0.1:$port/" && curl -sf -o /dev/null --noproxy '*' --cacert "$dir/ca.pem" "https://localhost:$((port + 1))/"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "no answer on port $port"; return 1; }
		sleep 0.2
	done
}

user() { # user NAME ID SECRET
	radosgw-admin -c "$conf" user create --uid="$1" --display-name="$1" --access-key="$2" --secret-key="$3"
}

token() { # token SECONDS: a role that may do all, taken by "test"
	if ! radosgw-admin -c "$conf" role get --role-name=session >/dev/null 2>&1; then
		radosgw-admin -c "$conf" role create --role-name=session --assume-role-policy-doc='{"Version":"2012-10-17","Statement":[{
			"Effect":"Allow","Principal":{"AWS":["arn:aws:iam:::user/test"]},"Action":["sts:AssumeRole"]}]}' >/dev/null
		radosgw-admin -c "$conf" role-policy put --role-name=session --policy-name=all --policy-doc='{"Version":"2012-10-17",
			"Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::*"}]}' >/dev/null
	fi
	ask="Action=AssumeRole&DurationSeconds=$1&RoleArn=arn%3Aaws%3Aiam%3A%3A%3Arole%2Fsession&RoleSessionName=test&Version=2011-06-15"
	curl -sSf --noproxy '*' --aws-sigv4 aws:amz:us-east-1:sts --user "$id:$secret" -H "x-amz-content-sha256: $(printf %s "$ask" | sha256sum | cut -d' ' -f1)" \
		-H 'content-type: application/x-www-form-urlencoded' -d "$ask" "http://127.0.0.1:$(cat "$dir/port")/" >"$dir/token"
	for pair in AccessKeyId:ACCESS_KEY_ID SecretAccessKey:SECRET_ACCESS_KEY SessionToken:SESSION_TOKEN; do
		value=$(sed -n "s/.*<${pair%:*}>\([^<]*\)<.*/\1/p" "$dir/token")
		[ -n "$value" ]
		echo "export AWS_${pair#*:}=$value"
	done
}

failed() { # whatever stopped the start, nothing of it stays
	trap - EXIT
	tail -n 40 "$dir/log/start" >&2
	stop
	exit 1
}

case $what in
start)
	[ $# = 3 ] || usage
	port=$3
	[ ! -e "$dir" ] || { echo "rgw.sh: $dir is there already" >&2; exit 1; }
	port_free "$port" || { echo "rgw.sh: something listens on port $port" >&2; exit 1; }
	mkdir -p "$dir/mon" "$dir/osd" "$dir/run" "$dir/log"
	chmod 700 "$dir"
	fsid=$(cat /proc/sys/kernel/random/uuid)
	echo "$port" >"$dir/port"
	settings >"$conf"
	trap failed EXIT
	{
		certificates
		daemons
		answers
		user test $id $secret
	} </dev/null >"$dir/log/start" 2>&1
	trap - EXIT
	cat >"$dir/env" <<-END
		export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_DEFAULT_REGION=us-east-1
		export AWS_EC2_METADATA_DISABLED=true AWS_PAGER= AWS_CA_BUNDLE=$dir/ca.pem
		export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
		unset AWS_SESSION_TOKEN AWS_PROFILE AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
		S3=http://127.0.0.1:$port S3TLS=https://localhost:$((port + 1))
	END
	;;
user)
	[ $# = 5 ] || usage
	user "$3" "$4" "$5" </dev/null >"$dir/log/user" 2>&1 || { cat "$dir/log/user" >&2; exit 1; }
	;;
token) token "${3:-900}" ;;
stop) stop ;;
*) usage ;;
esac
