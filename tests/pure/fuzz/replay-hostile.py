#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Hostile captures against builds with ASan and UBSan: many inside one program
(replay_hostile.c), and some through the command itself.
"""
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "kernel", "replay"))
import captures  # noqa: E402

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
MUTATIONS, SEED = os.environ.get("MUTATIONS", "1000"), os.environ.get("SEED", "1")
SANITIZERS = {"ASAN_OPTIONS": "abort_on_error=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}

results = {"ok": 0, "not ok": 0}


def report(name, why):
    verdict = "not ok" if why else "ok"
    results[verdict] += 1
    print(f"{verdict} hostile: {name}{f': {why}' if why else ''}")


def seeds(folder):
    """Small, and of everything: both formats, both byte orders, several links, cut snapshots."""
    some = captures.packets(captures.Connection("10.0.0.1:40000", "10.0.0.2:80").open().talk(20).close().packets)
    kinds = list(captures.LINKS.values())
    mixed = [captures.Packet(t, kinds[i % len(kinds)][1](ip), link=kinds[i % len(kinds)][0])
             for i, (t, ip) in enumerate(captures.ordinary())]
    cut = [captures.Packet(p.time, p.data[:60], p.length) for p in some]
    contents = {
        "le.pcap": captures.pcap(some), "be.pcap": captures.pcap(cut, ">", False),
        "sll.pcap": captures.pcap(captures.packets(captures.ordinary()[:4], captures.sll, 113), link=113),
        "le.pcapng": captures.pcapng(some, resolution=9), "mixed.pcapng": captures.pcapng(mixed, ">", 0x94, -5),
    }
    paths = []
    for name, content in contents.items():
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "wb") as f:
            f.write(content)
    return paths


def many(folder):
    with open(os.path.join(folder, "log"), "w+") as log:
        result = subprocess.run([os.path.join(BUILD, "tests", "replay-hostile"), MUTATIONS, SEED, *seeds(folder)],
                                stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **SANITIZERS})
        log.seek(0)
        lines = [line for line in log if not line.startswith("xdp-tcpstate: ")]
    print(f"# {result.stdout.strip()}")
    if result.returncode:
        print("".join(f"#   {line}" for line in lines[:60]), end="")
        return f"exit status {result.returncode}"
    return "fewer than 1000 mutations" if int(MUTATIONS) < 1000 else None


def through_the_command(folder):
    """A result with exit status 0, or a sentence with 1; nothing else."""
    source = random.Random(int(SEED))
    tool = os.path.join(BUILD, "xdp-tcpstate")
    path = os.path.join(folder, "hostile")
    for seed in seeds(folder):
        with open(seed, "rb") as f:
            good = f.read()
        for cut in (0, 3, 4, 23, 24, 30, 45, len(good) - 1, len(good)):
            content = bytearray(good[:cut])
            if cut == len(good):
                for _ in range(5):
                    content[source.randrange(len(content))] = source.randrange(256)
            with open(path, "wb") as f:
                f.write(content)
            result = subprocess.run([tool, "replay", "--drain", path], capture_output=True, text=True, timeout=60,
                                    env={**os.environ, **SANITIZERS})
            if result.returncode not in (0, 1) or result.returncode != bool(result.stderr):
                return f"{os.path.basename(seed)} cut after {cut}: exit status {result.returncode}: {result.stderr[-400:]}"
    return None


def main():
    if os.geteuid():
        print("skip hostile: it takes root\n0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory(prefix="tcpstate-hostile.") as folder:
        report("captures cut, random and mutated", many(folder))
        report("through the command", through_the_command(folder))
    print(f"{results['ok']} passed, {results['not ok']} failed, 0 skipped")
    return results["not ok"] > 0


if __name__ == "__main__":
    sys.exit(main())
