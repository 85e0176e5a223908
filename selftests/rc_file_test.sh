#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# The file that rc reads: its syntax, that nothing in it runs, what it cannot say.

# What a shell would expand is for the file to be read:
# shellcheck disable=SC1003,SC2016
# shellcheck source=rc.sh
. "$(dirname "$(readlink -f "$0")")/rc.sh"

# means NAMES LINE...: the interfaces that these lines are about.
means() {
	local names=$1
	shift
	conf "$@"
	check_equal "names of $(printf '%q ' "$@")" "$names" "$(rc status | awk '{ print $1 }' | paste -sd ' ')"
}

quoting() {
	means "geneve0 geneve1" 'cloned_interfaces="geneve0 geneve1"'
	means "geneve0 geneve1" "cloned_interfaces='geneve0 geneve1'"
	means "geneve0" 'cloned_interfaces=geneve0'
	means "geneve0 geneve1" 'cloned_interfaces="gen"'"'eve0 gene'"'ve1'
	means "geneve0 geneve1" 'cloned_interfaces=geneve0\ geneve1'
	means "geneve0 geneve1" 'cloned_interfaces="geneve0 \' 'geneve1"'
	means "geneve0" 'cloned_interfaces=gen\' 'eve0'
	means "geneve0" '   cloned_interfaces=geneve0   ' ''
	means "geneve0 geneve1" 'cloned_interfaces="geneve0' '	geneve1"'
	means "geneve0" '# a comment' '#' 'cloned_interfaces=geneve0 # cloned_interfaces=geneve1'
	means "geneve0" '# no continuation \' 'cloned_interfaces=geneve0'
	means "geneve0#1" 'cloned_interfaces=geneve0#1'
	means "geneve1" 'cloned_interfaces=geneve0' 'cloned_interfaces=geneve1'
	means "geneve0 geneve1" 'cloned_interfaces="geneve0"' 'cloned_interfaces+=" geneve1"'
	means "geneve01" 'cloned_interfaces="geneve0"' 'cloned_interfaces+=1'
	means "geneve1" 'cloned_interfaces+=geneve1'
	means "geneve1" 'hostname=a cloned_interfaces=geneve1 b="c"'
	means "geneve1" 'hostname=a; cloned_interfaces=geneve1 ; b=c;'
	means "geneve0 geneve1" 'cloned_interfaces="geneve0 geneve1"'$'\r' 'hostname="a"'$'\r'
	means 'a$b`c\d' 'cloned_interfaces="a\\\$b\\\`c\\\\d"'
	means 'a$b' "cloned_interfaces='a\\\$b'"
	means "" 'cloned_interfaces=' 'hostname=x'
	means "" 'cloned_interfaces=geneve0' 'cloned_interfaces=""'
	means "" ''
	printf 'cloned_interfaces=geneve0' >"$CONF" # no newline at the end
	check_equal "last line" "geneve0         absent" "$(rc status)"
}

# All that a shell would do something with is refused, and where it stands is said.
refuses_syntax() {
	local good='cloned_interfaces=geneve0' shell='rc.conf is not run by a shell'
	refused 1 "$CONF:2: \"\\\$\" is not taken .*; $shell" "$good" 'a=$b'
	refused 1 "$CONF:3: \"\\\$\" is not taken .*; $shell" "$good" '' 'a="x $(date) y"'
	refused 1 "$CONF:2: \"\`\" is not taken .*; $shell" "$good" 'a=`date`'
	refused 1 "$CONF:2: \"\`\" is not taken .*; $shell" "$good" 'a="`date`"'
	refused 1 "$CONF:2: \"date\" is no NAME=VALUE; $shell" "$good" 'date'
	refused 1 "$CONF:2: \"date\" is no NAME=VALUE; $shell" "$good" 'a=b date'
	refused 1 "$CONF:2: \"date\" is no NAME=VALUE; $shell" "$good" 'a=b; date'
	refused 1 "$CONF:2: \".\" is no NAME=VALUE; $shell" "$good" '. /etc/rc.conf.local'
	refused 1 "$CONF:2: \"if\" is no NAME=VALUE; $shell" "$good" 'if true; then a=b; fi'
	refused 1 "$CONF:2: \"a\" is no NAME=VALUE" "$good" 'a = b'
	refused 1 "$CONF:2: \"1a=b\" is no NAME=VALUE" "$good" '1a=b'
	refused 1 "$CONF:2: \"=b\" is no NAME=VALUE" "$good" '=b'
	refused 1 "$CONF:2: \"a-=b\" is no NAME=VALUE" "$good" 'a-=b'
	refused 1 "$CONF:2: \";b=c\" is no NAME=VALUE" "$good" 'a=b;;b=c'
	refused 1 "$CONF:2: \"&\" is not taken" "$good" 'a=b&'
	refused 1 "$CONF:2: \"\|\" is not taken" "$good" 'a=b|c'
	refused 1 "$CONF:2: \">\" is not taken" "$good" "a=b>$TMP/x"
	refused 1 "$CONF:2: \"\(\" is not taken" "$good" 'a=(b c)'
	refused 1 "$CONF:2: the quote \" is not closed" "$good" 'a="b' 'c=d'
	refused 1 "$CONF:2: the quote ' is not closed" "$good" "a='b" '' ''
	refused 1 "$CONF:4: the quote \" is not closed" "$good" 'a="x' 'y"' 'b="'
	printf '%s\na=b\\' "$good" >"$CONF"
	refused 1 "$CONF:2: nothing follows the backslash"
	printf '%s\na=\0b\n' "$good" >"$CONF"
	refused 1 "$CONF:2: a control character \(0x00\)"
	printf '%s\na="b\rc"\n' "$good" >"$CONF"
	refused 1 "$CONF:2: a control character \(0x0d\)"
}

runs_nothing() {
	local ran=$TMP/ran line
	for line in "a=\$(touch $ran)" "a=\"\$(touch $ran)\"" "a=\`touch $ran\`" "a=b;touch $ran" \
		"touch $ran" "a=b touch $ran" "a=b|touch $ran" "a=b&touch $ran" "a=b>$ran" "a=\${b:=\$(touch $ran)}" \
		"create_args_geneve0='\$(touch $ran)'" "create_args_geneve0='up; touch $ran'" \
		"create_args_geneve0='\`touch $ran\`'" "ifconfig_geneve0='up | touch $ran'" \
		"ifconfig_geneve0='up' '&& touch $ran'" "ifconfig_geneve0_alias0='inet 10.0.0.1/24 > $ran'" \
		"ifconfig_geneve0='up
touch $ran'"; do
		conf 'cloned_interfaces=geneve0' "$line"
		ends 1 rc start
		check "nothing ran by $line" [ ! -e "$ran" ]
	done
	conf 'cloned_interfaces="geneve0;touch" ' "a='\$(touch $ran)'" "b='\`touch $ran\`'" "c='|touch $ran'"
	refused 1 "$CONF:1: cloned_interfaces: \";\" is not taken"
	conf 'cloned_interfaces="geneve0"' "a='\$(touch $ran)'" "b='\`touch $ran\`'" "c='|touch $ran'"
	check "in quotes they are characters" rc start
	check "nothing ran" [ ! -e "$ran" ]
}

# The words of a value: split at white space, with quotes of their own.
words_of_values() {
	conf 'cloned_interfaces="geneve0"' \
		"create_args_geneve0=\"geneveid '4'\\\"2\\\"  	genevelocal 192.0.2.1 \\" \
		"   geneveremote 192.0.2.2" 'mtu 1300"'
	check "start" rc start
	check_equal "VNI" 42 "$(fact "$A" geneve0 vni)"
	check_equal "MTU" 1300 "$(fact "$A" geneve0 mtu)"
	check "stop" rc stop
	refused 1 "$CONF:2: create_args_geneve0: the quote ' is not closed" \
		'cloned_interfaces="geneve0"' "create_args_geneve0=\"geneveid '4\""
	refused 1 "$CONF:2: ifconfig_geneve0: \"#\" is not taken" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0="inet 10.0.0.1/24 # mine"'
	refused 1 "$CONF:3: ifconfig_geneve0_alias0: \"\\\$\" is not taken" \
		'cloned_interfaces="geneve0"' '' "ifconfig_geneve0_alias0='inet \$a'"
}

refuses_names() {
	refused 1 "$CONF:1: cloned_interfaces: \"geneve0\" is there twice" \
		'cloned_interfaces="geneve0 geneve1 geneve0"'
	refused 1 "$CONF:1: cloned_interfaces: \"geneve0.1\" and \"geneve0-1\" have the same variables" \
		'cloned_interfaces="geneve0.1 geneve0-1"'
	refused 1 "\"geneve0\" and \"geneve1\" have the same variables" \
		'cloned_interfaces="geneve0 geneve1"' 'ifconfig_geneve1_name=geneve0'
	refused 1 "\"geneve\" needs its number \(geneve0\)" 'cloned_interfaces="geneve"'
	refused 1 "\"bridge\" needs its number \(bridge0\)" 'cloned_interfaces="bridge"'
	refused 1 "\"geneve0123456789\" cannot be an interface's name" \
		'cloned_interfaces="geneve0123456789"'
	refused 1 "$CONF:2: ifconfig_geneve0_name: not one name" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0_name="a b"'
	refused 1 "$CONF:2: ifconfig_geneve0_name: not one name" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0_name="a234567890123456"'
	refused 1 "$CONF:2: ifconfig_geneve0: DHCP is not supported" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0="DHCP"'
	refused 1 "$CONF:2: ifconfig_geneve0: SYNCDHCP is not supported" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0="up SyncDHCP"'
	refused 1 "$CONF:2: ifconfig_geneve0: WPA is not supported" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0="WPA inet 10.0.0.1/24"'
	refused 1 "$CONF:2: ifconfig_geneve0_aliases: not supported" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0_aliases="inet 10.0.0.1/24"'
	refused 1 "$CONF:2: ifconfig_geneve0_alias: not supported" \
		'cloned_interfaces="geneve0"' 'ifconfig_geneve0_alias="inet 10.0.0.1/24"'
}

# Characters that a variable cannot have are "_" in it; one name may begin another.
variables_of_names() {
	conf 'cloned_interfaces="geneve0.a-b geneve0 geneve0_x"' \
		'create_args_geneve0_a_b="geneveid 1"' 'create_args_geneve0="geneveid 2"' \
		'create_args_geneve0_x="geneveid 3"' 'ifconfig_geneve0_x_ipv6=""'
	check "start" rc start
	check_equal "VNI" 1 "$(fact "$A" geneve0.a-b vni)"
	check_equal "VNI" 2 "$(fact "$A" geneve0 vni)"
	check_equal "VNI" 3 "$(fact "$A" geneve0_x vni)"
}

# What is not about an interface of the list is the host's own.
ignores_the_rest() {
	conf 'hostname="a.example"' 'defaultrouter="192.0.2.254"' 'sshd_enable="YES"' \
		'ifconfig_u0="DHCP"' 'ifconfig_geneve5="inet 10.5.0.1/24"' 'ifconfig_u1_frob=1' \
		'ifconfig_DEFAULT="SYNCDHCP"' 'create_args_geneve5="geneveid 5"' 'a-b=c'
	ends 1 rc start
	sed -i '/a-b/d' "$CONF"
	local before
	before=$(state)
	check "start" rc start
	check_equal "state" "$before" "$(state)"
	echo 'cloned_interfaces="geneve0"' >>"$CONF"
	check "start" rc start
	check_equal "interfaces" geneve0 "$(h -l)"
	check_equal "u0" "192.0.2.1/24 2001:db8::1/64" "$(addresses u0)"
}

files() {
	rm -f "$CONF"
	refused 2 "$CONF: no such file"
	mkdir "$CONF"
	refused 21 "$CONF: cannot read it: Is a directory"
	rmdir "$CONF"
	conf 'cloned_interfaces=geneve0'
	chmod 0 "$CONF"
	check_error 1 "not permitted" on "$A" setpriv --reuid 65534 --clear-groups "$GENEVE_BPF" rc start "$CONF"
	chmod 600 "$CONF"
	printf 'cloned_interfaces=geneve0\na=%0200000d\n' 0 >"$CONF"
	check "a long line" rc start
	check "stop" rc stop
	printf 'cloned_interfaces=geneve0\ncreate_args_geneve0=%0200000d\n' 0 >"$CONF"
	refused 1 'geneve0: unknown word "000'
	printf 'a=%0300000d\n' 0 >"$CONF"
	refused 27 "$CONF: larger than 256 KiB"
	check_error 27 "larger than 256 KiB" h rc start /dev/zero
	check_equal "through a pipe" "geneve0 absent" "$(echo 'cloned_interfaces=geneve0' | h rc status /dev/stdin | xargs)"
	: >"$CONF"
	check "an empty file" rc start
}

default_file() {
	mkdir -p "$TMP/etc/geneve-bpf"
	check_error 2 "/etc/geneve-bpf/rc.conf: no such file" with_etc rc start
	echo 'cloned_interfaces=geneve0' >"$TMP/etc/geneve-bpf/rc.conf"
	check "start" with_etc rc start
	check_equal "interfaces" geneve0 "$(h -l)"
}

with_etc() {
	on "$A" unshare -m sh -c 'etc=$1; shift; mount --bind "$etc" /etc && exec "$@"' - \
		"$TMP/etc" "$GENEVE_BPF" "$@"
}

arguments() {
	conf 'cloned_interfaces=geneve0'
	check_error 1 'rc: verb missing' h rc
	check_error 1 'rc: unknown verb "frob"' h rc frob "$CONF"
	check_error 1 'rc: unexpected "x"' h rc start "$CONF" x
	check_error 1 'not permitted' on "$A" setpriv --reuid 65534 --clear-groups "$GENEVE_BPF" rc restart /dev/null
	check_equal "interfaces" "" "$(h -l)"
	check "by -j" g -j "$A" rc start "$CONF"
	check_equal "interfaces" geneve0 "$(h -l)"
}

TESTS="quoting refuses_syntax runs_nothing words_of_values refuses_names variables_of_names
	ignores_the_rest files default_file arguments"

run_tests
