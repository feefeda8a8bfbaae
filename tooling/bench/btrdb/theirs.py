import json
import sys
import uuid
import warnings

warnings.filterwarnings("ignore")

import btrdb  # noqa: E402

# theirs.py <script> <job> <file> <size>: our side has started the server, which is the same for both.
with open(f"{sys.argv[3]}.server", encoding="utf-8") as line:
    found = json.load(line)
start, end = int(found["start"]), int(found["end"])
connection = btrdb.connect(found["endpoint"])
stored = connection.stream_from_uuid(found["uuid"])


def values(path, size):
    return len(stored.values(start, end))


def arrow(path, size):
    return stored.arrow_values(start, end).num_rows


stream = arrow


def windows(path, size):
    pointwidth = ((end - start) // 2000).bit_length() - 1
    return len(stored.aligned_windows(start, end, pointwidth))


points = []


def insert(path, size):
    if not points:
        points.extend((1_600_000_000_000_000_000 + row * 1_000_000, row / 8) for row in range(size))
    name = str(uuid.uuid4())
    made = connection.create(uuid.uuid4(), "bench/insert", tags={"name": name})
    made.insert(points)
    count = made.count(precise=True)
    made.obliterate()
    return count
