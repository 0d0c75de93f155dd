# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
What is compared, column by column. Each gives two words for a group, theirs and
ours, or None where there is nothing to compare. _c and _s are the ends that
tshark takes for client and server, whatever roles we give them.
"""

# The same close, seen from the other end.
OTHER_END = {"S2": "S3", "S3": "S2", "RSTO": "RSTR", "RSTR": "RSTO"}


def side(group, end):
    return {group.client: "c", group.server: "s"}.get(end, "-")


def counted(tshark_columns, key, which):
    """A number at one end: the sum of tshark's columns, and our key."""
    def column(group):
        end = getattr(group, which)
        return group.theirs(*tshark_columns)[end], group.ours(key)[end]
    return column


def in_both_directions(name, tshark_columns, key):
    yield f"{name}_c", counted(tshark_columns, key, "client")
    yield f"{name}_s", counted(tshark_columns, key, "server")


def first_sender(tshark_column, flag, counter):
    def column(group):
        theirs = next(filter(None, (s.end_named(tshark_column) for s in group.streams)), None)
        ours = next(filter(None, (f.first_sender(flag, counter) for f in group.flows)), None)
        return side(group, theirs), side(group, ours)
    return column


def initiator(group):
    """tshark's client, where its SYN or the SYN-ACK told."""
    if not all(stream.roles_known for stream in group.streams):
        return None
    flow = group.flows[-1]
    return "c", side(group, flow.initiator) if flow.roles_seen else "guessed"


def close(group):
    """In the words of the corpus' own column of that name."""
    fins, rsts = group.ours("fins"), group.ours("rsts")
    ends = sum(1 for count in fins.values() if count)
    ours = ("none", "one-fin", "sequential")[ends]
    if any(flow.simultaneous for flow in group.flows):
        ours = "simultaneous"
    if any(rsts.values()):
        ours += "+rst"
    return group.streams[-1].row["close"], ours


def conn_state(group):
    zeek, flow = group.streams[-1].zeek_state, group.flows[-1]
    if not zeek:
        return None
    state, originator = zeek
    return state, flow.conn_state if flow.initiator == originator else OTHER_END.get(flow.conn_state, flow.conn_state)


COLUMNS = dict([
    *in_both_directions("packets", ["pkts"], "packets"),
    *in_both_directions("bytes", ["bytes"], "bytes"),
    *in_both_directions("syn", ["syn", "synack"], "syns"),
    *in_both_directions("fin", ["fin"], "fins"),
    *in_both_directions("rst", ["rst"], "rsts"),
    *in_both_directions("rtx", ["rtx"], "retransmits"),
    ("first_fin", first_sender("first_fin", "F", "fins")),
    ("first_rst", first_sender("first_rst", "R", "rsts")),
    ("initiator", initiator),
    ("close", close),
    ("conn_state", conn_state),
])


def compare(group):
    """{column: (theirs, ours)}, as text. Without a record of ours there is only that to say."""
    result = {"record": ("yes", "yes" if group.flows else "none")}
    if group.flows:
        for name, column in COLUMNS.items():
            pair = column(group)
            if pair is not None:
                result[name] = tuple(map(str, pair))
    return result
