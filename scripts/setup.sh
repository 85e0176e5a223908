#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Installs what building, the demo, the tests and lint need; does nothing
# where all of it is there.
set -eu

usage() {
	cat <<-END
		Usage: scripts/setup.sh [-h] [GROUP...]

		Installs missing packages with apt, as root. Elsewhere it prints what is missing.
		The groups are build, run, test, lint, vm and bench; none given means the first
		four. Exits with 1 if something of a given group, or of build and run, is still missing.
	END
}

while getopts h opt; do
	case $opt in
	h) usage && exit 0 ;;
	*) usage >&2 && exit 1 ;;
	esac
done
shift $((OPTIND - 1))
groups=${*:-build run test lint}
needed=" ${*:-build run} "
for group in $groups; do
	case $group in
	build | run | test | lint | vm | bench) ;;
	*) usage >&2 && exit 1 ;;
	esac
done

PATH=$PATH:/usr/sbin:/sbin # where bpftool and tcpdump are, also for users

# Group, Debian package, and what shows that it is there in another way: a file
# or a command. clang compiles BPF without the other LLVM tools.
packages() {
	cat <<-END
		build make make
		build gcc gcc
		build clang clang
		build git git
		build pkg-config pkg-config
		build bpftool bpftool
		build libc6-dev /usr/include/stdlib.h
		build linux-libc-dev /usr/include/linux/bpf.h
		build libbpf-dev /usr/include/bpf/libbpf.h
		build libelf-dev /usr/include/libelf.h
		build zlib1g-dev /usr/include/zlib.h
		build libmnl-dev /usr/include/libmnl/libmnl.h
		build libjson-c-dev /usr/include/json-c/json.h
		run iproute2 ip
		run iputils-ping ping
		run iperf3 iperf3
		run ethtool ethtool
		run procps sysctl
		test python3 python3
		test python3-scapy /usr/lib/python3/dist-packages/scapy/all.py
		test tshark tshark
		test tcpdump tcpdump
		test linux-source-6.1 /usr/src/linux-source-6.1.tar.xz
		test xz-utils xz
		test socat socat
		test perl perl
		test rsync rsync
		test openvswitch-switch ovs-vswitchd
		lint clang-format clang-format
		lint shellcheck shellcheck
		lint cppcheck cppcheck
		vm qemu-system-x86 qemu-system-x86_64
		vm busybox-static busybox-static
		bench gnuplot-nox gnuplot
	END
}

# Of the packages on stdin those that are not installed, as "group package" lines.
absent() {
	# shellcheck disable=SC2016
	installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
		sed -n 's/^installed //p' | tr '\n' ' ') "
	while read -r group package proof; do
		case $installed in
		*" $package "*) continue ;;
		esac
		case $proof in
		/*) [ -e "$proof" ] && continue ;;
		*) command -v "$proof" >/dev/null && continue ;;
		esac
		echo "$group $package"
	done
}

# The packages of the chosen groups that are absent.
missing() {
	packages | while read -r group rest; do
		case " $groups " in
		*" $group "*) echo "$group $rest" ;;
		esac
	done | absent
}

# Installs packages; those that apt does not know here are left for the report.
install() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get update
	known=
	for package; do
		if apt-get install -s --no-install-recommends "$package" >/dev/null 2>&1; then
			known="$known $package"
		fi
	done
	[ -z "$known" ] && return 0
	no_services
	# shellcheck disable=SC2086
	apt-get install -y --no-install-recommends $known
	case $known in
	*openvswitch-switch*) update-rc.d openvswitch-switch disable ;;
	esac
}

# The tests run what they need themselves, in namespaces. invoke-rc.d asks this script
# whether it may start a service.
no_services() {
	policy=/usr/sbin/policy-rc.d
	[ ! -e "$policy" ] || return 0
	trap 'rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod +x "$policy"
}

lines=$(missing)
[ -z "$lines" ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
	# shellcheck disable=SC2046
	install $(echo "$lines" | cut -d' ' -f2)
	lines=$(missing)
	[ -z "$lines" ] && exit 0
fi

status=0
for group in $groups; do
	names=$(echo "$lines" | sed -n "s/^$group //p" | tr '\n' ' ')
	[ -z "$names" ] && continue
	echo "setup.sh: missing for $group (names of Debian packages): $names" >&2
	case $needed in
	*" $group "*) status=1 ;;
	esac
done
[ "$status" -eq 0 ] || echo "setup.sh: install them, or run this as root where apt is" >&2
exit "$status"
