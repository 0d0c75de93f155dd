#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Looks at a daemon's page in a browser (live.sh starts both in one namespace):
    live.py URL still COMMAND...    nothing changes: page, API and that command (flows --json) agree
    live.py URL moving              while connections open and close, each answer is shown as it is
    live.py URL named INTERFACE     an interface of that name is among the hooks
    live.py URL killed PID COMMAND...  after kill -9 it says so; after the command it is live again
Fails with the reason as its last line.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import browser
import fake

READING = (pathlib.Path(__file__).resolve().parent / "reading.js").read_text()
# The page's own answers, as they came: what it shows is compared with these and no others.
KEEP_ANSWERS = """(() => {
	window.answers = [];
	const fetched = window.fetch;
	window.fetch = async (...what) => {
		const response = await fetched(...what);
		window.answers = [...window.answers, await response.clone().text()].slice(-2);
		return response;
	};
})()"""
SEEN = """({answers: window.answers, boxes: reading.boxes(), arrows: reading.arrows(), transitions: reading.transitions(),
	waits: reading.facts('wait-facts'), ended: reading.shares('wait-ended'), kinds: reading.shares('stray-kinds'),
	resets: reading.shares('resets'), local: reading.cellsOf('states').map(r => [r[0], reading.figure(r[4])])})"""


HELD_ENDS = 60


class Mismatch(Exception):
    pass


def same(seen, said, what):
    if seen != said:
        raise Mismatch(f"{what}: the page has {seen}, the API {said}")


def open_page(chromium, url, **options):
    page = chromium.page(url, **options)
    if not page.until("document.documentElement?.dataset.link === 'live'"):
        raise Mismatch("the page did not come to life")
    page.evaluate(READING)
    page.evaluate(KEEP_ANSWERS)
    return page


def settled(page):
    """What the page shows, with the last two answers: of a moment in which it had shown them."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        first = page.evaluate(SEEN)
        page.browser.pump(0.12)
        second = page.evaluate(SEEN)
        if first["answers"] == second["answers"] and len(second["answers"]) == 2:
            return second, [json.loads(a) for a in second["answers"]]
    raise Mismatch("the page asks no more: " + page.evaluate("reading.status()"))


def figure(rate):
    """21.4 k/s -> 21400"""
    words = rate.removesuffix("/s").replace(",", "").split()
    return float(words[0]) * {"": 1, "k": 1e3, "M": 1e6}[words[1] if len(words) > 1 else ""]


def check_numbers(seen, said):
    both = {s: said["endpoints"]["initiator"][s] + said["endpoints"]["responder"][s] for s in fake.STATES}
    same(seen["boxes"], both, "ends by state")
    same(dict(seen["local"]), said["local_endpoints"], "local ends")
    shown = {k: t["count"] for k, t in seen["transitions"].items() if t["count"]}
    same(shown, {f"{t['from']}>{t['to']}": t["count"] for t in said["transitions"] if t["count"]}, "transitions")
    wait = said["time_wait"]
    same(seen["waits"], [wait["waiting"], wait["started"], wait["restarts"]], "TIME_WAIT")
    same(seen["ended"], wait["ended"], "what ended TIME_WAIT")
    same(seen["kinds"], {k: n for k, n in said["strays"]["kinds"].items() if n}, "strays")
    same(seen["resets"], said["resets"], "resets")


def when(said):
    """now, in seconds of the day: strptime knows no nanoseconds."""
    hours, minutes, seconds = said["now"].split("T")[1].rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def check_rates(seen, before, said):
    """Returns how many arrows were taken between the two answers."""
    seconds = (when(said) - when(before)) % 86400
    old = {f"{t['from']}>{t['to']}": t["count"] for t in before["transitions"]}
    taken = 0
    for t in said["transitions"]:
        key = f"{t['from']}>{t['to']}"
        rate = (t["count"] - old.get(key, 0)) / seconds
        shown = figure(seen["transitions"][key]["rate"])
        rounded = 0.06 if rate < 10 else 0.51 if rate < 10000 else 0.01 * rate
        if abs(shown - rate) > rounded + 0.003 * rate:  # the page takes the time to the ms
            raise Mismatch(f"{key}: the page has {shown}/s, two answers make {rate:.2f}/s")
        if key in seen["arrows"] and seen["arrows"][key]["taken"] != (rate > 0):
            raise Mismatch(f"{key}: lit up: {seen['arrows'][key]['taken']}, at {rate:.2f}/s")
        taken += rate > 0
    return taken


def still(chromium, url, *command):
    page = open_page(chromium, url)
    seen, (_, said) = settled(page)
    check_numbers(seen, said)
    counted = dict.fromkeys(fake.STATES, 0)
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        flow = json.loads(line)
        if flow.get("event") == "flow":
            for end in ("initiator", "responder"):
                counted[flow[end]["state"]] += 1
    seen, _ = settled(page)
    same(seen["boxes"], counted, "ends by state, against flows")
    if counted["ESTABLISHED"] < 20 or counted["CLOSE_WAIT"] < 10:
        raise Mismatch(f"too little to compare: {counted}")
    return page


def moving(chromium, url):
    pages = {"light": open_page(chromium, url, width=1600, height=1000),
             "phone": open_page(chromium, url, width=360, height=780, dark=True),
             "dark": open_page(chromium, url, width=1600, height=1000, dark=True)}
    most, states = 0, set()
    deadline = time.monotonic() + float(os.environ.get("WATCH_FOR", 12))
    while time.monotonic() < deadline:
        for page in pages.values():
            seen, (before, said) = settled(page)
            check_numbers(seen, said)
            most = max(most, check_rates(seen, before, said))
            states |= {s for s, n in seen["boxes"].items() if n}
    if most < 8 or len(states) < 5:
        raise Mismatch(f"too little happened: {most} arrows at a time, {states}")
    for name, page in pages.items():
        take_shot(page, name)
        for what in ("collisions()", "tooWide()", "pale(4.5)"):
            same(page.evaluate("reading." + what), [], f"{what} in {name}")
    return pages["light"]


def take_shot(page, name):
    if os.environ.get("SHOTS"):
        page.screenshot(os.path.join(os.environ["SHOTS"], f"page-{name}.png"))


def named(chromium, url, name):
    page = open_page(chromium, url)
    same([n for n in page.evaluate("reading.cellsOf('hooks').map(r => r[0])") if n == name], [name, name], "hooks by that name")
    same(page.evaluate("document.querySelectorAll('b, img').length"), 0, "elements made of names")
    return page


def killed(chromium, url, pid, *command):
    page = open_page(chromium, url)
    os.kill(int(pid), signal.SIGKILL)
    if not page.until("reading.link() === 'lost' && reading.stale()"):
        raise Mismatch("the page does not say that the daemon is gone")
    old = page.evaluate("reading.boxes()")
    take_shot(page, "stale")
    daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        if not page.until("reading.link() === 'live' && !reading.stale()", 30):
            raise Mismatch("the page does not come back: " + (daemon.stderr.read1() or b"").decode(errors="replace")[-200:])
        seen, (_, said) = settled(page)
        check_numbers(seen, said)
        # What other traffic left may have ended meanwhile; what is held open (live.sh) has not.
        if not HELD_ENDS <= seen["boxes"]["ESTABLISHED"] <= old["ESTABLISHED"]:
            raise Mismatch(f"ESTABLISHED: {old['ESTABLISHED']} before, {seen['boxes']['ESTABLISHED']} after it")
    finally:
        daemon.terminate()
        daemon.wait(20)
    page.complaints[:] = [c for c in page.complaints if "ERR_CONNECTION_REFUSED" not in c and "ERR_EMPTY_RESPONSE" not in c
                          and "ERR_CONNECTION_RESET" not in c]
    return page


def main():
    url, mode, *arguments = sys.argv[1:]
    with browser.Browser() as chromium:
        {"still": still, "moving": moving, "named": named, "killed": killed}[mode](chromium, url, *arguments)
        for each in chromium.pages.values():
            strange = set(each.requests) - {url, url + "api/summary", "data:,"}
            if strange or each.complaints:
                raise Mismatch(f"requests elsewhere: {strange}; console: {each.complaints}")


if __name__ == "__main__":
    try:
        main()
    except (Mismatch, browser.BrowserError, OSError, subprocess.SubprocessError) as why:
        sys.exit(str(why))
