#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# geneve-bpf watch as a service: what it says and to whom, what it takes, and
# that nothing stops it but a signal.  Hosts as drawn in events.sh.

# shellcheck source=lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
# shellcheck source=events.sh
. "$DIR/events.sh"
# shellcheck source=watch.sh
. "$DIR/watch.sh"

# notify_start SOCKET: somebody who listens there; what it hears is in $TMP/told.
notify_start() {
	start_on "$A" "$DIR/notified.py" "$1" >"$TMP/told"
	LISTENER=$!
	check "listens" busywait 5 told listening
}

told() { grep -qx "$1" "$TMP/told"; }

notify_stop() {
	kill "$LISTENER"
	wait "$LISTENER" 2>/dev/null
}

# Both sorts of socket, and both signals.
tells_the_service_manager() {
	local signal socket
	for signal in TERM INT; do
		socket=$TMP/notify
		[ "$signal" = INT ] && socket=@$RUN
		notify_start "$socket"
		NOTIFY_SOCKET=$socket watch_start
		check "ready" busywait 5 told READY=1
		check "not stopping" eval "! told STOPPING=1"
		kill -s "$signal" "$WATCH"
		wait "$WATCH"
		check_equal "exit status after SIG$signal" 0 $?
		check "stopping" busywait 5 told STOPPING=1
		check_equal "all that was told" "listening READY=1 STOPPING=1" "$(xargs <"$TMP/told")"
		notify_stop
	done
}

# With a manager that does not listen any more, with none, and with an impossible socket.
needs_no_manager() {
	local socket
	for socket in "" "$TMP/nobody" @nobody-$RUN "$(printf 'x%.0s' {1..200})"; do
		NOTIFY_SOCKET=$socket watch_start
		watch_stop
	done
}

# One line a change, and none without one.
says_changes() {
	watch_start
	check_equal "at first" "geneve0: running" "$(cat "$TMP/said")"
	address_removed_break
	check "gone" busywait 5 said "geneve0: no carrier: no device has address 192.0.2.1"
	address_removed_mend
	check "back" busywait 5 said_times 2 "geneve0: running"
	check "down" h geneve0 down
	check "down" busywait 5 said "geneve0: down"
	check "another" h geneve1 create geneveid 43
	check "another" busywait 5 said "geneve1: incomplete|geneve1: down"
	check "destroy" h geneve1 destroy
	check "destroy" busywait 5 said "geneve1: gone"
	ip -n "$A" link del geneve0
	check "deleted" busywait 5 said "geneve0: gone"
	check_equal "lines" 7 "$(wc -l <"$TMP/said")"
	watch_stop
}

# It is there before there is anything to watch.
from_the_beginning() {
	check "destroy" h geneve0 destroy
	watch_launch
	check "create" end "$A" 1 2
	check "seen" busywait 5 said "geneve0: running"
	address_removed_break
	check "broken" busywait 5 no_carrier
	address_removed_mend
	check "mended" busywait 5 pings_well
	watch_stop
}

in_another_namespace() {
	"$GENEVE_BPF" -j "$A" watch >"$TMP/said" 2>&1 &
	WATCH=$!
	check "watch has looked around" busywait 10 said "geneve0: running"
	ip -n "$A" link set u0 mtu 1400
	check "MTU" busywait 5 mtu geneve0 1350
	watch_stop
}

cpu_ms() { awk '{ printf "%d", $1 / 1e6 }' "/proc/$WATCH/schedstat"; }

# Over a time in which it looks after everything once, for what it may not have heard.
idle_costs_nothing() {
	local number before used
	for number in 1 2 3 4; do
		check "another" h "geneve$number" create geneveid $((42 + number)) genevelocal 192.0.2.1 \
			geneveremote 192.0.2.2 up
	done
	watch_start
	busywait 10 said "geneve4: running"
	sleep 1 # what the creation brought about
	before=$(cpu_ms)
	sleep 6
	used=$(($(cpu_ms) - before))
	note "$used ms in 6 s"
	check "no more than 50 ms" [ "$used" -lt 50 ]
	check_equal "and says nothing" 5 "$(wc -l <"$TMP/said")"
	watch_stop
}

# storm TIMES: commands of ip that make events, some that matter among them; into $TMP/storm.
storm() {
	local i
	for i in $(seq "$1"); do
		echo "addr add 198.51.100.1/32 dev w0"
		echo "addr del 198.51.100.1/32 dev w0"
		[ $((i % 20)) -ne 0 ] || echo "link set u0 mtu $((1400 + i % 3))"
	done >"$TMP/storm"
}

# Neither the traffic nor other commands notice.
many_events() {
	local i start took worst=0 storm
	storm 20000
	watch_start
	ping_start
	ip -n "$A" -batch "$TMP/storm" &
	storm=$!
	for i in $(seq 20); do
		start=${EPOCHREALTIME/./}
		h list >/dev/null &
		check "two commands" h geneve0 genevetimeout $((100 + i))
		wait $!
		took=$(((${EPOCHREALTIME/./} - start) / 1000))
		[ "$took" -gt "$worst" ] && worst=$took
	done
	check "events all the time" kill "$storm"
	wait "$storm" 2>/dev/null
	note "two commands took $worst ms at most"
	check "neither waited long" [ "$worst" -lt 3000 ]
	ip -n "$A" link set u0 mtu 1500
	check "still follows" busywait 5 mtu geneve0 1450
	ping_stop "many events" 2
	watch_stop
}

# What netlink dropped for want of room in the socket of a process.
# shellcheck disable=SC2016
overrun() { on "$A" awk -v pid="$1" '$2 == 0 && $3 == pid { n += $9 } END { print n + 0 }' /proc/net/netlink; }

# It cannot hear for a while, and then not of all that was said.
events_lost() {
	watch_start
	kill -STOP "$WATCH"
	address_removed_break
	storm 2000
	check "many events" ip -n "$A" -batch "$TMP/storm"
	check "events were lost" [ "$(overrun "$WATCH")" -gt 0 ]
	kill -CONT "$WATCH"
	check "looks all the same" busywait 5 no_carrier
	address_removed_mend
	check "and hears again" busywait 5 pings_well
	watch_stop
}

# A watch that is killed, or two at a time, do no harm.
killed() {
	local other
	watch_start
	kill -KILL "$WATCH"
	wait "$WATCH" 2>/dev/null
	watch_start
	other=$WATCH
	watch_start
	underlay_down_break
	check "both see it" busywait 5 no_carrier
	underlay_down_mend
	check "and that it is back" busywait 5 pings_well
	watch_stop
	WATCH=$other
	watch_stop
}

# It took the carrier away and was killed: the next command gives it back.
killed_while_broken() {
	watch_start
	underlay_down_break
	check "broken" busywait 5 no_carrier
	kill -KILL "$WATCH"
	wait "$WATCH" 2>/dev/null
	check_equal "reason" "device u0 is down" "$(fact "$A" geneve0 reason)"
	check "and a command changes nothing" no_carrier
	underlay_down_mend
	check "list" h list
	check "mended" busywait 5 pings_well
}

bad_words() {
	check_error 1 "unexpected" g_on "$A" watch geneve0
	check_error 1 "unexpected" g_on "$A" watch --json x
}

TESTS="tells_the_service_manager needs_no_manager says_changes from_the_beginning in_another_namespace
	idle_costs_nothing many_events events_lost killed killed_while_broken bad_words"

run_tests
