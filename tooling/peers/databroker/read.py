"""Reads what we exported: the documents themselves, and databroker's answers about them."""

import sys

from answers import answers
from exact import answer

folder, files = sys.argv[1:3]
answer({kind: answers(kind, f"{folder}/{kind}", files) for kind in ["msgpack", "jsonl"]})
