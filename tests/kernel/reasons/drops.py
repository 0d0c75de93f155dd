# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
What the kernel did with each frame that a device received: a trace instance of
its own (suites run side by side) with net:netif_receive_skb, which names the
device and the buffer, skb:kfree_skb, which names the buffer and the reason, and
tcp:tcp_receive_reset, which says that an RST was taken (both it and one that is
challenged are freed as TCP_RESET). skb:consume_skb in tcp_rcv_state_process() is
the end of all that has no data to queue, and of data that nobody will read.
"""
import os
import re

INSTANCES = "/sys/kernel/tracing/instances"
EVENTS = ("net/netif_receive_skb", "skb/kfree_skb", "skb/consume_skb", "tcp/tcp_receive_reset")
LINE = re.compile(r"\[(\d+)\] \S+ +([\d.]+): (\w+): (.*)")
FIELD = re.compile(r"(\w+)=(\S+)")
DROPPED = re.compile(r"location=(\w+)\S*(?: reason: (\w+))?")


class Fate:
    """Of one frame: why it was dropped (None: it was not), and whether it reset a socket."""

    def __init__(self, length):
        self.length, self.reason, self.where, self.resets = length, None, None, False


class Drops:
    def __init__(self, device):
        self.device = device
        self.path = os.path.join(INSTANCES, f"tcpstate-{device}")
        os.mkdir(self.path)
        self.write("buffer_size_kb", "16384")
        self.write("events/net/netif_receive_skb/filter", f'name == "{device}"')
        self.write("events/skb/kfree_skb/filter", "protocol == 0x0800")
        self.write("events/skb/consume_skb/filter", "location.function == tcp_rcv_state_process")
        for event in EVENTS:
            self.write(f"events/{event}/enable", "1")

    def write(self, name, value):
        with open(os.path.join(self.path, name), "w") as f:
            f.write(value)

    def lost(self):
        """Events that the buffers had no room for."""
        lost = 0
        for cpu in os.listdir(os.path.join(self.path, "per_cpu")):
            with open(os.path.join(self.path, "per_cpu", cpu, "stats")) as f:
                lost += sum(int(line.split()[-1]) for line in f if line.startswith(("overrun", "dropped")))
        return lost

    def fates(self):
        """One a frame that the device received, in their order."""
        for event in EVENTS:
            self.write(f"events/{event}/enable", "0")
        fates, last = [], {}
        # The file has the lines of all CPUs in the order of their times.
        with open(os.path.join(self.path, "trace")) as f:
            lines = [m.groups() for m in map(LINE.search, f) if m]
        for cpu, _, event, text in lines:
            fields = dict(FIELD.findall(text))
            if event == "netif_receive_skb":
                last[cpu] = (fields["skbaddr"], Fate(int(fields["len"])))
                fates.append(last[cpu][1])
            elif cpu in last:
                # Softirq takes a frame to its end before the next of the same CPU.
                buffer, fate = last[cpu]
                if event == "tcp_receive_reset":
                    fate.resets = fate.resets or fate.reason is None
                elif fields["skbaddr"] == buffer and fate.where is None:
                    fate.where, fate.reason = DROPPED.search(text).groups()
        return fates

    def close(self):
        os.rmdir(self.path)
