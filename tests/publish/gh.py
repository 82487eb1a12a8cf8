"""A stand-in for `gh api`: comments of a pull request in a JSON file, and a token that may write them or not.

Called as a program. `--jq` is answered by libjq, so that the filter of a workflow is run and not only read.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

import jq

parser = argparse.ArgumentParser()
parser.add_argument("api", choices=["api"])
parser.add_argument("path")
parser.add_argument("--paginate", action="store_true")
parser.add_argument("--silent", action="store_true")
parser.add_argument("--method", default="GET")
parser.add_argument("--jq")
parser.add_argument("--field")
asked = parser.parse_args()

world = json.loads(os.environ["FAKE_GITHUB"])
comments = json.loads(Path(world["comments"]).read_text())
if not os.environ.get("GH_TOKEN"):
    sys.exit("gh: set GH_TOKEN to use it in GitHub Actions")
if asked.method != "GET" and world["may"].get("pull-requests") != "write":
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")

body = ""
if asked.field:
    key, _, value = asked.field.partition("=")
    assert (key, value[:1]) == ("body", "@"), "the body of a comment comes from a file"
    body = Path(value[1:]).read_text(encoding="utf-8")
    assert 0 < len(body) <= 65_536, "a comment's length"

if re.fullmatch(r"repos/ann/box/issues/\d+/comments", asked.path) and asked.method == "GET":
    for found in jq.compile(asked.jq).input_value(comments):
        print(found)
elif re.fullmatch(r"repos/ann/box/issues/\d+/comments", asked.path) and asked.method == "POST":
    comments.append({"id": 1000 + len(comments), "user": {"login": "github-actions[bot]"}, "body": body})
elif match := re.fullmatch(r"repos/ann/box/issues/comments/(\d+)", asked.path):
    assert asked.method == "PATCH"
    next(comment for comment in comments if comment["id"] == int(match[1]))["body"] = body
else:
    sys.exit(f"gh: Not Found (HTTP 404): {asked.method} {asked.path}")
Path(world["comments"]).write_text(json.dumps(comments))
