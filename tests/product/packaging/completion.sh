# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# bash completion, as bash calls it: COMP_WORDS and COMP_CWORD in, COMPREPLY out.
COMPLETION=user/shipped/completion/xdp-tcpstate

# complete_words WORD...: what is offered for the last of them, one a line.
complete_words() {
	bash --norc -c '
		. "$0"
		COMP_WORDS=(xdp-tcpstate "$@") COMP_CWORD=$#
		_xdp_tcpstate 2>/dev/null
		[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"' "$COMPLETION" "$@"
}

# offers "WORDS..." EXPECTED...: exactly these, in any order. _ among the words is an empty one.
offers() {
	local words=() word
	for word in $1; do
		words+=("${word#_}")
	done
	shift
	diff <(complete_words "${words[@]}" | sort) <([ $# -eq 0 ] || printf '%s\n' "$@" | sort)
}

# Options of a command are what --help says; those that take no value are known as such.
same_as_help() {
	local command options flags option status=0
	while read -r command options flags; do
		diff <(complete_words "$command" - | sort) <(tr , '\n' <<<"$options" | sort) |
			sed "s/^/$command: /" | grep '[<>]' && status=1
		for option in ${options//,/ }; do
			case ,$flags, in
			*,"$option",*) bash --norc -c '. "$0"; [[ " $_xdp_tcpstate_flags " == *" $1 "* ]]' "$COMPLETION" "$option" ;;
			*) bash --norc -c '. "$0"; [[ " $_xdp_tcpstate_flags " != *" $1 "* ]]' "$COMPLETION" "$option" ;;
			esac || { echo "$command $option: does it take a value?"; status=1; }
		done
	done < <($PYTHON $HERE/completion_options.py "$XT")
	return $status
}

# Every option that takes a value is either completed, or known as one whose value nobody can guess.
values_known() {
	local command options flags option status=0
	while read -r command options flags; do
		for option in ${options//,/ }; do
			case ,$flags, in *,"$option",*) continue ;; esac
			# What follows it is not taken for a word of a FILTER.
			[ "$command $option" = "watch --pin" ] || ! complete_words "$command" "$option" s | grep -qx src ||
				{ echo "$command $option: a FILTER is offered for its value"; status=1; }
		done
	done < <($PYTHON $HERE/completion_options.py "$XT")
	return $status
}

# shellcheck disable=SC2046
check "completion: the commands of --help" offers _ $($PYTHON -c "
import sys
sys.path.insert(0, '$HERE')
import help_text
print(*help_text.commands('$XT'), 'help', 'version')")
check "completion: each command's options are those of --help" same_as_help
check "completion: no value is taken for a word" values_known
check "completion: commands by their beginning" offers st states status strays
check "completion: help COMMAND" offers "help wa" watch
check "completion: options before a command" offers -- --help --version
# shellcheck disable=SC2046 # a word each
check "completion: interfaces" offers "watch -i l" $(cd /sys/class/net && printf "%s\n" l*)
check "completion: a further interface, not the same again" bash -c "! grep -qx lo,lo" < <(complete_words watch -i lo,)
check "completion: --hook" offers "run --hook xdp-" xdp-native xdp-generic
check "completion: --hook=, which bash splits" offers "run --hook = t" tc
check "completion: --hook= with nothing behind" offers "run --hook =" xdp xdp-native xdp-generic tc
check "completion: --direction" offers "watch --direction _" both rx tx
check "completion: --zone" offers "watch --zone _" vlan none ifindex no-tunnel-id
check "completion: --sort" offers "top -s total" total_packets total_bytes
check "completion: --group" offers "top --group _" connections services addresses
check "completion: --events, several" offers "watch --events state,time_wait," state,time_wait,stray state,time_wait,flow
check "completion: --timeout" offers "run --timeout syn_" syn_sent= syn_received=
check "completion: --timeout, a further one" offers "run --timeout established = 5,clos" 5,closed= 5,closing= 5,close_wait=
check "completion: --pin" offers "flows --pin /sys/fs/bpf/xdp-tcpstat" /sys/fs/bpf/xdp-tcpstate
check "completion: states" offers "flows state FIN" FIN_WAIT_1 FIN_WAIT_2
check "completion: several states" offers "flows state CLOSED,LI" CLOSED,LISTEN
check "completion: words of events, where there are some" offers "watch -i lo f" flags
check "completion: words of events, where there are none" offers "flows f"
check "completion: kinds of strays" offers "watch -i lo kind late_data,late_r" late_data,late_rst
check "completion: causes" offers "flows cause syn_" syn_ack
check "completion: a comparison, as a shell leaves it alone" offers "flows age _" gt ge lt le eq ne
check "completion: nothing for a number" offers "flows age gt _"
check "completion: flows --sort" offers "flows --sort b" bytes
check "completion: after a test" offers "flows port 80 _" and or
check "completion: after and" offers "flows port 80 and s" src state sport strays
check "completion: after src" offers "flows src _" cgroup container host net pid pod port portrange process state packets bytes retransmits
check "completion: a FILTER after an option with a value" offers "watch -i lo n" net not
check "completion: a FILTER after an option without" offers "flows --json n" net not
check "completion: watch --pin without a directory" offers "watch --pin n" net not
check "completion: track" offers "track _" all net port not
check "completion: track not" offers "track not _" net port
check "completion: track, after a test" offers "track port 80 _" and
check "completion: no words where none go" offers "status _"
check "completion: replay takes a file first" offers "replay user/shipped/completion/" user/shipped/completion/xdp-tcpstate
check "completion: replay, then a FILTER" offers "replay file n" net not
check "completion: replay, or another file" offers "replay file user/shipped/completion/" user/shipped/completion/xdp-tcpstate
check "completion: replay, no file in a FILTER" offers "replay file port 80 user/shipped/completion/"
check "completion: --checksum of a replay" offers "replay --checksum _" auto on off
check "completion: --checksum of an interface" offers "watch --checksum =" on off
check "completion: a file behind --checksum" offers "replay --checksum file n" net not
check "completion: --config takes a file" offers "run --config user/shipped/completion/" user/shipped/completion/xdp-tcpstate

# The states are those that the program knows.
check "completion: all states" bash -c "diff <(sort -u) <(sed -n 's/^\tX([A-Z_0-9]*, *[0-9]*, \"\([a-z_0-9]*\)\").*/\1/p' include/tcpstate/abi/state.h | tr a-z A-Z | sort -u)" \
	< <(complete_words flows state "")
check "completion: sourced twice, by a shell with set -u" silent bash --norc -uc ". $COMPLETION; . $COMPLETION"
# So are kinds and causes.
list_of() {
	sed -n "/^#define $2(X)/,/[^\\\\]\$/p" "$1" | grep -oE '"[a-z_]+"' | tr -d '"'
}
# shellcheck disable=SC2046
check "completion: all kinds of strays" offers "watch kind _" $(list_of include/tcpstate/abi/history.h STRAYS)
# shellcheck disable=SC2046
check "completion: all causes" offers "watch cause _" $(list_of include/tcpstate/abi/records.h CAUSES)
if [ -r /usr/share/bash-completion/bash_completion ]; then
	check "completion: loaded by bash-completion, and behind sudo" bash --norc -c "
		export XDG_DATA_DIRS=$WORK/data
		mkdir -p $WORK/data/bash-completion/completions
		cp $COMPLETION $WORK/data/bash-completion/completions/
		. /usr/share/bash-completion/bash_completion
		_completion_loader xdp-tcpstate
		complete -p xdp-tcpstate
		[ \"\$(complete -p xdp-tcpstate)\" = 'complete -F _xdp_tcpstate xdp-tcpstate' ]"
else
	skip "completion: loaded by bash-completion" "no bash-completion: apt-get install bash-completion"
fi
