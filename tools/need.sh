#!/bin/sh
# need.sh build|test|gates: installs the Debian packages that building, testing or the slower gates need, when they are missing.
set -eu
build="gcc libc6-dev meson ninja-build pkgconf libsqlite3-dev zlib1g-dev libarchive-dev libxxhash-dev libjansson-dev
	libconfuse-dev libzstd-dev liblz4-dev liblzma-dev libbz2-dev libssl-dev libseccomp-dev libisal-dev libcurl4-openssl-dev libexpat1-dev tzdata ca-certificates jq"
test="$build bats zip unzip libarchive-tools sqlite3 libcmocka-dev postgresql python3 gzip zstd lz4 xz-utils bzip2 diffutils findutils procps util-linux mount
	openssl gpg gpg-agent xxd curl"
gates="$test clang clang-tidy cppcheck libclang-rt-14-dev shellcheck gcovr valgrind"
# A real S3 server and its peers: some hundred MiB. Where they cannot be had, tests/real says so and is skipped (tests/skips).
buckets="radosgw ceph-mon ceph-osd ceph-common awscli s3cmd"

install() { # install PACKAGE...: those that are missing
	missing=
	for p; do
		case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || true) in
		*"ok installed") ;;
		*) missing="$missing $p" ;;
		esac
	done
	[ -n "$missing" ] || return 0
	as_root=
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo >/dev/null; then
			echo "need.sh: missing packages:$missing" >&2
			echo "need.sh: run as root: apt-get install$missing" >&2
			return 3
		fi
		as_root=sudo
	fi
	echo "installing:$missing" >&2
	$as_root apt-get -qq update >&2 || return
	# shellcheck disable=SC2086 # words are wanted
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y -qq install --no-install-recommends $missing >&2
}

# shellcheck disable=SC2086 # words are wanted
case ${1:-} in
build) install $build ;;
test)
	install $test
	install $buckets || echo "need.sh: no S3 server: the tests of buckets will be skipped" >&2
	;;
gates) install $gates ;;
*) echo "usage: need.sh build|test|gates" >&2; exit 2 ;;
esac
