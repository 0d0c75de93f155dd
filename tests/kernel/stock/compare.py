#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
compare.py GUEST HOST

Compares what watch saw of the same connections on two kernels: in each of the
directories, for each pair of hooks, HOOKS.events (from watch) and
HOOKS.connections (from traffic: which ports had which pattern). For each
pattern the sequence of states of either end must be the same on both, from its
first segment until TIME_WAIT has run out.

What may differ and is not compared: times, addresses, ports, ids, sequence
numbers, and which segment carried a change. A FIN that also acknowledges the
peer's takes FIN_WAIT_1 straight to TIME_WAIT; whether the acknowledgment comes
with the FIN or on its own depends on how soon the application closes, so
FIN_WAIT_1 -> TIME_WAIT by such a FIN is read as FIN_WAIT_1 -> FIN_WAIT_2 ->
TIME_WAIT (as the kernel itself passes through it). For the same reason only the
order within an end is compared, not that between the ends.
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'lib'))
from sequences import Watched, read_connections

passed = failed = 0


def report(name, why=None):
    global passed, failed
    if why is None:
        passed += 1
        print(f'ok {name}')
    else:
        failed += 1
        print(f'not ok {name}: {why}')


def is_fin_with_ack(flags):
    return flags is not None and 'F' in flags and '.' in flags


def story(end):
    """The states of one end, with FIN_WAIT_2 where a FIN that acknowledges stepped over it."""
    if end is None:
        return 'nothing'
    told = []
    for state, event in zip(end.states, end.events):
        if told[-1:] == ['FIN_WAIT_1'] and state == 'TIME_WAIT' and is_fin_with_ack(event['flags']):
            told.append('FIN_WAIT_2')
        told.append(state)
    return ' '.join(told)


class Side:
    """What one kernel's run told of one pair of hooks."""

    def __init__(self, directory, hooks):
        watched = Watched(f'{directory}/{hooks}.events')
        self.problems = watched.problems
        self.stories = {}
        for made in read_connections(f'{directory}/{hooks}.connections'):
            client, server = made['client'], made['server']
            self.stories[made['pattern'], made['family']] = (
                story(watched.ends.get((client, server))), story(watched.ends.get((server, client))))


def compare(name, guest, host):
    if guest is None or host is None:
        report(name, f'no connection of this kind on the {"host" if guest else "guest"}')
    elif 'nothing' in guest:
        report(name, 'watch saw nothing of it in the guest')
    elif any(not told.endswith('CLOSED') for told in guest):
        report(name, f'an end that is never closed: client {guest[0]}, server {guest[1]}')
    elif guest != host:
        report(name, ' | '.join(f'{end}: guest {here}, host {there}' for end, here, there
                                in zip(('client', 'server'), guest, host) if here != there))
    else:
        report(name)


def main():
    guest_at, host_at = sys.argv[1:3]
    rounds = sorted({os.path.basename(path)[:-len('.connections')]
                     for at in (guest_at, host_at) for path in glob.glob(f'{at}/*.connections')})
    for hooks in rounds:
        try:
            guest, host = Side(guest_at, hooks), Side(host_at, hooks)
        except (OSError, KeyError, SystemExit) as error:
            report(f'{hooks}: compared', f'{type(error).__name__}: {error}')
            continue
        for who, side in (('guest', guest), ('host', host)):
            report(f'{hooks}: the {who} tells of each change once', '; '.join(side.problems[:3]) or None)
        for key in sorted(guest.stories.keys() | host.stories.keys()):
            compare(f'{hooks}: {key[0]} IPv{key[1]}', guest.stories.get(key), host.stories.get(key))
    if not rounds:
        report('compared', 'no connection was made')
    print(f'{passed} passed, {failed} failed, 0 skipped')
    return 1 if failed else 0


sys.exit(main())
