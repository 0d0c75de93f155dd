#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
policy.py FILE [--check]: writes the hashes of the page's style and script into
its Content-Security-Policy; with --check it only says whether they are right.
"""
import base64
import hashlib
import pathlib
import re
import sys

META = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')


def source_hash(page, element):
    body = re.search(f"<{element}>(.*?)</{element}>", page, re.S).group(1)
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()


def policy(page):
    return "; ".join([
        "default-src 'none'",
        "script-src " + source_hash(page, "script"),
        "style-src " + source_hash(page, "style"),
        "connect-src 'self'", "img-src data:",
        "base-uri 'none'", "form-action 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ])


def main():
    path = pathlib.Path(sys.argv[1])
    page = path.read_text()
    right = META.sub(lambda m: m[1] + policy(page) + m[3], page)
    if "--check" in sys.argv[2:]:
        if right != page:
            sys.exit(f"{path}: style or script changed; run tests/product/page/policy.py {path}")
    elif right != page:
        path.write_text(right)


if __name__ == "__main__":
    main()
