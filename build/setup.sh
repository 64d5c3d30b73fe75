#!/bin/sh
# Installs what is missing to build (setup.sh run) or also to test (setup.sh test) Keepwell, and says nothing when
# nothing is. With root rights on Debian or Ubuntu it installs the packages; everywhere else it names them.
set -eu
cd "$(dirname "$0")/.."

purpose=${1:-run}
case $purpose in run | test) ;; *) echo "usage: $0 run|test" >&2; exit 2 ;; esac

have() { command -v "$1" >/dev/null 2>&1; }

# Go is not taken from Debian: its package is older than go.mod asks for.
wanted=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' go.mod)
if ! have go; then
	echo "Go $wanted or newer is needed and there is no go command. Install it from https://go.dev/dl/ and put its bin folder into PATH." >&2
	exit 1
fi
if ! found=$(go env GOVERSION 2>&1); then
	echo "Go $wanted or newer is needed. The go command here says: $found" >&2
	echo "Install a newer one from https://go.dev/dl/." >&2
	exit 1
fi
oldest=$(printf '%s\n%s\n' "$wanted" "${found#go}" | sort -V | head -n 1)
if [ "$oldest" != "$wanted" ]; then
	echo "Go $wanted or newer is needed, this is ${found#go}. Install a newer one from https://go.dev/dl/." >&2
	exit 1
fi

packages=
# DuckDB is linked in by cgo and is written in C++: the compiler and the C++ library are needed, for building only.
library=$(cc -print-file-name=libstdc++.so 2>/dev/null || true)
if ! have cc || ! have g++ || { [ "$(uname)" = Linux ] && [ "$library" = libstdc++.so ]; }; then
	packages="$packages gcc g++ libc6-dev"
fi

if [ "$purpose" = test ]; then
	if ! have initdb && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
		packages="$packages postgresql"
	fi
	if ! have chromium && ! have chromium-browser && ! have google-chrome; then
		packages="$packages chromium"
	fi
	# Node runs the stock Segment SDK against the server; the product itself has no use for it.
	have node || packages="$packages nodejs"
	have npm || packages="$packages npm"
fi

[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ] || ! have apt-get; then
	echo "To $([ "$purpose" = run ] && echo build || echo test) Keepwell these are missing (names of Debian's packages):$packages" >&2
	if have apt-get; then
		echo "Install them:  sudo apt-get install -y$packages" >&2
	else
		echo "Install what your system calls them: a C++ compiler, PostgreSQL 15 or newer with initdb, Chromium, Node 18 or newer with npm." >&2
	fi
	exit 1
fi

echo "Installing$packages"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# The tests start clusters of their own: Debian's package would make one and leave it running.
case $packages in *postgresql*)
	if ! have pg_createcluster; then
		apt-get install -y -q --no-install-recommends postgresql-common
		pg_conftool /etc/postgresql-common/createcluster.conf set create_main_cluster false
	fi ;;
esac
# shellcheck disable=SC2086 # a list of words
apt-get install -y -q --no-install-recommends $packages
