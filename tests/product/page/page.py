#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
The page in a real browser, against a server that says what a test wants it to
say: numbers, rates, hostile texts, silence; and how it looks to whom.
"""
import copy
import json
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import browser
import fake
from tap import Tap, equal

HERE = pathlib.Path(__file__).resolve().parent
READING = (HERE / "reading.js").read_text()
WIDTHS = (320, 360, 414, 600, 768, 1000, 1280, 1345, 1600, 2200)


class Server(fake.Fake):
    """Answers one summary, the same numbers again, a second of its own clock later each time."""

    def __init__(self):
        super().__init__()
        self.base = fake.Traffic().summary()
        self.asked = 0
        self.growth = {}  # "FROM>TO": how many more with each answer
        self.change = lambda summary: None
        self.answer = self.next_answer
        self.start()

    def next_answer(self, _):
        self.asked += 1
        summary = copy.deepcopy(self.base)
        summary["now"] = time.strftime("%Y-%m-%dT%H:%M:%S.000000000Z", time.gmtime(1.8e9 + self.asked))
        summary["uptime_seconds"] = 97000 + self.asked
        for transition in summary.get("transitions", []):
            key = transition["from"] + ">" + transition["to"]
            transition["count"] += self.asked * self.growth.get(key, 0)
        self.change(summary)
        return summary

    def arrivals(self):
        return self.requests.count("/api/summary")


class Test:
    def __init__(self, chromium):
        self.chromium = chromium
        self.server = Server()
        self.page = None

    def open(self, width=1280, height=900, dark=False, **options):
        self.page = self.chromium.page(self.server.url, width, height, dark, **options)
        assert self.page.until("document.documentElement?.dataset.link === 'live'"), \
            "the page did not come to life"
        self.page.evaluate(READING)
        return self.page

    def close(self):
        complaints, requests = self.page.complaints, set(self.page.requests)
        self.page.close()
        self.server.stop()
        own = {self.server.url, self.server.url + "api/summary"}
        assert requests <= own | {"data:,"}, f"it asked for {requests - own}"
        return complaints

    def read(self, what):
        return self.page.evaluate("reading." + what)

    def next_answers(self, number=2):
        """Waits until the page has shown that many more answers."""
        asked = self.server.asked
        deadline = time.monotonic() + 20
        while self.server.asked < asked + number + 1:
            assert time.monotonic() < deadline, "the page asks no more"
            self.chromium.pump(0.05)


def with_page(function):
    """A test with a page of its own that must end without a complaint in the console."""
    def run(chromium):
        test = Test(chromium)
        try:
            test.open()
            function(test)
        except BaseException:
            test.page and test.page.close()
            raise
        equal(test.close(), [], "the console")
    return run


# ---- numbers ----

@with_page
def numbers(test):
    said = test.server.base
    both = {s: said["endpoints"]["initiator"][s] + said["endpoints"]["responder"][s] for s in fake.STATES}
    equal(test.read("boxes()"), both, "boxes")
    rows = [[s, said["endpoints"]["initiator"][s], said["endpoints"]["responder"][s], both[s],
             said["local_endpoints"][s]] for s in fake.STATES]
    equal(test.read("cellsOf('states').map(([s, ...n]) => [s, ...n.map(reading.figure)])"), rows, "states")
    equal({k: v["count"] for k, v in test.read("transitions()").items()},
          {t["from"] + ">" + t["to"]: t["count"] for t in said["transitions"]}, "transitions")
    equal(test.read("facts('wait-facts')"), [said["time_wait"][k] for k in ("waiting", "started", "restarts")], "waits")
    equal(test.read("shares('wait-ended')"), said["time_wait"]["ended"], "what ended TIME_WAIT")
    equal(test.read("shares('wait-reuses')"), said["time_wait"]["reuses"], "reuses")
    equal(test.read("facts('stray-facts')"), [said["strays"]["total"], said["strays"]["harmful"]], "strays")
    equal(test.read("shares('stray-kinds')"), {k: n for k, n in said["strays"]["kinds"].items() if n}, "kinds of strays")
    equal(test.read("shares('resets')"), said["resets"], "resets")
    closes = {(c["by"], c["how"]): c["count"] for c in said["closes"]}
    equal(test.read("cellsOf('closes').map(([by, ...n]) => [by, ...n.map(reading.figure)])"),
          [[by, *(closes.get((by, how), 0) for how in ("fin", "rst", "timeout", "none"))]
           for by in ("initiator", "responder", "both", "none")], "closes")
    equal(test.read("cellsOf('handshake').map(r => reading.figure(r[3]))"),
          [p["count"] for p in said["handshake"].values()], "handshakes")
    equal(test.read("cellsOf('pressure').map(r => r[0])"),
          [f"{p['from']}\n→ {p['to']}" for p in said["port_pressure"]], "port pressure")
    equal(test.read("cellsOf('pressure').map(r => r[1])"),
          [f"{p['waiting']:,} + {p['open']:,} of {'~' * p['assumed']}{p['range']:,}" for p in said["port_pressure"]],
          "ports in use")
    equal(test.read("cellsOf('leaks').map(r => [r[0], r[1], reading.figure(r[3])])"),
          [[l["local"], l["state"], l["count"]] for l in said["leaks"]], "leaks")
    equal(test.read("cellsOf('leaks').map(r => r[2])"),
          ["billing (812)\ncontainerd 3f2a9c0b1d4e\npod 8a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "unknown"], "whose leaks are")
    equal(test.read("cellsOf('hooks')"),
          [[h["interface"], h["direction"], h["hook"], "yes"] for h in said["hooks"]], "hooks")
    known = sum(b["count"] for b in said["strays"]["lifetimes"])
    note = test.page.evaluate("document.getElementById('lifetimes-note').textContent")
    assert f"of {known:,}:" in note, note
    equal(test.page.evaluate("document.querySelectorAll('#lifetimes .column').length"),
          sum(1 for b in said["strays"]["lifetimes"] if b["count"]), "columns")


@with_page
def local_ends(test):
    test.page.evaluate("document.getElementById('ends-local').click()")
    equal(test.read("boxes()"), test.server.base["local_endpoints"], "boxes of local ends")
    test.page.evaluate("document.getElementById('ends-all').click()")
    equal(test.read("boxes()['TIME_WAIT']"), sum(test.server.base["endpoints"][r]["TIME_WAIT"]
          for r in ("initiator", "responder")), "all ends again")


@with_page
def unnamed(test):
    def hide(peers):
        def change(summary):
            summary["port_pressure"][1].update({"from": None, "to": None})
            summary["leaks"][0].update({"local": None, "peer": None})
            summary.update({"peers": peers, "unnamed": {"port_pressure": 1, "leaks": 1}})
        return change
    for peers, why in ("own", "not this host’s own connections"), ("none", "open to the network"):
        test.server.change = hide(peers)
        test.next_answers(2)
        equal(test.read("cellsOf('pressure').map(r => r[0] === 'not named')"), [False, True, False], "pairs without a name")
        equal(test.read("cellsOf('leaks').map(r => r[0] === 'not named')"), [True, False], "ends without a name")
        for table in "pressure", "leaks":
            note = test.page.evaluate(f"document.getElementById('{table}').parentElement.querySelector('.survey').textContent")
            assert "Of 1 the addresses are left out" in note and why in note and "--api-peers" in note, note
    test.server.change = lambda summary: None
    test.next_answers(2)
    equal(test.page.evaluate("[...document.querySelectorAll('.survey')].filter(n => n.textContent.includes('left out')).length"), 0,
          "notes while all are named")


@with_page
def rates(test):
    test.server.growth = {"CLOSED>SYN_SENT": 1, "SYN_SENT>ESTABLISHED": 40, "LISTEN>SYN_RECEIVED": 1500,
                          "TIME_WAIT>CLOSED": 123456, "ESTABLISHED>CLOSED": 7}
    test.next_answers(3)
    arrows, rows = test.read("arrows()"), test.read("transitions()")
    wanted = {"CLOSED>SYN_SENT": "1.0/s", "SYN_SENT>ESTABLISHED": "40/s", "LISTEN>SYN_RECEIVED": "1,500/s",
              "TIME_WAIT>CLOSED": "123 k/s"}
    equal({k: a["rate"] for k, a in arrows.items() if a["rate"]}, wanted, "rates on the arrows")
    equal({k for k, a in arrows.items() if a["taken"]}, set(wanted), "arrows that light up")
    widths = [arrows[k]["width"] for k in wanted]
    assert widths == sorted(set(widths)) and widths[0] > arrows["LISTEN>CLOSED"]["width"], f"widths: {widths}"
    equal({k: rows[k]["rate"] for k in [*wanted, "ESTABLISHED>CLOSED"]}, {**wanted, "ESTABLISHED>CLOSED": "7.0/s"}, "rates in the table")
    equal({s: e for s, e in test.read("exits()").items() if e}, {"ESTABLISHED": "✕ 7.0/s"}, "ways out by reset or timeout")


@with_page
def restarted_daemon(test):
    """One arrow has been taken more often than in the life before, one less."""
    began = test.server.asked

    def start_anew(summary):
        summary["uptime_seconds"] = (test.server.asked - began) / 100
        summary["transitions"] = [{"from": "CLOSED", "to": "SYN_SENT", "count": 10**9},
                                  {"from": "SYN_SENT", "to": "ESTABLISHED", "count": 0}]
    test.server.change = start_anew
    seen = set()
    while test.server.asked < began + 3:
        seen |= {a["rate"] for a in test.read("arrows()").values()}
        seen |= {t["rate"] for t in test.read("transitions()").values()}
        test.chromium.pump(0.03)
    equal(seen - {"", "0/s", "–"}, set(), "rates between two lives")


@with_page
def losses(test):
    equal(test.read("alerts()"), [], "alerts of a daemon that lost nothing")

    def lose(summary):
        summary["losses"]["events"]["ring_full"] = 1234
        summary["losses"]["table_refusals"] = 7
        summary["losses"]["left_out"] = {"unconfirmed": 98765, "unknown": 43}
        summary["closes"][0]["confirmed"] -= 21
        summary["hooks"][1]["attached"] = False
    equal(test.page.evaluate("document.getElementById('closes-unconfirmed').textContent"), "", "all are confirmed")
    test.server.change = lose
    assert test.page.until("reading.alerts().length === 3"), test.read("alerts()")
    equal(test.read("alerts()"), ["1,234 events lost: the ring was full", "7 connections not tracked: the table was full",
                                  "not attached: eth0 tx (tcx)"], "alerts")
    assert test.page.evaluate("[...document.querySelectorAll('#losses [data-loud]')].length") == 2, "loud rows of losses"
    left_out = test.read("cellsOf('losses').filter(r => r[0].includes('only counted')).map(r => r[1])")
    equal(left_out, ["98,765", "43"], "what was left out, which is no loss")
    note = test.page.evaluate("document.getElementById('closes-unconfirmed').textContent")
    assert note.startswith("Of these, 21 were never confirmed"), note


# ---- what may come from outside ----

EVIL = '<img src=x onerror="window.hacked=1">'


@with_page
def hostile_texts(test):
    def poison(summary):
        summary["version"] = "</title><script>window.hacked=2</script>"
        summary["hooks"][0]["interface"] = EVIL
        summary["hooks"][1] = {"interface": "\u202eeth0\x00", "direction": EVIL, "hook": "<svg onload=alert(1)>", "attached": False}
        summary["port_pressure"][0].update({"from": EVIL, "to": "javascript:alert(1) 80"})
        summary["leaks"][0].update({"local": EVIL, "state": EVIL, "container": 7, "pod": []})
        summary["leaks"][0]["process"]["comm"] = EVIL
        summary["strays"]["kinds"][EVIL] = 5
        summary["resets"]["__proto__x"] = 1
        summary["losses"]["events"][EVIL] = 3
        summary["transitions"].append({"from": EVIL, "to": "</table>", "count": 9})
    test.server.change = poison
    assert test.page.until("document.body.textContent.includes('</table>')"), "the texts did not come"
    test.next_answers(2)
    equal(test.page.evaluate("document.querySelectorAll('img, iframe, object, body script:not(:last-child)').length"), 0, "elements out of texts")
    equal(test.page.evaluate("window.hacked ?? null"), None, "a script ran")
    equal(test.read("cellsOf('hooks')[0][0]"), EVIL, "the interface's name")
    equal(test.read("cellsOf('leaks')[0][1]"), EVIL, "a state")
    assert f"3 events: {EVIL}" in test.read("alerts()"), test.read("alerts()")
    # And even if the page forgot: the browser itself refuses markup and foreign scripts.
    refused = test.page.evaluate("""(() => { try { document.body.innerHTML = '<b>'; } catch (e) { return e.name; } })()""")
    equal(refused, "TypeError", "innerHTML under the page's policy")
    test.chromium.pump(0.3)
    test.page.complaints[:] = [c for c in test.page.complaints if "TrustedHTML" not in c]


@with_page
def odd_answers(test):
    for change in ({"transitions": None, "endpoints": None, "strays": None, "time_wait": None, "hooks": {}, "losses": None,
                    "handshake": None, "resets": None, "flows": None, "segments": None, "leaks": 3, "port_pressure": "x"},
                   {"endpoints": {"initiator": {"ESTABLISHED": -1, "CLOSED": "many"}}, "uptime_seconds": "x"},
                   {"survey_age_seconds": None, "handshake": {"syn_to_synack_us": {"p50": None, "p99": None, "count": 0}}}):
        test.server.change = lambda s, change=change: s.update(change)
        test.next_answers(2)
        equal(test.read("link()"), "live", f"with {json.dumps(change)[:60]}")
    test.server.answer = lambda _: ["no", "summary"]
    assert test.page.until("reading.link() === 'lost'"), "an answer of another kind is no summary"


@with_page
def policy_is_right(test):
    subprocess.run([sys.executable, HERE / "policy.py", fake.PAGE, "--check"], check=True)
    text = fake.PAGE.read_text()
    for needle in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "//cdn", "@import", "url("):
        where = text.replace("http://www.w3.org/2000/svg", "")
        assert needle not in where, f"{needle} in the page"


# ---- silence ----

def silence(chromium):
    """Errors of the network are in the console then: the browser says so itself."""
    test = Test(chromium)
    test.open()
    test.server.answer = lambda _: None
    assert test.page.until("reading.link() === 'lost' && reading.stale()"), "an error is not shown"
    assert "no answer since" in test.read("status()"), test.read("status()")
    equal(test.read("pale(4.5)"), [], "old numbers are hard to read")
    assert test.page.until(r"/ [2-9]\s+s old/.test(reading.status())"), "how old: " + test.read("status()")
    test.server.answer = test.server.next_answer
    assert test.page.until("reading.link() === 'live' && !reading.stale()"), "it does not come back"
    test.server.silent.set()
    assert test.page.until("reading.link() === 'lost'", 12), "a server that hangs is not noticed"
    test.server.silent.clear()
    assert test.page.until("reading.link() === 'live'", 20), "it does not come back from a hanging server"
    errors = [c for c in test.close() if "503" not in c]
    equal(errors, [], "the console")


@with_page
def nothing_while_hidden(test):
    """Another tab in front: the browser itself says then that this one is hidden."""
    test.chromium.call("Target.activateTarget", targetId=test.page.target)
    other = test.chromium.call("Target.createTarget", url="about:blank")["targetId"]
    test.chromium.call("Target.activateTarget", targetId=other)
    if not test.page.until("document.hidden", 3):  # this browser does not tell: then the page is told so
        test.page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away ?? true, configurable: true});"
                           "document.dispatchEvent(new Event('visibilitychange'))")
    test.chromium.pump(0.3)
    before = test.server.arrivals()
    deadline = time.monotonic() + 3.5
    while time.monotonic() < deadline:
        test.chromium.pump(0.1)
    equal(test.server.arrivals(), before, "requests while hidden")
    equal(test.read("link()"), "paused", "while hidden")
    test.chromium.call("Target.closeTarget", targetId=other)
    test.chromium.call("Target.activateTarget", targetId=test.page.target)
    test.page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert test.page.until("reading.link() === 'live'"), "it does not go on"


# ---- for everyone ----

def fits(chromium, dark):
    test = Test(chromium)
    test.open(dark=dark)

    def enlarge(summary):
        """What a busy machine would have: as wide as numbers and addresses get."""
        for role in summary["endpoints"].values():
            role.update({s: 4_194_304 for s in role})
        for transition in summary["transitions"]:
            transition["count"] += 10**11
        summary["port_pressure"][0]["from"] = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"
        summary["leaks"][0]["local"] = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff 65535"
        summary["hooks"][0]["interface"] = "enp130s0f1np123"
        summary["segments"]["fast"] = summary["flows"]["opened"] = 10**12
        summary["strays"]["total"] = 10**11
    test.server.growth = {k: 123456 for k in test.read("arrows()")}
    test.server.change = enlarge
    test.next_answers(3)
    for width in WIDTHS:
        test.page.resize(width, 900)
        test.next_answers(1)
        equal(test.read("tooWide()"), [], f"{width} px: wider than the window")
        equal(test.read("collisions()"), [], f"{width} px")
        equal(test.read("pale(4.5)"), [], f"{width} px: contrast")
        equal(test.read("paleGraphics(3)"), [], f"{width} px: contrast of graphics")
        assert test.read("smallest()") >= 10, f"{width} px: letters of {test.read('smallest()')} px"
    equal(test.close(), [], "the console")


def quiet_diagram(chromium):
    """Nothing moves, nothing is there: zeroes have to be readable too."""
    test = Test(chromium)
    test.server.base = {"version": "1.0", "now": ""}
    test.open(360)
    for dark in (False, True):
        test.page.media(dark)
        equal(test.read("pale(4.5)"), [], "contrast")
        equal(test.read("tooWide()"), [], "wider than the window")
    equal(test.read("boxes()"), {s: 0 for s in fake.STATES}, "boxes")
    equal(test.close(), [], "the console")


@with_page
def motion(test):
    test.server.growth = {"CLOSED>SYN_SENT": 5}
    test.next_answers(2)
    moves = "getComputedStyle(document.querySelector('[data-arrow=\"CLOSED>SYN_SENT\"] .flow')).animationName"
    equal(test.page.evaluate(moves), "flow", "an arrow that is taken")
    test.page.media(reduced_motion=True)
    equal(test.page.evaluate(moves), "none", "with reduced motion")


@with_page
def themes(test):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = test.page.evaluate(paper)
    test.page.media(dark=True)
    dark = test.page.evaluate(paper)
    assert light != dark, "the system's choice changes nothing"
    test.page.evaluate("document.getElementById('theme').click()")
    equal(test.page.evaluate(paper), light, "light by choice")
    test.page.call("Page.reload")
    assert test.page.until("document.getElementById('theme')?.textContent === 'Theme: light'"), "the choice is forgotten"
    test.page.evaluate("document.getElementById('theme').click()")
    test.page.media(dark=False)
    equal(test.page.evaluate(paper), dark, "dark by choice")


def press(test, key, code=None, text=None):
    for kind in ("keyDown", "keyUp"):
        extra = {"text": text} if text and kind == "keyDown" else {}
        test.page.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key,
                       windowsVirtualKeyCode={"Tab": 9, " ": 32, "ArrowRight": 39}[key], **extra)


@with_page
def keyboard(test):
    test.chromium.call("Target.activateTarget", targetId=test.page.target)
    focus = "document.activeElement.id"
    press(test, "Tab")
    equal(test.page.evaluate(focus), "pause", "first in order")
    press(test, " ", "Space", " ")
    assert test.page.until("reading.link() === 'paused'", 3), "space does not pause"
    press(test, " ", "Space", " ")
    assert test.page.until("reading.link() === 'live'", 5), "space does not go on"
    press(test, "Tab")
    equal(test.page.evaluate(focus), "theme", "second in order")
    press(test, "Tab")
    equal(test.page.evaluate(focus), "ends-all", "third in order")
    assert test.page.evaluate("getComputedStyle(document.querySelector('label[for=ends-all]')).outlineStyle") == "solid", "the focus is not seen"
    press(test, "ArrowRight")
    equal(test.page.evaluate("document.getElementById('ends-local').checked"), True, "arrow keys choose")
    equal(test.read("boxes()"), test.server.base["local_endpoints"], "local ends by key")


@with_page
def screen_reader(test):
    nodes = test.page.call("Accessibility.getFullAXTree")["nodes"]
    seen = [(n["role"]["value"], n.get("name", {}).get("value", ""), n.get("description", {}).get("value", ""))
            for n in nodes if not n["ignored"]]
    images = [s for s in seen if s[0] in ("image", "img", "graphics-document")]
    assert len(images) >= 3 and all(name for _, name, _ in images), f"pictures without a name: {images}"
    diagram = [s for s in images if "state of every end" in s[1]]
    assert diagram and "Ends by state" in diagram[0][2], f"the diagram does not say where its numbers stand: {diagram}"
    nameless = [s for s in seen if s[0] in ("button", "radio", "table", "region") and not s[1]]
    equal(nameless, [], "without a name")
    regions = [name for role, name, _ in seen if role == "region"]
    assert len(regions) >= 11, f"regions: {regions}"
    headed = test.page.evaluate("[...document.querySelectorAll('table')].every(t => t.querySelector('thead th[scope=col]') && t.querySelector('tbody th[scope=row]'))")
    assert headed, "a table without headers"
    quiet = test.page.evaluate("[...document.querySelectorAll('[aria-live], [role=status]')].map(e => e.id)")
    equal(quiet, ["spoken"], "what is read aloud by itself")
    spoken = "document.getElementById('spoken').textContent"
    test.server.change = lambda s: s["losses"].update(table_refusals=test.server.asked)
    assert test.page.until(spoken + ".includes('not tracked')"), "a loss is not said"
    said = test.page.evaluate(spoken)
    test.next_answers(2)
    equal(test.page.evaluate(spoken), said, "said once, not with each answer")


TESTS = [
    ("every number of the page is the API's", numbers),
    ("local ends and all ends", local_ends),
    ("whose addresses are left out, and why", unnamed),
    ("rates from two answers: on the arrows, by their width, in the table", rates),
    ("a daemon that started anew: no rate below zero", restarted_daemon),
    ("losses and a missing hook stand at the top", losses),
    ("hostile texts are shown as text, and nothing else", hostile_texts),
    ("an answer with parts missing or wrong breaks nothing", odd_answers),
    ("the policy names the hashes of style and script", policy_is_right),
    ("a daemon that does not answer: old numbers in grey, since when, and back", silence),
    ("a hidden tab asks nothing", nothing_while_hidden),
    ("320 to 2200 px, light: no horizontal scroll, no words on each other, contrast", lambda c: fits(c, False)),
    ("320 to 2200 px, dark: no horizontal scroll, no words on each other, contrast", lambda c: fits(c, True)),
    ("a daemon that has seen nothing yet", quiet_diagram),
    ("reduced motion", motion),
    ("the system's theme, and one's own", themes),
    ("by keyboard alone", keyboard),
    ("what a screen reader gets", screen_reader),
]


def main():
    if not browser.is_there():
        print("skip the page: there is no chromium here\n0 passed, 0 failed, 1 skipped")
        return
    tap = Tap()
    with browser.Browser() as chromium:
        for name, function in TESTS:
            if all(word in name for word in sys.argv[1:]):
                tap.check(name, function, chromium)
    tap.done()


if __name__ == "__main__":
    main()
