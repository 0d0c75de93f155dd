# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Headless Chromium, driven by the DevTools protocol over a pair of pipes."""
import base64
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage", "--mute-audio",
         "--hide-scrollbars", "--remote-debugging-pipe"]


class BrowserError(Exception):
    pass


def is_there():
    return shutil.which("chromium") is not None


class Browser:
    """One browser with a profile of its own; `prefix` is a command that runs it (nsenter ...)."""

    def __init__(self, prefix=()):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves through close()
        self.profile = tempfile.mkdtemp(prefix="tcpstate-page.")
        to_browser, self.write_fd = os.pipe()
        self.read_fd, from_browser = os.pipe()
        # The browser reads from descriptor 3 and writes to 4, whatever ours are.
        script = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        # Only where its own files go: a home that cannot be written is no reason to fail.
        environment = dict(os.environ, HOME=self.profile, XDG_CONFIG_HOME=self.profile, XDG_CACHE_HOME=self.profile)
        self.log = open(os.path.join(self.profile, "browser.log"), "wb")
        self.process = subprocess.Popen(
            ["bash", "-c", script, "chromium", *prefix, "chromium", *FLAGS,
             "--user-data-dir=" + self.profile, "about:blank"],
            pass_fds=(to_browser, from_browser), env=environment, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.next_id = 0
        self.answers = {}
        self.pages = {}

    def call(self, method, session=None, timeout=30, **params):
        self.next_id += 1
        number = self.next_id
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.write_fd, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while number not in self.answers:
            if time.monotonic() > deadline:
                raise BrowserError(f"{method}: no answer in {timeout} s")
            self.pump(0.1)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def pump(self, seconds):
        """Takes in what the browser says within that time."""
        deadline = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.read_fd], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return
            data = os.read(self.read_fd, 1 << 20)
            if not data:
                raise BrowserError("the browser is gone: " + self.last_words())
            self.buffer += data
            *whole, self.buffer = self.buffer.split(b"\0")
            for text in whole:
                message = json.loads(text)
                if "id" in message:
                    self.answers[message["id"]] = message
                elif message.get("sessionId") in self.pages:
                    self.pages[message["sessionId"]].take(message["method"], message["params"])
            if whole:
                return

    def last_words(self):
        with open(self.log.name, errors="replace") as log:
            return " / ".join(log.read().strip().splitlines()[-3:])

    def page(self, url, width=1280, height=900, dark=False, reduced_motion=False):
        # In a window of its own: of the tabs of one window all but one are hidden.
        target = self.call("Target.createTarget", url="about:blank", newWindow=True)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, target, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(domain + ".enable")
        page.resize(width, height)
        page.media(dark, reduced_motion)
        page.call("Page.navigate", url=url)
        return page

    def close(self):
        try:
            self.call("Browser.close", timeout=5)
        except (BrowserError, OSError):
            self.process.kill()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        os.close(self.read_fd)
        os.close(self.write_fd)
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Page:
    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session
        self.requests = []   # urls
        self.complaints = [] # errors and warnings of the console, exceptions, violations
        self.bodies = {}     # of answers, by request

    def take(self, method, params):
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def evaluate(self, expression):
        """The value of an expression, or of the promise it gives."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return result["result"].get("value")

    def until(self, expression, seconds=20):
        """Waits until the expression is true; its value, or None if it never was."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = self.evaluate(expression)
            if value:
                return value
            self.browser.pump(0.05)
        return None

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def media(self, dark=False, reduced_motion=False):
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"}])

    def screenshot(self, path, whole=True):
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(picture["data"]))

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)
        del self.browser.pages[self.session]
