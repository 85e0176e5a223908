# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
#
# Sourced after lib.sh by tests that compare what was captured.

# capture_start NAMESPACE DEVICE DIRECTION [FILE]: SNAPLEN bytes of each into $TMP/FILE, or
# $TMP/capture.
# tcpdump in immediate mode keeps room for a whole snapshot for each packet: with
# the default of 256 KiB a burst of some tens would overflow its buffer.
capture_start() {
	local file=$TMP/${4:-capture}
	rm -f "$file" "$TMP/tcpdump"
	start_on "$1" tcpdump -Z root -U --immediate-mode -s "${SNAPLEN:-2048}" -B 8192 -Q "$3" -i "$2" -w "$file" \
		2>"$TMP/tcpdump"
	TCPDUMP=$!
	check "tcpdump listens" busywait 20 grep -q "listening on" "$TMP/tcpdump"
}

# capture_stop: the last one; capture_end PID: the one that TCPDUMP was when it started.
capture_stop() {
	capture_end "$TCPDUMP"
	TCPDUMP=
}

capture_end() {
	kill "$1"
	wait "$1"
}

# count_captured FILTER...
count_captured() { tcpdump --count -nr "$TMP/capture" "$@" 2>/dev/null | cut -d' ' -f1; }

# captured COUNT FILTER...: so many packets are in the capture, at least.
captured() { [ "$(count_captured "${@:2}")" -ge "$1" ]; }
