# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Which of our flows are which of tshark's streams. Both cut one 4-tuple into
connections, by different rules: tshark begins a stream with each new ISN, we
keep an opener that tries other numbers in one incarnation (RULES 7); tshark
does not look at VLAN tags, we do. So several of one may be one of the other.
"""


class Group:
    """Streams and flows that have the same packets. At least one stream; no flow: we have no record."""

    def __init__(self, streams, flows):
        self.streams, self.flows = streams, flows
        self.client, self.server = streams[0].client, streams[0].server

    @property
    def name(self):
        first, last = self.streams[0].number, self.streams[-1].number
        return str(first) if first == last else f"{first}-{last}"

    def theirs(self, *names):
        """{endpoint: sum}, of tshark's columns NAME_c and NAME_s"""
        return add([stream.by_end(*names) for stream in self.streams])

    def ours(self, key):
        """{endpoint: sum}, of a key of our records' ends"""
        return add([flow.by_end(key) for flow in self.flows])


def add(counts):
    total = {}
    for count in counts:
        for end, number in count.items():
            total[end] = total.get(end, 0) + number
    return total


def newest_before(candidates, time):
    """Of those that begin not after time, the one that begins last."""
    before = [c for c in candidates if c.start <= time]
    return before[-1] if before else None


def pair_tuple(streams, flows):
    """All of one 4-tuple, each list by its begin."""
    members = {id(stream): [] for stream in streams}
    for flow in flows:
        # One may begin after its stream, whose first packets we could not use.
        stream = newest_before(streams, flow.start) or streams[0]
        members[id(stream)].append(flow)
    groups = []
    for stream in streams:
        flow = newest_before(flows, stream.start)
        if not members[id(stream)] and flow and groups and flow in groups[-1].flows:
            groups[-1].streams.append(stream)
        else:
            groups.append(Group([stream], members[id(stream)]))
    return groups


def pair(streams, flows):
    """
    The groups of a capture, by their first frames; and the flows that have no
    stream at all.
    """
    groups, rest = [], list(flows)
    for key in dict.fromkeys(stream.tuple for stream in streams):
        same_streams = sorted((s for s in streams if s.tuple == key), key=lambda s: s.first_frame)
        same_flows = sorted((f for f in flows if f.tuple == key), key=lambda f: f.start)
        groups += pair_tuple(same_streams, same_flows)
        rest = [f for f in rest if f.tuple != key]
    return sorted(groups, key=lambda g: g.streams[0].first_frame), rest
